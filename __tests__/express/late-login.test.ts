import type { Request } from 'express';
import type { Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses } from '../support/http-express';
import { engineWith } from '../support/http-flags';

type SignedIn = Request & { user?: { id: number } };

describe.each(expresses)('a check before the login, on $version', ({ express }) => {
  function appThatSignsIn(options: Options) {
    const { engine, lines } = engineWith(options);
    const app = express().use(gatekeeper(engine));
    const signIn = (req: SignedIn) => (req.user = { id: 7 });
    app.get('/too-early', (req, res) => {
      req.gk.ff('CHECKOUT', 'ON');
      signIn(req);
      res.end();
    });
    app.get('/identified', (req, res) => {
      req.gk.ff('CHECKOUT', 'ON');
      req.gk.identify(signIn(req));
      res.end();
    });
    app.get('/identified-ahead-of-the-session', (req, res) => {
      req.gk.ff('CHECKOUT', 'ON');
      req.gk.identify({ id: 7 });
      res.end();
    });
    app.get('/after', (req, res) => {
      signIn(req);
      req.gk.ff('CHECKOUT', 'ON');
      res.end();
    });
    app.get('/unchecked', (req, res) => {
      signIn(req);
      res.end();
    });
    return { app, lines };
  }

  test.each([['development'], ['test'], [undefined]])('is warned about once where NODE_ENV is %s', async (NODE_ENV) => {
    const { app, lines } = appThatSignsIn({ env: { NODE_ENV } });
    await request(app).get('/too-early');
    await request(app).get('/too-early');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /GET \/too-early: .*checked for user nobody, .*ended as user 7; .*req\.gk\.identify\(user\)/,
    );
  });

  test.each(['/identified', '/identified-ahead-of-the-session', '/after', '/unchecked'])(
    '%s warns of nothing',
    async (path) => {
      const { app, lines } = appThatSignsIn({ env: { NODE_ENV: 'development' } });
      await request(app).get(path);
      expect(lines).toEqual([]);
    },
  );

  test('is not looked for in production', async () => {
    const { app, lines } = appThatSignsIn({ env: { NODE_ENV: 'production' } });
    await request(app).get('/too-early');
    expect(lines).toEqual([]);
  });

  test('a user(req) that fails by the end of the response ends nothing', async () => {
    let ended = false;
    const user = (): never | undefined => {
      if (ended) throw new Error('session is gone');
    };
    const { engine, lines } = engineWith({ env: { NODE_ENV: 'development' }, user });
    const app = express().use(gatekeeper(engine));
    app.get('/', (req, res) => {
      req.gk.ff('CHECKOUT', 'ON');
      ended = true;
      res.end('ok');
    });
    await request(app).get('/').expect(200, 'ok');
    expect(lines).toEqual([]);
  });
});
