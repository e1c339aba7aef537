import { GatekeeperError, type Options } from 'gatekeeper-flags';
import { gatekeeper, overrideLink } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses, raw } from '../support/http-express';
import {
  appWith,
  cookieOf,
  engineWith,
  OTHER_SECRET,
  plainCookie,
  setCookies,
  SIGNED,
  Toggle,
} from '../support/http-flags';
import { confirm, pathOfLink, SHOP } from '../support/http-link';

const DAY = 86_400_000;

describe.each(expresses)('an override link on $version', ({ express }) => {
  const made = (options: Options = {}) => {
    const { engine } = engineWith({ ...SIGNED, ...options });
    return { engine, app: appWith(engine, express) };
  };
  const overridesOf = async (app: ReturnType<typeof appWith>, cookie: string) =>
    (await request(app).get('/overrides').set('Cookie', cookie)).body as object;

  test('shows what it will set, and sets nothing', async () => {
    const { engine, app } = made();
    const path = pathOfLink(engine, { CHECKOUT: 'ON', BANNER: 'OFF' });
    const { status, body, headers } = await raw(app, path);
    expect([status, headers['content-type'], headers['set-cookie']]).toEqual([
      200,
      'text/html; charset=utf-8',
      undefined,
    ]);
    for (const text of ['CHECKOUT', 'ON', 'One-page checkout', 'BANNER', 'OFF', 'The spring banner'])
      expect(body).toContain(text);
    expect(body).toContain('<form method="post">');
  });

  test('answers HEAD as it would GET, without the page', async () => {
    const { engine, app } = made();
    const { status, body, headers } = await raw(app, pathOfLink(engine), { method: 'HEAD' });
    expect([status, body, headers['set-cookie']]).toEqual([200, '', undefined]);
  });

  test('sets the overrides on a click, and goes on to the page', async () => {
    const { engine, app } = made();
    const answer = await confirm(app, pathOfLink(engine, { CHECKOUT: 'ON', BANNER: 'ON' }));
    expect([answer.status, answer.headers.location]).toEqual([303, '/checkout']);
    expect(await overridesOf(app, cookieOf(answer))).toEqual({ CHECKOUT: 'ON', BANNER: 'ON' });
    expect(setCookies(answer)[0]).toMatch(/; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test('adds to the overrides that the browser has, and replaces those of its own flags', async () => {
    const { engine, app } = made();
    const before = cookieOf(await request(app).get('/set?CHECKOUT=OFF&STAFF_TOOLS=ON'));
    const after = cookieOf(await confirm(app, pathOfLink(engine, { CHECKOUT: 'ON', BANNER: 'ON' }), before));
    expect(await overridesOf(app, after)).toEqual({ CHECKOUT: 'ON', STAFF_TOOLS: 'ON', BANNER: 'ON' });
  });

  test('keeps the other parameters of the page', async () => {
    const { engine, app } = made();
    const page = '/search?q=tea+%26+caf%C3%A9&tag=a&tag=b&empty=&n=1%2B1';
    const { headers } = await confirm(app, pathOfLink(engine, undefined, { baseUrl: SHOP + page }));
    const parameters = (url: string) => [...new URL(url, SHOP).searchParams];
    expect(new URL(headers.location!, SHOP).pathname).toBe('/search');
    expect(parameters(headers.location!)).toEqual(parameters(page));
  });

  test('works in mounted routers and apps, and goes on under their prefix', async () => {
    const { engine } = made();
    const app = express();
    app.use('/router', express.Router().use(gatekeeper(engine)));
    app.use('/a', express().use('/b', express().use(gatekeeper(engine))));
    for (const page of ['/router/checkout', '/a/b/', '/a/b/deep?x=1']) {
      const path = pathOfLink(engine, undefined, { baseUrl: SHOP + page });
      expect((await raw(app, path)).body).toContain(`href="${page}"`);
      const { status, headers } = await confirm(app, path);
      expect([status, headers.location]).toEqual([303, page]);
    }
  });

  test.each<[string, readonly (readonly [string, string])[], number]>([
    ['from its own page', [['Sec-Fetch-Site', 'same-origin']], 303],
    ['from its own page, in a browser that only says the origin', [['Origin', SHOP]], 303],
    ['from another site', [['Sec-Fetch-Site', 'cross-site']], 403],
    [
      'from another site that claims our origin',
      [
        ['Sec-Fetch-Site', 'cross-site'],
        ['Origin', SHOP],
      ],
      403,
    ],
    [
      'from a sibling of the site',
      [
        ['Sec-Fetch-Site', 'same-site'],
        ['Origin', 'https://blog.shop.example'],
      ],
      403,
    ],
    ['typed or scripted', [['Sec-Fetch-Site', 'none']], 403],
    ['from another origin', [['Origin', 'https://evil.example']], 403],
    ['from another port', [['Origin', `${SHOP}:8443`]], 403],
    ['from a frame without an origin', [['Origin', 'null']], 403],
    ['with an origin that is no URL', [['Origin', 'shop.example']], 403],
    ['that says nothing of where it is from', [], 403],
  ])('a click %s', async (_, headers, status) => {
    const { engine, app } = made();
    const all = [['Host', 'shop.example'] as const, ...headers];
    const answer = await raw(app, pathOfLink(engine), { method: 'POST', headers: all });
    expect([answer.status, setCookies(answer).length]).toEqual([status, status === 303 ? 1 : 0]);
  });

  test.each(['GET', 'POST'])('that has ended, was revoked, or was made elsewhere, says so: %s', async (method) => {
    let now = Date.now();
    const { engine, app } = made({ now: () => now });
    const answerTo = async (path: string) => {
      const answer = method === 'POST' ? await confirm(app, path) : await raw(app, path);
      expect([answer.status, setCookies(answer)]).toEqual([400, []]);
      return /<h1>(.*)<\/h1>/.exec(answer.body)![1];
    };
    const [short, day] = [pathOfLink(engine, undefined, { expiresIn: 60 }), pathOfLink(engine)];

    expect(await answerTo(pathOfLink(made({ secret: OTHER_SECRET }).engine))).toMatch(/was not made here/);
    expect(await answerTo(pathOfLink(made({ environment: 'staging' }).engine))).toMatch(/was not made here/);
    expect(await answerTo(day.replace('override=e', 'override=f'))).toMatch(/was not made here/);
    expect(await answerTo('/checkout?gatekeeper-override=')).toMatch(/not valid/);
    expect(await answerTo('/checkout?gatekeeper-override=%00%ff{}')).toMatch(/not valid/);
    now += 60_000;
    expect(await answerTo(short)).toMatch(/expired/);
    expect((await raw(app, day)).status).toBe(200);
    await engine.live.revokeOverrides({ actor: 'ada', reason: 'the link got out' });
    expect(await answerTo(day)).toMatch(/revoked/);
    now += DAY;
    expect(await answerTo(day)).toMatch(/expired/);
    expect(engine.stats().refusedOverrides).toEqual({ forged: 3, malformed: 2, expired: 2, revoked: 1 });
  });

  test('is not for those whom allow(req) refuses', async () => {
    const { engine, app } = made({ overrides: { allow: (req) => req.headers['x-user'] === 'staff' } });
    for (const method of ['GET', 'POST']) {
      const headers = [['Sec-Fetch-Site', 'same-origin'] as const];
      const refused = await raw(app, pathOfLink(engine), { method, headers });
      expect([refused.status, setCookies(refused)]).toEqual([403, []]);
      expect(refused.body).not.toContain('<form');
      const allowed = await raw(app, pathOfLink(engine), { method, headers: [...headers, ['x-user', 'staff']] });
      expect(allowed.status).toBe(method === 'GET' ? 200 : 303);
    }
  });

  test('is not for those who are let in by a flag that only their cookie turns on', async () => {
    const { engine, app } = made({ overrides: { unsigned: true, allow: (req) => req.gk.ff('STAFF_TOOLS', 'ON') } });
    const cookie = ['Cookie', plainCookie({ STAFF_TOOLS: 'ON' })] as const;
    expect((await raw(app, pathOfLink(engine), { headers: [cookie] })).status).toBe(403);
    expect((await raw(app, pathOfLink(engine), { headers: [cookie, ['x-user', 'staff']] })).status).toBe(200);
  });

  test('does not open what forbids overriding by now', async () => {
    const path = pathOfLink(engineWith(SIGNED, { PAYOUT: new Toggle() }).engine, { PAYOUT: 'ON', CHECKOUT: 'ON' });
    const { engine } = engineWith(SIGNED, { PAYOUT: Object.assign(new Toggle(), { overridable: false }) });
    const app = appWith(engine, express);
    expect((await raw(app, path)).body).not.toContain('PAYOUT');
    expect(await overridesOf(app, cookieOf(await confirm(app, path)))).toEqual({ CHECKOUT: 'ON' });
  });

  test('says so where the browser has no room for more', async () => {
    const names = Array.from({ length: 65 }, (_, i) => `F${i}`);
    const { engine } = engineWith(SIGNED, Object.fromEntries(names.map((name) => [name, new Toggle()])));
    const app = appWith(engine, express);
    const full = cookieOf(
      await request(app).get(
        `/set?${names
          .slice(1)
          .map((name) => `${name}=ON`)
          .join('&')}`,
      ),
    );
    const answer = await confirm(app, pathOfLink(engine, { F0: 'ON' }), full);
    expect([answer.status, setCookies(answer)]).toEqual([400, []]);
    expect(answer.body).toContain('too many overrides');
  });
});

test.each<[string, Options, { [flag: string]: string }, string, RegExp]>([
  ['there is no secret', {}, { CHECKOUT: 'ON' }, 'override-refused', /defineConfig a secret and an environment/],
  [
    'there is no secret in development',
    { env: { NODE_ENV: 'development' } },
    { CHECKOUT: 'ON' },
    'override-refused',
    /a secret/,
  ],
  ['a flag does not exist', SIGNED, { CHEKOUT: 'ON' }, 'flag-unknown', /did you mean "CHECKOUT"/],
  ['a variant does not exist', SIGNED, { CHECKOUT: 'No' }, 'variant-unknown', /variant of CHECKOUT/],
  ['a flag forbids it', SIGNED, { LOCKED: 'ON' }, 'override-refused', /overridable = false/],
])('overrideLink is an error where %s', (_, options, overrides, code, message) => {
  const { engine } = engineWith(options);
  const make = () => overrideLink(engine, overrides, { baseUrl: SHOP });
  expect(make).toThrow(GatekeeperError);
  expect(make).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});

test('overrideLink is an error where no browser could take so many', () => {
  const names = Array.from({ length: 65 }, (_, i) => `F${i}`);
  const { engine } = engineWith(SIGNED, Object.fromEntries(names.map((name) => [name, new Toggle()])));
  const all = Object.fromEntries(names.map((name) => [name, 'ON']));
  expect(() => overrideLink(engine, all, { baseUrl: SHOP })).toThrow(
    expect.objectContaining({ code: 'override-too-large' }),
  );
});
