import type { Request } from 'express';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses } from '../support/http-express';
import { appWith, engineWith, plainCookie, setCookies } from '../support/http-flags';

const BOTH_ON = plainCookie({ CHECKOUT: 'ON', STAFF_TOOLS: 'ON' });

describe.each(expresses)('who may override, on $version', ({ express }) => {
  function appThatAllows(allow: (req: Request) => unknown, NODE_ENV = 'test') {
    const { engine, lines } = engineWith({ env: { NODE_ENV }, overrides: { unsigned: true, allow: allow as never } });
    return { app: appWith(engine, express), engine, lines };
  }

  test('a flag that says overridable = false is left out, and the others of the cookie are not', async () => {
    const { app, engine } = appThatAllows(() => true);
    const { body } = await request(app)
      .get('/flags')
      .set('Cookie', plainCookie({ LOCKED: 'ON', CHECKOUT: 'ON' }));
    expect(body).toMatchObject({ LOCKED: 'OFF', CHECKOUT: 'ON' });
    expect(engine.stats().refusedOverrides).toEqual({ 'not-overridable': 1 });
  });

  test('allow(req) decides by the request', async () => {
    const { app } = appThatAllows((req) => req.headers['x-user'] === 'staff');
    const as = (user: string, path: string) => request(app).get(path).set('x-user', user).set('Cookie', BOTH_ON);
    expect((await as('staff', '/flags')).body.CHECKOUT).toBe('ON');
    expect((await as('customer', '/flags')).body.CHECKOUT).toBe('OFF');
    expect((await as('customer', '/overrides')).body).toEqual({});
    expect((await as('staff', '/set?BANNER=ON')).status).toBe(200);
    const refused = await as('customer', '/set?BANNER=ON');
    expect(refused.body).toEqual({
      code: 'override-refused',
      message: expect.stringContaining('overrides.allow(req)'),
    });
    expect(setCookies(refused)).toEqual([]);
  });

  const rejection = Promise.reject(new Error('no database'));
  rejection.catch(() => {});
  test.each<[string, (req: Request) => unknown, RegExp | undefined]>([
    ['false', () => false, undefined],
    ['undefined', () => undefined, undefined],
    ['1, which is no plain yes', () => 1, undefined],
    ["'true', which is no plain yes", () => 'true', undefined],
    ['an object, which is no plain yes', () => ({}), undefined],
    ['a promise', () => Promise.resolve(true), /allow\(req\) returned a promise/],
    ['a promise that rejects', () => rejection.finally(), /allow\(req\) returned a promise/],
    [
      'an error',
      () => {
        throw new Error('no session');
      },
      /no session/,
    ],
  ])('an allow(req) that gives %s refuses', async (_, allow, reported) => {
    const { app, engine, lines } = appThatAllows(allow);
    const { body } = await request(app).get('/flags').set('Cookie', BOTH_ON).expect(200);
    expect(body).toMatchObject({ CHECKOUT: 'OFF', STAFF_TOOLS: 'OFF' });
    expect(engine.stats().refusedOverrides).toEqual({ 'not-allowed': 1 });
    expect(lines).toEqual(reported ? [expect.stringMatching(reported)] : []);
    // An unhandled rejection, which would end the process, fails the test here.
    await new Promise(setImmediate);
  });

  test('nobody is asked where there is no override', async () => {
    const allow = jest.fn(() => true);
    const { app } = appThatAllows(allow);
    await request(app).get('/flags');
    await request(app).get('/flags').set('Cookie', 'gatekeeper=broken');
    await request(app)
      .get('/flags')
      .set('Cookie', plainCookie({ GONE: 'ON' }));
    expect(allow).not.toHaveBeenCalled();
  });

  describe('an allow(req) that asks for a flag which the cookie overrides', () => {
    const allow = (req: Request) => req.gk.ff('STAFF_TOOLS', 'ON');

    test('is judged without the cookie', async () => {
      const { app } = appThatAllows(allow);
      const { body } = await request(app).get('/flags').set('x-user', 'customer').set('Cookie', BOTH_ON);
      expect(body).toMatchObject({ STAFF_TOOLS: 'OFF', CHECKOUT: 'OFF' });
      const set = await request(app).get('/set?BANNER=ON').set('x-user', 'customer').set('Cookie', BOTH_ON);
      expect(set.body.code).toBe('override-refused');
    });

    test.each(['/flags', '/set-first'])('keeps its one answer for the rest of the request: %s', async (path) => {
      const { app } = appThatAllows(allow);
      app.get('/set-first', (req, res) => {
        req.gk.setBrowserOverride('BANNER', 'ON');
        res.json(req.gk.all());
      });
      const cookie = plainCookie({ STAFF_TOOLS: 'OFF', CHECKOUT: 'ON' });
      const { body } = await request(app).get(path).set('x-user', 'staff').set('Cookie', cookie);
      expect(body).toMatchObject({ STAFF_TOOLS: 'ON', CHECKOUT: 'ON' });
    });

    test('is asked again after a login in the same request', async () => {
      const { engine } = engineWith({ overrides: { unsigned: true, allow } });
      const app = express().use(gatekeeper(engine));
      app.get('/login', (req, res) => {
        const before = req.gk.ffVariant('CHECKOUT');
        req.gk.identify({ id: 1, staff: true });
        res.json([before, req.gk.ffVariant('CHECKOUT')]);
      });
      expect((await request(app).get('/login').set('Cookie', BOTH_ON)).body).toEqual(['OFF', 'ON']);
    });
  });

  test('a kill switch beats an override', async () => {
    const { app, engine } = appThatAllows(() => true, 'production');
    await engine.live.kill('CHECKOUT', { actor: 'ada', reason: 'orders are lost' });
    const { body } = await request(app).get('/flags').set('Cookie', BOTH_ON);
    expect(body).toMatchObject({ CHECKOUT: 'OFF', STAFF_TOOLS: 'ON' });
  });
});
