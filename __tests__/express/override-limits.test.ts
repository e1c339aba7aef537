import request from 'supertest';
import { expresses } from '../support/http-express';
import { appWith, cookieOf, engineWith, plainCookie, setCookies, SIGNED, Toggle } from '../support/http-flags';

/** What a browser takes: name and value together (RFC 6265bis, 5.6). */
const BYTES = 4096;

const names = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => `FLAG_${i}_`.padEnd(length, 'X'));
const toggles = (flags: string[]) => Object.fromEntries(flags.map((flag) => [flag, new Toggle()]));
const allOn = (flags: string[]) => Object.fromEntries(flags.map((flag) => [flag, 'ON']));
const query = (flags: string[]) => flags.map((flag) => `${flag}=ON`).join('&');

describe.each(expresses)('the limits of the override cookie, on $version', ({ express }) => {
  test.each([
    ['plain', { env: { NODE_ENV: 'test' } }],
    ['signed', SIGNED],
  ])('64 entries can be set and read, and the 65th is an error: %s', async (_, options) => {
    const flags = names(65, 10);
    const app = appWith(engineWith(options, toggles(flags)).engine, express);
    const full = await request(app).get(`/set?${query(flags.slice(1))}`);
    expect((await request(app).get('/overrides').set('Cookie', cookieOf(full))).body).toEqual(allOn(flags.slice(1)));

    const refused = await request(app).get(`/set?${flags[0]}=ON`).set('Cookie', cookieOf(full));
    expect(refused.body).toEqual({ code: 'override-too-large', message: expect.stringMatching(/65 .*64/) });
    expect(setCookies(refused)).toEqual([]);
  });

  test.each([
    ['plain', { env: { NODE_ENV: 'test' } }],
    ['signed', SIGNED],
  ])('what is set fits a browser: %s', async (_, options) => {
    const flags = names(64, 90);
    const app = appWith(engineWith(options, toggles(flags)).engine, express);
    const answer = async (count: number) => request(app).get(`/set?${query(flags.slice(0, count))}`);
    let count = 1;
    let last = await answer(count);
    for (let next = last; next.status === 200; next = await answer(++count)) last = next;
    expect(cookieOf(last).length - '='.length).toBeLessThanOrEqual(BYTES);
    expect(cookieOf(last).length).toBeGreaterThan(BYTES - 250);
    const { body } = await request(app).get('/overrides').set('Cookie', cookieOf(last));
    expect(body).toEqual(allOn(flags.slice(0, count - 1)));

    const refused = await request(app)
      .get(`/set?${flags[count - 1]}=ON`)
      .set('Cookie', cookieOf(last));
    expect(refused.body).toEqual({ code: 'override-too-large', message: expect.stringContaining('4096') });
    expect(setCookies(refused)).toEqual([]);
  });

  test('not a byte more is set than a browser takes', async () => {
    const fits = async (length: number) => {
      const [flag] = names(1, length) as [string];
      const { engine } = engineWith({ env: { NODE_ENV: 'test' } }, toggles([flag]));
      return (await request(appWith(engine, express)).get(`/set?${flag}=ON`)).status === 200;
    };
    const rest = plainCookie({ '': 'ON' }).length - '='.length;
    expect(await fits(BYTES - rest)).toBe(true);
    expect(await fits(BYTES - rest + 1)).toBe(false);
  });

  test('more entries than fit, or more bytes, are as if absent', async () => {
    const flags = names(65, 10);
    const { engine } = engineWith({ env: { NODE_ENV: 'test' } }, toggles(flags));
    const app = appWith(engine, express);
    const overrides = async (cookie: string) => (await request(app).get('/overrides').set('Cookie', cookie)).body;
    expect(await overrides(plainCookie(allOn(flags)))).toEqual({});
    expect(engine.stats().refusedOverrides).toEqual({ 'too-many': 1 });
    expect(await overrides(`gatekeeper=${JSON.stringify({ CHECKOUT: 'ON' }).padEnd(BYTES + 1)}x`)).toEqual({});
    expect(await overrides(`gatekeeper={"CHECKOUT":"ON"${' '.repeat(BYTES)}}`)).toEqual({});
    expect(engine.stats().refusedOverrides).toEqual({ 'too-many': 1, oversized: 2 });
  });
});
