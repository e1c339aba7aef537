import type { Handler } from 'gatekeeper-flags/express';
import { dashboard } from 'gatekeeper-flags/dashboard';
import express from 'express';
import request from 'supertest';
import { client, dashboardApp, dashboardEngine } from '../support/dashboard';

const app = dashboardApp(dashboardEngine());

interface Layer {
  readonly route?: { readonly path: string; readonly methods: { readonly [method: string]: boolean } };
}
const { stack } = dashboard(dashboardEngine(), { authorize: () => null }) as Handler & { stack: readonly Layer[] };
const routes = stack
  .flatMap(({ route }) => (route ? Object.keys(route.methods).map((method) => [method, route.path] as const) : []))
  .map(([method, path]) => [method, path.replace(':flag', 'BANNER').replace(':hash/:name', 'x/htmx.js')] as const);

describe('every route is behind authorize', () => {
  test('there are pages, files, streams, actions and an API', () => {
    for (const path of [
      '/',
      '/events',
      '/history.csv',
      '/assets/x/htmx.js',
      '/actions/kill',
      '/api/actions/kill',
      '/api/flags',
    ])
      expect(routes.map(([, path]) => path)).toContain(path);
  });
  test.each(routes)('%s %s', async (method, path) => {
    const answer = await request(app)[method as 'get'](`/gatekeeper${path}`).set('Sec-Fetch-Site', 'same-origin');
    expect(answer.status).toBe(403);
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.text).not.toContain('BANNER');
  });
});

describe('headers on every response', () => {
  const paths = [
    '/',
    '/flags/CHECKOUT',
    '/flags/NOPE',
    '/nope',
    '/api/flags',
    '/api/nope',
    '/history.csv',
    '/%E0%A4%A',
  ];
  test.each(paths)('%s', async (path) => {
    const { headers } = await client(app).get(path);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none';script-src 'self';style-src 'self'/),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });
  test('files may be kept by the browser that asked for them', async () => {
    const page = (await client(app).get('/')).text;
    const files = [...page.matchAll(/(?:src|href)="\/gatekeeper(\/assets\/[^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      const { headers } = await client(app).get(file).expect(200);
      expect(headers['cache-control']).toBe('private, max-age=31536000, immutable');
    }
    await client(app)
      .get(files[0]!.replace(/assets\/[^/]+/, 'assets/other'))
      .expect(404);
  });
});

describe('what another site sends', () => {
  const send = (headers: object, type = 'form') =>
    request(app)
      .post('/gatekeeper/api/actions/kill')
      .set({ 'x-role': 'operator', Host: 'shop.test', ...headers })
      .type(type)
      .send(type === 'json' ? { flag: 'NOPE' } : 'flag=NOPE');

  test.each([
    ['cross-site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://shop.test' }],
    ['same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['typed in', { 'Sec-Fetch-Site': 'none' }],
    ['no header at all', {}],
    ['Origin null', { Origin: 'null' }],
    ['another Origin', { Origin: 'http://evil.example' }],
    ['a subdomain', { Origin: 'http://a.shop.test' }],
    ['another port', { Origin: 'http://shop.test:81' }],
    ['no URL', { Origin: 'shop.test' }],
  ])('%s: 403, whatever the type', async (_, headers) => {
    for (const type of ['form', 'json', 'text/plain', 'multipart/form-data; boundary=x'])
      expect((await send(headers, type)).body.error.code).toBe('cross-origin');
  });
  test.each([[{ 'Sec-Fetch-Site': 'same-origin' }], [{ Origin: 'http://shop.test' }]])(
    '%j is from here',
    async (headers) => {
      expect((await send(headers)).body.error.code).toBe('flag-unknown');
    },
  );
  test('GET changes nothing: no action has one', async () => {
    for (const path of ['/actions/kill?flag=BANNER', '/api/actions/kill?flag=BANNER'])
      await client(app).get(path).expect(404);
  });
});

describe('limits', () => {
  test('what is too long: 413', async () => {
    const operator = client(dashboardApp(dashboardEngine()));
    const long = 'x'.repeat(1_000_000);
    for (const reason of [long, 'x'.repeat(1_001)]) {
      await operator.api('kill', { flag: 'BANNER', reason }).expect(413);
      await operator.form('kill', { flag: 'BANNER', reason }).expect(413);
    }
    const ids = Array.from({ length: 100_000 }, (_, id) => id);
    await operator.api('add-to-segment', { segment: 'beta testers', ids }).expect(413);
    await operator.api('add-to-segment', { segment: 'beta testers', ids: ids.slice(0, 10_001) }).expect(413);
  });

  test('one who is too fast: 429, and others are not held up', async () => {
    const engine = dashboardEngine();
    const app = dashboardApp(engine, {
      authorize: (req: any) => ({ name: req.get('x-role'), role: 'operator' }) as const,
    });
    const fast = client(app, 'operator');
    const answers = await Promise.all(Array.from({ length: 60 }, () => fast.api('unpin', { flag: 'BANNER' })));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 429]));
    expect(answers.find(({ status }) => status === 429)!.headers['retry-after']).toBe('1');
    await client(app, 'qa').api('kill', { flag: 'BANNER' }).expect(200);
  });
});

test('errors show no stack, no path and no secret, and are reported', async () => {
  const failures: unknown[] = [];
  const engine = dashboardEngine({ onError: (error) => failures.push(error) });
  const lookUp = () => {
    throw new Error('s3cret at /srv/users.js');
  };
  const operator = client(dashboardApp(engine, { lookUp }));
  for (const path of ['/playground?user=1', '/api/playground?user=1']) {
    const { text } = await operator.get(path).expect(500);
    expect(text).toContain('Something went wrong here');
    expect(text).not.toMatch(/s3cret|\/srv|\.ts|\.js:/);
  }
  expect(failures).toHaveLength(2);
});

test.each(['/', '/a/b/c'])('is mounted at %s', async (base) => {
  const app = express().use(base, dashboard(dashboardEngine(), { authorize: () => ({ name: 'Ada', role: 'viewer' }) }));
  const path = base === '/' ? '' : base;
  const { text } = await request(app).get(`${path}/flags/CHECKOUT`).expect(200);
  for (const [, url] of text.matchAll(/(?:src|href|action)="([^"]+)"/g))
    if (url !== '#main') expect(url).toMatch(new RegExp(`^${path}/[^/]*`));
});
