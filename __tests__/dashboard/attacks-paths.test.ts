import express, { type Express, type RequestHandler } from 'express';
import { dashboard, type DashboardOptions } from 'gatekeeper-flags/dashboard';
import { allRoutes, form, FROM_HERE, json, OPERATOR, send, standing, type Sent } from '../support/dashboard-attacks';
import { dashboardApp, dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

const nobody: DashboardOptions['authorize'] = () => null;

/** Ways to write a path so that one part of a server takes it for another than the next does. */
const tricks: readonly (readonly [string, (path: string) => string])[] = [
  ['as it is', (path) => path],
  ['a slash at the end', (path) => `${path}/`],
  ['two slashes before', (path) => `/${path}`],
  ['two slashes within', (path) => path.replace(/(.)\//g, '$1//')],
  ['a backslash', (path) => path.replace(/(.)\//g, '$1\\')],
  ['encoded slashes', (path) => path.replace(/(.)\//g, '$1%2f')],
  ['slashes encoded twice', (path) => path.replace(/(.)\//g, '$1%252F')],
  ['dots before', (path) => `/x/..${path}`],
  ['encoded dots', (path) => `/x/%2e%2e${path}`],
  ['a dot within', (path) => path.replace(/(.)\//g, '$1/./')],
  ['out and in again', (path) => path.replace(/(.)\//g, '$1/assets/../')],
  ['a dot at the end', (path) => `${path}.`],
  ['a parameter', (path) => path.replace(/(.)\//g, '$1;x=1/')],
  ['a null byte', (path) => `${path}%00`],
  ['a null byte and a name', (path) => `${path}%00.css`],
  ['a space', (path) => `${path}%20`],
  ['a line', (path) => `${path}%0d%0aX-Injected:%201`],
  ['half an escape', (path) => `${path}%`],
  ['too long for UTF-8', (path) => path.replace(/(.)\//g, '$1%c0%af')],
  ['capitals', (path) => path.toUpperCase()],
  ['full-width letters', (path) => path.replace('a', '%ef%bd%81')],
  ['a fragment', (path) => `${path}#/assets/`],
  ['a question without an end', (path) => `${path}?`],
  ['as a file', (path) => `${path}.css`],
  ['a whole URL', (path) => `http://evil.example${path}`],
  ['another host', (path) => `//evil.example${path}`],
];

const mounts: readonly (readonly [string, string])[] = [
  ['/', ''],
  ['/gatekeeper', '/gatekeeper'],
  ['/a/b/c', '/a/b/c'],
  ['/:tenant/admin', '/x/admin'],
];

/** The dashboard behind a proxy, next to a page of the app's own. */
function mounted(at: string, authorize: DashboardOptions['authorize'], engine = dashboardEngine()): Express {
  const app = express().set('trust proxy', true);
  app.use(at, dashboard(engine, { authorize }));
  return app.use((_req, res) => void res.status(404).send('the app'));
}

const PROXIED = {
  'X-Forwarded-Host': 'shop.test',
  'X-Forwarded-Proto': 'https',
  'X-Original-URL': '/',
  'X-Rewrite-URL': '/',
};
const routes = allRoutes();

describe.each(mounts)('mounted at %s', (at, base) => {
  test.each(tricks)('nobody gets in by a path with %s', async (_, trick) => {
    const engine = dashboardEngine();
    const before = await standing(engine);
    await listening(mounted(at, nobody, engine), async (origin) => {
      const sent = routes.map(({ method, path }): Sent => ({
        method,
        path: trick(base + path),
        headers: { ...FROM_HERE, ...PROXIED },
      }));
      for (const answer of await Promise.all(sent.map((one) => send(origin, one)))) {
        expect([400, 403, 404]).toContain(answer.status);
        expect(answer.text).not.toMatch(/CHECKOUT|BANNER|event:|at .*:\d+:\d+/);
        expect(answer.headers).not.toHaveProperty('x-injected');
        expect(answer.headers).not.toHaveProperty('set-cookie');
      }
    });
    expect(await standing(engine)).toEqual(before);
  });

  test.each(tricks)('with %s, an action is none for another site, for a viewer, or by GET', async (_, trick) => {
    const engine = dashboardEngine();
    const app = mounted(at, (req: any) => ({ name: 'Ada', role: req.get('x-role') }), engine);
    await listening(app, async (origin) => {
      for (const action of ['actions/kill', 'api/actions/kill']) {
        const path = trick(`${base}/${action}`);
        const sent = [
          form(path, { flag: 'BANNER' }, { ...OPERATOR, ...PROXIED, 'Sec-Fetch-Site': 'cross-site' }),
          form(path, { flag: 'BANNER' }, { ...FROM_HERE, ...PROXIED, 'x-role': 'viewer' }),
          { path: path.includes('?') ? `${path}flag=BANNER` : `${path}?flag=BANNER`, headers: OPERATOR },
        ];
        for (const one of sent) expect((await send(origin, one)).status).toBeGreaterThanOrEqual(400);
      }
    });
    expect(engine.live.state.revision).toBe(0);
  });
});

describe('methods', () => {
  const others = ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'REPORT', 'QUERY', 'PURGE'];

  test.each(others)('%s lets nobody in, and changes nothing', async (method) => {
    const engine = dashboardEngine();
    const before = await standing(engine);
    await listening(dashboardApp(engine), async (origin) => {
      for (const { path } of routes) {
        const asked = { method, path: `/gatekeeper${path}` };
        const [out, inside] = await Promise.all([
          send(origin, asked),
          send(origin, { ...asked, headers: { ...OPERATOR, 'x-name': path } }),
        ]);
        expect([400, 403]).toContain(out.status); // 400: what Node itself does not know
        expect(out.text).not.toMatch(/CHECKOUT|BANNER/);
        if (method !== 'HEAD') expect([400, 404, 429]).toContain(inside.status);
        else expect(inside.text).toBe('');
        expect(inside.headers).not.toHaveProperty('access-control-allow-origin');
      }
    });
    expect(await standing(engine)).toEqual(before);
  });

  const overriding = [
    { 'X-HTTP-Method-Override': 'POST' },
    { 'X-HTTP-Method': 'POST' },
    { 'X-Method-Override': 'POST' },
  ] as const;
  const fields = { flag: 'BANNER', _method: 'POST' };

  test.each(overriding)('GET with %j stays GET', async (headers) => {
    const engine = dashboardEngine();
    await listening(dashboardApp(engine), async (origin) => {
      const path = `/gatekeeper/actions/kill?${new URLSearchParams(fields)}`;
      expect((await send(origin, { path, headers: { ...OPERATOR, ...headers } })).status).toBe(404);
    });
    expect(engine.live.state.revision).toBe(0);
  });

  test.each(['POST', 'GET', 'OPTIONS', 'get'])(
    'where the app overrides methods, another site cannot use %s',
    async (method) => {
      const engine = dashboardEngine();
      const overridden: RequestHandler = (req, _res, next) => {
        req.method = String(req.query._method ?? req.get('X-HTTP-Method-Override') ?? req.method);
        next();
      };
      const app = express().use(overridden, dashboardApp(engine));
      await listening(app, async (origin) => {
        const headers = { 'x-role': 'operator', 'Sec-Fetch-Site': 'cross-site', 'X-HTTP-Method-Override': method };
        for (const path of ['/gatekeeper/actions/kill', '/gatekeeper/api/actions/kill']) {
          const answers = await Promise.all([
            send(origin, form(path, fields, headers)),
            send(origin, json(`${path}?_method=${method}`, fields, headers)),
            send(origin, { path: `${path}?flag=BANNER&_method=POST`, headers }),
          ]);
          for (const { status } of answers) expect([403, 404]).toContain(status);
        }
      });
      expect(engine.live.state.revision).toBe(0);
    },
  );
});
