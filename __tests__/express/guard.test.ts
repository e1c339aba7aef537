import type { ErrorRequestHandler } from 'express';
import { gatekeeper, requireVariant, type GuardOptions } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses } from '../support/http-express';
import { engineWith, plainCookie } from '../support/http-flags';

const ON = plainCookie({ CHECKOUT: 'ON' });

describe.each(expresses)('requireVariant on $version', ({ express }) => {
  function guarded(options?: GuardOptions) {
    const { engine } = engineWith({ overrides: { unsigned: true } });
    const app = express().use(gatekeeper(engine));
    app.get('/new', requireVariant('CHECKOUT', 'ON', options), (_req, res) => void res.send('welcome'));
    return app;
  }

  test.each<[string, GuardOptions | undefined, number, string | undefined]>([
    ['nothing', undefined, 404, undefined],
    ['a status', { status: 403 }, 403, undefined],
    ['a redirect', { redirect: '/old' }, 302, '/old'],
    ['a redirect and its status', { redirect: '/old', status: 307 }, 307, '/old'],
  ])('given %s, lets its variant through and nobody else', async (_, options, status, location) => {
    const app = guarded(options);
    await request(app).get('/new').set('Cookie', ON).expect(200, 'welcome');
    const refused = await request(app).get('/new').redirects(0);
    expect([refused.status, refused.headers.location]).toEqual([status, location]);
    expect(refused.text).not.toContain('welcome');
  });

  test('guards a whole router', async () => {
    const { engine } = engineWith({ overrides: { unsigned: true } });
    const api = express.Router().get('/items', (_req, res) => void res.json(['teapot']));
    const app = express().use(gatekeeper(engine)).use('/v2', requireVariant('CHECKOUT', 'ON'), api);
    await request(app).get('/v2/items').set('Cookie', ON).expect(200, ['teapot']);
    await request(app).get('/v2/items').expect(404);
  });

  test('a flag that does not exist lets nobody through, and is warned about', async () => {
    const { engine, lines } = engineWith();
    const app = express().use(gatekeeper(engine)).use(requireVariant('CHEKOUT', 'ON'));
    await request(app).get('/').expect(404);
    expect(lines).toEqual([expect.stringContaining('did you mean "CHECKOUT"')]);
  });

  test('without gatekeeper() before it, is an error that says so', async () => {
    const app = express().get('/new', requireVariant('CHECKOUT', 'ON'), (_req, res) => void res.send('welcome'));
    const tell: ErrorRequestHandler = (error, _req, res, _next) =>
      void res.status(500).json({ code: error.code, message: error.message });
    const { body } = await request(app.use(tell)).get('/new').expect(500);
    expect(body).toEqual({ code: 'not-mounted', message: expect.stringContaining('app.use(gatekeeper(config))') });
  });
});
