import { expresses, raw } from '../support/http-express';
import { appWith, cookieOf, engineWith, OTHER_SECRET, plainCookie, SIGNED } from '../support/http-flags';
import request from 'supertest';

/** Stands in every cookie here; no log line may show it. */
const MARK = 'c0ffee';
const plain = (text: string) => `gatekeeper=${encodeURIComponent(text)}`;
const nested = (depth: number) => `{"CHECKOUT":${'['.repeat(depth)}"${MARK}"${']'.repeat(depth)}}`;

describe.each(expresses)('a bad override cookie, on $version', ({ express }) => {
  async function expectAbsent(cookies: string[], options: object, refused: object): Promise<void> {
    const { engine, lines } = engineWith(options);
    const app = appWith(engine, express);
    const without = await raw(app, '/flags');
    const answer = await raw(app, '/flags', { headers: cookies.map((cookie) => ['Cookie', cookie] as const) });
    expect([answer.status, answer.body]).toEqual([200, without.body]);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(engine.stats()).toMatchObject({ refusedOverrides: refused, errors: {}, unknownNames: 0 });
    expect(lines.join('\n')).not.toContain(MARK);
  }

  const own = (object: string) => plain(`{${object},"${MARK}":"ON"}`);
  const unknown = (count: number) => ({ 'flag-unknown': count });
  const prototypes = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];

  test.each<[string, string[], object]>([
    ['empty', ['gatekeeper='], { malformed: 1 }],
    ['no JSON', [plain(`{"CHECKOUT":ON,${MARK}`)], { malformed: 1 }],
    ['truncated', [plain(`{"CHECKOUT":"ON","${MARK}`)], { malformed: 1 }],
    ['a list', [plain(`["CHECKOUT","${MARK}"]`)], { malformed: 1 }],
    ['a string', [plain(`"${MARK}"`)], { malformed: 1 }],
    ['no percent-encoding', [`gatekeeper=%7B%22${MARK}%`], { malformed: 1 }],
    ['bytes that are no text', [`gatekeeper=%ff%fe${MARK}`], { malformed: 1 }],
    ['oversized', [plain(`{"CHECKOUT":"ON","${MARK}":"${'x'.repeat(4096)}"}`)], { oversized: 1 }],
    ['nested as deep as fits', [`gatekeeper=${nested(2000)}`], { 'variant-unknown': 1 }],
    ['nested 10,000 deep', [`gatekeeper=${nested(10_000)}`], { oversized: 1 }],
    ['nested 10,000 deep, never closed', [`gatekeeper={"CHECKOUT":${'['.repeat(10_000)}`], { oversized: 1 }],
    [
      'sent twice in one header',
      [`${plainCookie({ CHECKOUT: 'ON' })}; ${plainCookie({ [MARK]: 'ON' })}`],
      { duplicate: 1 },
    ],
    ['sent in two headers', [plainCookie({ CHECKOUT: 'ON' }), plainCookie({ [MARK]: 'ON' })], { duplicate: 1 }],
    ['for flags that do not exist', [plainCookie({ CHEKOUT: 'ON', [MARK]: 'ON' })], unknown(2)],
    ['for a variant that does not exist', [plainCookie({ CHECKOUT: MARK })], { 'variant-unknown': 1 }],
    ['for a flag that forbids it', [plainCookie({ LOCKED: 'ON' })], { 'not-overridable': 1 }],
    [
      'for values that are no text',
      [plainCookie({ CHECKOUT: ['ON'], BANNER: { toString: 'ON' }, STAFF_TOOLS: null })],
      { 'variant-unknown': 3 },
    ],
    ...prototypes.map((name): [string, string[], object] => [
      `for a flag ${name}`,
      [own(`"${name}":"ON"`)],
      unknown(2),
    ]),
    ...prototypes.map((name): [string, string[], object] => [
      `for a variant ${name}`,
      [plainCookie({ CHECKOUT: name })],
      { 'variant-unknown': 1 },
    ]),
    ['that would reach a prototype', [own('"__proto__":{"CHECKOUT":"ON","isAdmin":"ON"}')], unknown(2)],
  ])('%s, is as if absent, and counted', async (_, cookies, refused) => {
    await expectAbsent(cookies, { env: { NODE_ENV: 'test' } }, refused);
    expect(({} as { isAdmin?: string }).isAdmin).toBeUndefined();
  });

  describe('where it must be signed', () => {
    const set = async (options: object, query = 'CHECKOUT=ON') =>
      cookieOf(await request(appWith(engineWith(options).engine, express)).get(`/set?${query}`));
    const swap = (one: string, other: string) => `${one.split('.')[0]}.${other.split('.')[1]}`;

    test.each<[string, () => string | Promise<string>, object]>([
      ['plain', () => plainCookie({ CHECKOUT: 'ON', [MARK]: 'ON' }), { unsigned: 1 }],
      ['without a signature', async () => (await set(SIGNED)).split('.')[0]!, { malformed: 1 }],
      ['with a signature of nothing', async () => `${(await set(SIGNED)).split('.')[0]}.`, { malformed: 1 }],
      ['with a changed byte', async () => (await set(SIGNED)).replace('gatekeeper=e', 'gatekeeper=f'), { forged: 1 }],
      ['truncated', async () => (await set(SIGNED)).slice(0, -1), { forged: 1 }],
      ['signed with another secret', () => set({ ...SIGNED, secret: OTHER_SECRET }), { forged: 1 }],
      ['from another environment', () => set({ ...SIGNED, environment: 'staging' }), { forged: 1 }],
      ['swapped', async () => swap(await set(SIGNED, 'BANNER=ON'), await set(SIGNED)), { forged: 1 }],
      ['expired', () => set({ ...SIGNED, now: () => Date.now() - 9 * 3_600_000 }), { expired: 1 }],
      ['sent twice', async () => `${await set(SIGNED)}; ${await set(SIGNED)}`, { duplicate: 1 }],
      ['oversized', async () => `${await set(SIGNED)}${'x'.repeat(4096)}`, { oversized: 1 }],
    ])('%s, is as if absent, and counted', async (_, cookie, refused) => {
      await expectAbsent([await cookie()], SIGNED, refused);
    });
  });

  test('is not quoted where a developer is told of it', async () => {
    const { engine, lines } = engineWith({ env: {} });
    const cookie = plainCookie({ CHECKOUT: 'ON', [MARK]: MARK });
    await request(appWith(engine, express)).get('/flags').set('Cookie', cookie);
    expect(lines).toEqual([expect.stringContaining('NODE_ENV is undefined')]);
    expect(lines[0]).not.toContain(MARK);
  });

  test('does not keep the browser from getting a good one', async () => {
    const app = appWith(engineWith(SIGNED).engine, express);
    const good = cookieOf(await request(app).get('/set?CHECKOUT=ON').set('Cookie', `gatekeeper=${MARK}`));
    expect((await request(app).get('/overrides').set('Cookie', good)).body).toEqual({ CHECKOUT: 'ON' });
  });
});
