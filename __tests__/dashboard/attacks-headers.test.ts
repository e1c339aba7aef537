import { gzipSync } from 'node:zlib';
import { BY } from '../support/config';
import { allRoutes, form, json, OPERATOR, send, type Answer, type Sent } from '../support/dashboard-attacks';
import { fragileStore } from '../support/fragile-store';
import { client, dashboardApp, dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

const HELD = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** What each directive allows, and nothing that would let a script in. */
const POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};

function expectHeld({ headers }: Answer): void {
  expect(headers).toMatchObject(HELD);
  const directives = String(headers['content-security-policy'])
    .split(';')
    .map((directive) => directive.trim().split(' '));
  expect(Object.fromEntries(directives.map(([name, ...values]) => [name, values]))).toEqual(POLICY);
  expect(headers['x-powered-by']).toBeUndefined();
  if (!/immutable/.test(String(headers['cache-control']))) expect(headers['cache-control']).toBe('no-store');
}

const kill = (fields: object, headers?: Sent['headers']) => form('/gatekeeper/actions/kill', fields as {}, headers);
const BOMB = gzipSync(Buffer.alloc(50_000_000, ' '));

/** Something to get of each status. */
const answers: readonly (readonly [number, string, Sent])[] = [
  [200, 'a page', { path: '/gatekeeper/', headers: OPERATOR }],
  [200, 'no body', { method: 'HEAD', path: '/gatekeeper/', headers: OPERATOR }],
  [200, 'an API', { path: '/gatekeeper/api/flags', headers: OPERATOR }],
  [200, 'a stream', { path: '/gatekeeper/events', headers: OPERATOR }],
  [200, 'a file to keep', { path: '/gatekeeper/history.csv', headers: OPERATOR }],
  [303, 'a redirect', kill({ flag: 'BANNER' })],
  [400, 'a path that is none', { path: '/gatekeeper/flags/%', headers: OPERATOR }],
  [400, 'what is missing', kill({})],
  [400, 'JSON that is none', json('/gatekeeper/api/actions/kill', '{"flag":')],
  [403, 'nobody', { path: '/gatekeeper/' }],
  [403, 'another site', kill({ flag: 'BANNER' }, { ...OPERATOR, 'Sec-Fetch-Site': 'cross-site' })],
  [403, 'a viewer', kill({ flag: 'BANNER' }, { ...OPERATOR, 'x-role': 'viewer' })],
  [404, 'no page', { path: '/gatekeeper/nope', headers: OPERATOR }],
  [404, 'no API', { path: '/gatekeeper/api/nope', headers: OPERATOR }],
  [404, 'no asset', { path: '/gatekeeper/assets/x/htmx.js', headers: OPERATOR }],
  [404, 'no flag', kill({ flag: 'NOPE' })],
  [404, 'a method that is none', { method: 'DELETE', path: '/gatekeeper/flags/BANNER', headers: OPERATOR }],
  [409, 'a conflict', form('/gatekeeper/actions/unpin', { flag: 'LOCKED', revision: '0' })],
  [413, 'a form that is too long', kill({ flag: 'BANNER', reason: 'x'.repeat(1_000_000) })],
  [413, 'JSON that is too long', json('/gatekeeper/api/actions/kill', { flag: 'BANNER', reason: 'x'.repeat(1_000_000) })],
  [413, 'too many fields', kill(Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`f${n}`, ''])))],
  [413, 'a bomb', { ...json('/gatekeeper/api/actions/kill', '', { ...OPERATOR, 'Content-Encoding': 'gzip' }), body: BOMB }],
  [415, 'an encoding of its own', json('/gatekeeper/api/actions/kill', '{}', { ...OPERATOR, 'Content-Encoding': 'x' })],
  [415, 'a charset of its own', kill({}, { ...OPERATOR, 'Content-Type': 'application/json; charset=x' })],
  [428, 'what is asked twice', form('/gatekeeper/actions/restore', { flag: 'LOCKED' })],
  [500, 'a failure', { path: '/gatekeeper/playground?user=1', headers: OPERATOR }],
  [503, 'a store that is down', { path: '/gatekeeper/history.json', headers: { ...OPERATOR, 'x-down': '1' } }],
]; // prettier-ignore

test.each(answers)('%i: %s', async (status, _, sent) => {
  const store = fragileStore();
  const engine = dashboardEngine({ environment: 'production', store: () => store });
  await engine.live.kill('LOCKED', BY);
  if (sent.headers && 'x-down' in sent.headers) store.state = 'refused';
  const lookUp = () => {
    throw new Error('it failed');
  };
  await listening(dashboardApp(engine, { lookUp }), async (origin) => {
    const answer = await send(origin, sent);
    expect([answer.status, answer.text]).toEqual([status, expect.anything()]);
    expectHeld(answer);
  });
});

test('429: too fast', async () => {
  await listening(dashboardApp(dashboardEngine()), async (origin) => {
    const all = await Promise.all(Array.from({ length: 60 }, () => send(origin, kill({ flag: 'BANNER' }))));
    const [tooFast] = all.filter(({ status }) => status === 429);
    expectHeld(tooFast!);
  });
});

test('503: authorize does not answer', async () => {
  await listening(dashboardApp(dashboardEngine(), { authorize: () => new Promise(() => {}) }), async (origin) => {
    expectHeld(await send(origin, { path: '/gatekeeper/' }));
  });
});

test('every file that a page names, and 304', async () => {
  const app = dashboardApp(dashboardEngine());
  const page = (await client(app).get('/')).text;
  const files = [...page.matchAll(/(?:src|href)="([^"]*\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(files.length).toBeGreaterThan(8);
  await listening(app, async (origin) => {
    for (const path of files) {
      const answer = await send(origin, { path, headers: OPERATOR });
      expectHeld(answer);
      const again = await send(origin, { path, headers: { ...OPERATOR, 'If-None-Match': answer.headers.etag! } });
      expect(again.status).toBe(304);
      expectHeld(again);
    }
  });
});

test.each(allRoutes())('$method $path, to an operator and to nobody', async ({ method, path }) => {
  await listening(dashboardApp(dashboardEngine()), async (origin) => {
    for (const headers of [OPERATOR, {}])
      expectHeld(await send(origin, { method, path: `/gatekeeper${path}`, headers }));
  });
});
