import { createEngine } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses } from '../support/http-express';
import { appWith, cookieOf, engineWith, plainCookie, setCookies, SIGNED } from '../support/http-flags';

const TEST = { env: { NODE_ENV: 'test' } };

describe.each(expresses)('override cookies on $version', ({ express }) => {
  test.each([
    ['development', true],
    ['test', true],
    ['production', false],
    ['Development', false],
    ['dev', false],
    ['testing', false],
    ['test ', false],
    ['', false],
    [undefined, false],
  ])('a plain one under NODE_ENV=%j is honoured: %s', async (NODE_ENV, honoured) => {
    const { engine, lines } = engineWith({ env: { NODE_ENV } });
    const app = appWith(engine, express);
    for (const cookie of [plainCookie({ CHECKOUT: 'ON' }), 'gatekeeper={"CHECKOUT":"ON"}'])
      expect((await request(app).get('/flags').set('Cookie', cookie)).body.CHECKOUT).toBe(honoured ? 'ON' : 'OFF');
    expect(engine.stats().refusedOverrides).toEqual(honoured ? {} : { unsigned: 2 });
    // Someone who forgot NODE_ENV is told, once; production is not the place to.
    expect(lines).toHaveLength(honoured || NODE_ENV === 'production' ? 0 : 1);
  });

  test.each([
    ['unsigned: true opens production', 'production', true, 'ON'],
    ['unsigned: false closes development', 'development', false, 'OFF'],
  ])('%s to plain ones', async (_, NODE_ENV, unsigned, variant) => {
    const app = appWith(engineWith({ env: { NODE_ENV }, overrides: { unsigned } }).engine, express);
    const { body } = await request(app)
      .get('/flags')
      .set('Cookie', plainCookie({ CHECKOUT: 'ON' }));
    expect(body.CHECKOUT).toBe(variant);
  });

  test.each([
    ['plain', TEST],
    ['signed', SIGNED],
    ['signed, where plain ones would do', { ...SIGNED, ...TEST }],
  ])('are set, read, changed and cleared: %s', async (_, options) => {
    const app = appWith(engineWith(options).engine, express);
    const get = async (path: string, cookie = '') => request(app).get(path).set('Cookie', cookie);

    const first = await get('/set?CHECKOUT=ON');
    expect((await get('/overrides', cookieOf(first))).body).toEqual({ CHECKOUT: 'ON' });
    expect((await get('/flags', cookieOf(first))).body).toMatchObject({ CHECKOUT: 'ON', BANNER: 'OFF' });

    const second = await get('/set?BANNER=ON', cookieOf(first));
    expect((await get('/overrides', cookieOf(second))).body).toEqual({ CHECKOUT: 'ON', BANNER: 'ON' });

    const third = await get('/set?CHECKOUT=', cookieOf(second));
    expect((await get('/overrides', cookieOf(third))).body).toEqual({ BANNER: 'ON' });

    const last = await get('/set?BANNER=', cookieOf(third));
    expect(setCookies(last)).toEqual([expect.stringMatching(/^gatekeeper=; Max-Age=0; Path=\//)]);
  });

  test('is read by the name that the config gives it, and by no other', async () => {
    const app = appWith(engineWith({ ...TEST, overrides: { cookie: 'qa' } }).engine, express);
    for (const [name, variant] of Object.entries({ qa: 'ON', gatekeeper: 'OFF', xqa: 'OFF', qaa: 'OFF', QA: 'OFF' })) {
      const { body } = await request(app)
        .get('/flags')
        .set('Cookie', plainCookie({ CHECKOUT: 'ON' }, name));
      expect([name, body.CHECKOUT]).toEqual([name, variant]);
    }
  });

  test('counts from the next request on, and leaves the answers of this one alone', async () => {
    const app = appWith(engineWith(TEST).engine, express);
    app.get('/both', (req, res) => {
      req.gk.setBrowserOverride('CHECKOUT', 'ON');
      res.json([req.gk.ffVariant('CHECKOUT'), req.gk.browserOverrides()]);
    });
    expect((await request(app).get('/both')).body).toEqual(['OFF', {}]);
  });

  test('several sets make one Set-Cookie, beside the cookies of the app', async () => {
    const app = appWith(engineWith(TEST).engine, express);
    app.get('/all', (req, res) => {
      res.cookie('theme', 'dark');
      req.gk.setBrowserOverride('CHECKOUT', 'ON');
      res.cookie('gatekeeper2', 'mine');
      req.gk.setBrowserOverride('BANNER', 'OFF');
      req.gk.setBrowserOverride('STAFF_TOOLS', 'ON');
      req.gk.setBrowserOverride('STAFF_TOOLS', '');
      res.cookie('lang', 'en').end();
    });
    const cookies = setCookies(await request(app).get('/all'));
    expect(cookies.map((cookie) => cookie.split('=')[0]).sort()).toEqual([
      'gatekeeper',
      'gatekeeper2',
      'lang',
      'theme',
    ]);
    const cookie = cookies.find((one) => one.startsWith('gatekeeper='))!.split(';')[0]!;
    expect((await request(app).get('/overrides').set('Cookie', cookie)).body).toEqual({
      CHECKOUT: 'ON',
      BANNER: 'OFF',
    });
  });

  test.each([
    ['a check', (gk: Express.Request['gk']) => gk.ff('CHECKOUT', 'ON')],
    ['a login', (gk: Express.Request['gk']) => gk.identify({ id: 7 })],
    ['a fresh Gatekeeper', (gk: Express.Request['gk']) => gk.fresh().ff('CHECKOUT', 'ON')],
  ])('keeps what was set before %s', async (_, meanwhile) => {
    const app = appWith(engineWith(TEST).engine, express);
    app.get('/around', (req, res) => {
      req.gk.setBrowserOverride('CHECKOUT', 'ON');
      meanwhile(req.gk);
      req.gk.setBrowserOverride('BANNER', 'ON');
      res.end();
    });
    const cookie = cookieOf(await request(app).get('/around'));
    expect((await request(app).get('/overrides').set('Cookie', cookie)).body).toEqual({ CHECKOUT: 'ON', BANNER: 'ON' });
  });

  test.each([
    ['a flag that does not exist', '/set?CHEKOUT=ON', 'flag-unknown', 'did you mean "CHECKOUT"'],
    ['a flag named like a prototype', '/set?__proto__=ON', 'flag-unknown', '__proto__'],
    ['a variant that does not exist', '/set?CHECKOUT=On', 'variant-unknown', 'did you mean "ON"'],
    ['a variant named like a method', '/set?CHECKOUT=toString', 'variant-unknown', 'toString'],
    ['a flag that forbids it', '/set?LOCKED=ON', 'override-refused', 'overridable = false'],
  ])('setting %s is an error, and sets nothing', async (_, path, code, message) => {
    const answer = await request(appWith(engineWith(TEST).engine, express)).get(path);
    expect(answer.body).toEqual({ code, message: expect.stringContaining(message) });
    expect(setCookies(answer)).toEqual([]);
  });

  test('setting one where it would have to be signed, without a secret, says what to give', async () => {
    const { body } = await request(appWith(engineWith().engine, express)).get('/set?CHECKOUT=ON');
    expect(body).toEqual({
      code: 'override-refused',
      message: expect.stringMatching(/defineConfig a secret and an env/),
    });
  });

  test('setting one after the headers have gone out is an error', async () => {
    const app = appWith(engineWith(TEST).engine, express);
    app.get('/late', (req, res) => {
      res.write('on its way: ');
      try {
        req.gk.setBrowserOverride('CHECKOUT', 'ON');
      } catch (error) {
        res.end((error as { code: string }).code);
      }
    });
    await request(app).get('/late').expect(200, 'on its way: headers-sent');
  });
});

test('outside a request there is no browser to override a flag in', async () => {
  const { engine } = engineWith(TEST);
  expect(() => engine.for({}).setBrowserOverride('CHECKOUT', 'ON')).toThrow(/no browser/);
  const app = expresses[0].express().use(gatekeeper(createEngine(engine.config)));
  app.get('/', (req, res) => {
    expect(() => req.gk.forUser({ id: 1 }).setBrowserOverride('CHECKOUT', 'ON')).toThrow(/no browser/);
    res.end('refused');
  });
  await request(app).get('/').expect(200, 'refused');
});
