import cookieParser from 'cookie-parser';
import { createEngine, defineConfig } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses } from '../support/http-express';
import { engineWith, keepingLogger, plainCookie, Toggle } from '../support/http-flags';

const TEST = { env: { NODE_ENV: 'test' } };
const CHECKOUT_ON = plainCookie({ CHECKOUT: 'ON' });

/** A cookie parser that is not cookie-parser: it decodes JSON, and leaves its own idea of cookies on the request. */
const anotherParser: ReturnType<typeof cookieParser> = (req, _res, next) => {
  req.cookies = new Map(req.headers.cookie?.split('; ').map((pair) => pair.split('=') as [string, string]));
  next();
};

describe.each(expresses)('gatekeeper() on $version', ({ express }) => {
  test('takes a config or an engine, and attaches one Gatekeeper as req.gk and res.locals.gk', async () => {
    const config = defineConfig({ flags: { CHECKOUT: new Toggle() }, ...TEST });
    for (const given of [config, createEngine(config)]) {
      const app = express();
      app.use(gatekeeper(given));
      app.get('/', (req, res) => void res.json([req.gk === res.locals.gk, req.gk.ff('CHECKOUT', 'OFF')]));
      expect((await request(app).get('/')).body).toEqual([true, true]);
    }
  });

  test.each([
    ['without a cookie parser', [], []],
    ['before cookie-parser', [], [cookieParser()]],
    ['after cookie-parser', [cookieParser()], []],
    ['after cookie-parser with a secret', [cookieParser('keyboard cat')], []],
    ['before another parser', [], [anotherParser]],
    ['after another parser', [anotherParser], []],
  ])('reads the override cookie %s', async (_, before, after) => {
    const app = express();
    app.use(...before, gatekeeper(engineWith(TEST).engine), ...after);
    app.get('/', (req, res) => void res.json([req.gk.ffVariant('CHECKOUT'), req.cookies?.theme]));
    const { body } = await request(app).get('/').set('Cookie', `theme=dark; ${CHECKOUT_ON}; lang=en`);
    expect(body[0]).toBe('ON');
    if (before[0] !== anotherParser && after[0] !== anotherParser && before.length + after.length > 0)
      expect(body[1]).toBe('dark');
  });

  test('works in a router, in a mounted app, and in a router of a mounted app', async () => {
    const { engine } = engineWith(TEST);
    const answer = express.Router().get('/', (req, res) => void res.json(req.gk.ffVariant('CHECKOUT')));
    const app = express();
    app.use('/router', express.Router().use(gatekeeper(engine), answer));
    app.use('/mounted', express().use(gatekeeper(engine), answer));
    app.use('/deep', express().use('/er', express.Router().use(gatekeeper(engine), answer)));
    for (const path of ['/router', '/mounted', '/deep/er'])
      expect((await request(app).get(path).set('Cookie', CHECKOUT_ON)).body).toBe('ON');
  });

  test('a mounted app sees the Gatekeeper of the app around it', async () => {
    const inner = express().get('/', (req, res) => void res.json([req.gk === res.locals.gk, req.gk.all()]));
    const app = express()
      .use(gatekeeper(engineWith(TEST).engine))
      .use('/inner', inner);
    const { body } = await request(app).get('/inner').set('Cookie', CHECKOUT_ON);
    expect(body).toMatchObject([true, { CHECKOUT: 'ON' }]);
  });

  test('mounted twice over one engine, it keeps the first Gatekeeper and its answers', async () => {
    const user = jest.fn((req) => ({ id: req.headers['x-user'] }));
    const { engine } = engineWith({ user, overrides: { unsigned: true } });
    const app = express();
    app.use(gatekeeper(engine));
    app.use((req, res, next) => {
      res.locals.first = req.gk;
      req.gk.ff('CHECKOUT', 'ON');
      next();
    });
    app.use('/api', gatekeeper(engine));
    app.get('/api', (req, res) => void res.json([res.locals.first === req.gk, req.gk.ff('CHECKOUT', 'ON')]));
    expect((await request(app).get('/api').set('Cookie', CHECKOUT_ON)).body).toEqual([true, true]);
    expect(user).toHaveBeenCalledTimes(1);
  });

  test('costs nothing until the first check', async () => {
    const [user, groups, allow] = [jest.fn(() => ({ id: 7 })), jest.fn(() => ({})), jest.fn(() => true)];
    const { engine } = engineWith({ ...TEST, user, groups, overrides: { allow } });
    const app = express().use(gatekeeper(engine));
    app.get('/unchecked', (req, res) => void res.json(typeof req.gk.ff));
    app.get('/checked', (req, res) => void res.json(req.gk.all()));

    await request(app).get('/unchecked').set('Cookie', 'gatekeeper=broken').expect(200, '"function"');
    expect([user, groups, allow].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
    expect(engine.stats().refusedOverrides).toEqual({});

    await request(app).get('/checked').set('Cookie', CHECKOUT_ON).expect(200);
    expect(user).toHaveBeenCalled();
    expect(allow).toHaveBeenCalledTimes(1);
  });

  test('a failing user(req) turns flags off and is reported; the request goes on', async () => {
    const logger = keepingLogger();
    const user = () => {
      throw new Error('session store is down');
    };
    const { engine } = engineWith({ user, logger });
    const app = express().use(gatekeeper(engine));
    app.get('/', (req, res) => void res.json(req.gk.explain('STAFF_TOOLS')));
    const { body } = await request(app).get('/').expect(200);
    expect(body).toMatchObject({ variant: 'OFF', reason: 'error' });
    expect(logger.lines.join()).toMatch('session store is down');
  });

  test.each([
    ['resolves', () => Promise.resolve({ id: 7, staff: true })],
    ['rejects', () => Promise.reject(new Error('no database'))],
  ])('a user(req) that returns a promise which %s is an error that says where to load the user', async (_, user) => {
    const onError = jest.fn();
    const { engine, lines } = engineWith({ ...TEST, user: user as never, onError });
    const app = express().use(gatekeeper(engine));
    app.get('/', (req, res) => void res.json(req.gk.explain('STAFF_TOOLS')));
    const { body } = await request(app).get('/').expect(200);
    expect(body).toMatchObject({ variant: 'OFF', reason: 'error' });
    expect(onError.mock.calls[0]).toMatchObject([{ code: 'user-async' }, 'STAFF_TOOLS']);
    expect(lines.join()).toMatch(/user\(req\) returned a promise.*in a middleware before app\.use\(gatekeeper/);
    // An unhandled rejection, which would end the process, fails the test here.
    await new Promise(setImmediate);
  });
});
