import type { Engine, Options } from 'gatekeeper-flags';
import { overrideLink } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses } from '../support/http-express';
import { appWith, cookieOf, engineWith, OTHER_SECRET, SECRET, SIGNED, Toggle } from '../support/http-flags';

const NOON = Date.parse('2026-11-21T12:00Z');
const HOUR = 3_600_000;
const PARAMETER = 'gatekeeper-override';
const names = ['constructor', '__proto__', 'toString', 'a:b*{}', 'ключ', '😀', "'; DROP TABLE flags", '<b>', 'a=b; c'];

describe.each(expresses)('signed overrides on $version', ({ express }) => {
  const set = async (engine: Engine) => cookieOf(await request(appWith(engine, express)).get('/set?CHECKOUT=ON'));
  const checkout = async (engine: Engine, cookie: string) =>
    (await request(appWith(engine, express)).get('/flags').set('Cookie', cookie)).body.CHECKOUT as string;

  test.each<[string, Options, Options, string | undefined]>([
    ['the same secret and environment', SIGNED, SIGNED, undefined],
    ['another secret', SIGNED, { ...SIGNED, secret: OTHER_SECRET }, 'forged'],
    ['another environment', SIGNED, { ...SIGNED, environment: 'staging' }, 'forged'],
    ['no secret', SIGNED, {}, 'forged'],
    ['a key that has been added since', SIGNED, { ...SIGNED, secret: [OTHER_SECRET, SECRET] }, undefined],
    [
      'a key that has been removed since',
      { ...SIGNED, secret: [SECRET, OTHER_SECRET] },
      { ...SIGNED, secret: OTHER_SECRET },
      'forged',
    ],
    ['the newest of several keys only', { ...SIGNED, secret: [SECRET, OTHER_SECRET] }, SIGNED, undefined],
  ])('made here and opened under %s', async (_, here, there, refused) => {
    const { engine } = engineWith(there);
    expect(await checkout(engine, await set(engineWith(here).engine))).toBe(refused ? 'OFF' : 'ON');
    expect(engine.stats().refusedOverrides).toEqual(refused ? { [refused]: 1 } : {});
  });

  test.each([
    ['8 hours, where nothing else is said', undefined, 8 * HOUR],
    ['as long as maxAge says', 60, 60_000],
  ])('end after %s', async (_, maxAge, lifetime) => {
    let now = NOON;
    const { engine } = engineWith({ ...SIGNED, now: () => now, overrides: { maxAge } });
    const answer = await request(appWith(engine, express)).get('/set?CHECKOUT=ON');
    expect(answer.headers['set-cookie']![0]).toContain(`; Max-Age=${lifetime / 1000};`);
    now = NOON + lifetime - 1;
    expect(await checkout(engine, cookieOf(answer))).toBe('ON');
    now = NOON + lifetime;
    expect(await checkout(engine, cookieOf(answer))).toBe('OFF');
    expect(engine.stats().refusedOverrides).toEqual({ expired: 1 });
  });

  test('can all be revoked; those made afterwards count again', async () => {
    const { engine } = engineWith(SIGNED);
    const before = await set(engine);
    await engine.live.revokeOverrides({ actor: 'ada', reason: 'a link was posted in public' });
    expect(await checkout(engine, before)).toBe('OFF');
    expect(engine.stats().refusedOverrides).toEqual({ revoked: 1 });
    expect(await checkout(engine, await set(engine))).toBe('ON');
  });

  test("a link's token is no cookie, and a cookie's value is no link", async () => {
    const { engine } = engineWith(SIGNED);
    const link = new URL(overrideLink(engine, { CHECKOUT: 'ON' }, { baseUrl: 'https://shop.example/' }));
    const token = encodeURIComponent(link.searchParams.get(PARAMETER)!);
    expect(await checkout(engine, `gatekeeper=${token}`)).toBe('OFF');
    expect(engine.stats().refusedOverrides).toEqual({ forged: 1 });

    const value = (await set(engine)).replace('gatekeeper=', '');
    const answer = await request(appWith(engine, express)).get(`/?${PARAMETER}=${value}`).expect(400);
    expect(answer.text).toContain('was not made here');
    expect(engine.stats().refusedOverrides).toEqual({ forged: 2 });
  });

  test('do not show the secret, and do not sign the same under another name', async () => {
    const cookie = await set(engineWith(SIGNED).engine);
    expect(Buffer.from(decodeURIComponent(cookie).split('=')[1]!, 'base64').toString('latin1')).not.toContain(SECRET);
    const { engine } = engineWith({ ...SIGNED, overrides: { cookie: 'qa' } });
    expect(await checkout(engine, cookie)).toBe('OFF');
    expect(engine.stats().refusedOverrides).toEqual({});
  });

  test.each([
    ['plain', { env: { NODE_ENV: 'test' } }],
    ['signed', SIGNED],
  ])('flags of any name can be overridden: %s', async (_, options) => {
    const flags = Object.fromEntries(names.map((name) => [name, new Toggle()]));
    const app = appWith(engineWith(options, flags).engine, express);
    const query = names.map((name) => `${encodeURIComponent(name)}=ON`).join('&');
    const cookie = cookieOf(await request(app).get(`/set?${query}`));
    const { text } = await request(app).get('/flags').set('Cookie', cookie);
    for (const name of names) expect(text).toContain(`${JSON.stringify(name)}:"ON"`);
  });
});
