import type { RequestHandler, Response } from 'express';
import type { Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { OutgoingHttpHeader } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { engineOf, recorder, toggle } from '../support/config';
import { expresses } from '../support/http-express';

/** A static page. */
const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-caching-'));
writeFileSync(join(folder, 'page.html'), '<h1>page</h1>');
afterAll(() => rmSync(folder, { recursive: true }));

/** Calls `listener` just before the headers go out, as the on-headers package does for compression and sessions. */
function onHeaders(res: Response, listener: () => void): void {
  const writeHead = res.writeHead as (...args: unknown[]) => Response;
  res.writeHead = (...args: unknown[]) => {
    listener();
    return writeHead.apply(res, args);
  };
}

const SHARED = 'public, max-age=60, s-maxage=600';
type Give = (res: Response) => unknown;
const sending =
  (set: Give): Give =>
  (res) => {
    set(res);
    res.send('page');
  };
const write =
  (...args: unknown[]): Give =>
  (res) =>
    (res.writeHead as (...args: unknown[]) => Response)(200, ...args).end('page');

describe.each(expresses)('the headers of a response for one visitor, on $version', ({ express }) => {
  /** `before` runs before the check of CHECKOUT and BANNER, which answer for one user, and `after` gives the answer. */
  function appWith(
    { before, after = (res) => res.send('page') }: { before?: Give; after?: Give },
    options: Options = {},
  ) {
    const { logger, warnings } = recorder();
    const flags = { CHECKOUT: toggle({ overrides: { ON: [1] } }), BANNER: toggle({ overrides: { ON: [1] } }) };
    const engine = engineOf(flags, { user: () => ({ id: 1 }), logger, ...options });
    const check: RequestHandler = (req, res, next) => {
      before?.(res);
      req.gk.all();
      next();
    };
    const app = express();
    app.use(gatekeeper(engine), check);
    app.use('/static', express.static(folder, { maxAge: '1h' }));
    app.use(
      '/static-public',
      express.static(folder, { setHeaders: (res) => void res.setHeader('Cache-Control', SHARED) }),
    );
    app.get('/', (_req, res) => void after(res));
    return { app, engine, warnings };
  }
  const headersOf = async (gives: Parameters<typeof appWith>[0]) =>
    (await request(appWith(gives).app).get('/').expect(200, 'page')).headers;

  test.each<[string, Parameters<typeof appWith>[0]]>([
    ['before the check', { before: (res) => res.set('Cache-Control', SHARED) }],
    ['after it', { after: (res) => res.set('Cache-Control', SHARED).send('page') }],
    ['by writeHead, with an object', { after: write({ 'Cache-Control': SHARED }) }],
    ['by writeHead, in lower case', { after: write({ 'cache-control': SHARED }) }],
    ['by writeHead, with a reason', { after: write('Fine', { 'Cache-Control': SHARED }) }],
    ['by writeHead, with no reason', { after: write(undefined, { 'Cache-Control': SHARED }) }],
    ['by writeHead, with more arguments than it needs', { after: write({ 'Cache-Control': SHARED }, undefined) }],
    ['by writeHead, with a list', { after: write(['Cache-Control', SHARED]) }],
    [
      'by writeHead, with a list that says it twice',
      { after: write(['Cache-Control', 'public', 'Cache-Control', 'max-age=60']) },
    ],
    ['by writeHead, with a list of pairs', { after: write([['Cache-Control', SHARED]]) }],
    ['as several values', { after: (res) => res.set('Cache-Control', ['public', 'max-age=60']).send('page') }],
    ['added to what is there', { after: (res) => res.append('Cache-Control', SHARED).send('page') }],
    ['from a Headers object', { after: (res) => res.setHeaders(new Headers({ 'Cache-Control': SHARED })).end('page') }],
    [
      'in a hook on the headers, put before the check',
      {
        before: (res) => onHeaders(res, () => res.setHeader('Cache-Control', SHARED)),
      },
    ],
    [
      'in a hook on the headers, put after it',
      {
        after: (res) => {
          onHeaders(res, () => res.setHeader('Cache-Control', SHARED));
          res.send('page');
        },
      },
    ],
  ])('a public Cache-Control set %s is made private, with a warning', async (_, gives) => {
    const { app, warnings } = appWith(gives);
    const { headers } = await request(app).get('/').expect(200, 'page');
    expect(headers['cache-control']).toMatch(/^private(, max-age=60)?$/);
    expect(headers.vary).toBe('Cookie');
    expect(warnings).toEqual([expect.stringMatching(/its "Cache-Control: .*public.*" was made private/)]);
  });

  test.each([
    ['nothing', undefined, 'private'],
    ['public', 'public', 'private'],
    ['s-maxage', 's-maxage=600, max-age=5', 'private, max-age=5'],
    ['upper case', 'PUBLIC, S-MaxAge=600', 'private'],
    ['an age without public', 'max-age=60, must-revalidate', 'private, max-age=60, must-revalidate'],
    ['no-cache', 'no-cache', 'private, no-cache'],
    ['private', 'private, max-age=60', 'private, max-age=60'],
    ['private of some fields', 'private="set-cookie, x-user", max-age=60', 'private, max-age=60'],
    ['no-store', 'no-store', 'no-store'],
    ['no-store among others', 'no-store, no-cache, max-age=0', 'no-store, no-cache, max-age=0'],
  ])('%s', async (_, before, after) => {
    const set: Give = (res) => before !== undefined && res.set('Cache-Control', before);
    expect((await headersOf({ before: set }))['cache-control']).toBe(after);
    expect((await headersOf({ after: sending(set) }))['cache-control']).toBe(after);
  });

  test('a Cache-Control that is removed comes back', async () => {
    const remove: Give = (res) => res.removeHeader('Cache-Control');
    expect(await headersOf({ after: sending(remove) })).toMatchObject({
      'cache-control': 'private',
    });
    expect(await headersOf({ before: (res) => onHeaders(res, () => remove(res)) })).toMatchObject({
      'cache-control': 'private',
    });
  });

  test.each<[string | string[] | undefined, string]>([
    [undefined, 'Cookie'],
    ['Accept-Encoding', 'Accept-Encoding, Cookie'],
    ['Accept-Encoding, cookie', 'Accept-Encoding, cookie'],
    ['X-Cookie', 'X-Cookie, Cookie'],
    [['Accept', 'Accept-Language'], 'Accept,Accept-Language, Cookie'],
    ['*', '*'],
  ])('Vary %j becomes %s', async (before, after) => {
    const set: Give = (res) => before !== undefined && res.setHeader('Vary', before);
    expect((await headersOf({ before: set })).vary).toBe(after);
    expect((await headersOf({ after: sending(set) })).vary).toBe(after);
  });

  test('what is added to Vary later is kept', async () => {
    expect((await headersOf({ after: (res) => res.vary('Accept-Encoding').send('page') })).vary).toBe(
      'Cookie, Accept-Encoding',
    );
  });

  test.each([
    ['X-Accel-Expires', '60'],
    ['Surrogate-Control', 'max-age=60'],
    ['CDN-Cache-Control', 'public, max-age=60'],
    ['Cloudflare-CDN-Cache-Control', 'max-age=60'],
    ['Edge-Control', '!no-cache, max-age=60'],
  ])('%s is taken away, and warned about', async (name, value) => {
    for (const gives of [{ before: (res: Response) => res.set(name, value) }, { after: write({ [name]: value }) }]) {
      const { app, warnings } = appWith(gives);
      const { headers } = await request(app).get('/');
      expect(headers).not.toHaveProperty(name.toLowerCase());
      expect(headers['cache-control']).toBe('private');
      expect(warnings).toEqual([expect.stringContaining(`its "${name}: ${value}" was made private`)]);
    }
  });

  test.each([
    ['X-Accel-Expires', '0'],
    ['Surrogate-Control', 'no-store'],
    ['CDN-Cache-Control', 'private'],
  ])('%s: %s stays', async (name, value) => {
    const { app, warnings } = appWith({ before: (res) => res.set(name, value) });
    expect((await request(app).get('/')).headers[name.toLowerCase()]).toBe(value);
    expect(warnings).toEqual([]);
  });

  describe('other headers handed to writeHead arrive as they would without flags', () => {
    test.each<[string, { [name: string]: OutgoingHttpHeader } | unknown[]]>([
      ['in an object', { 'X-One': 1, 'Set-Cookie': ['a=1', 'b=2'], Vary: 'Accept' }],
      ['in a list', ['X-One', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Vary', 'Accept']],
      ['in a list with several values', ['Set-Cookie', ['a=1', 'b=2'], 'X-One', '1', 'Vary', 'Accept']],
      [
        'in pairs',
        [
          ['X-One', '1'],
          ['Set-Cookie', ['a=1', 'b=2']],
          ['Vary', 'Accept'],
        ],
      ],
    ])('%s', async (_, given) => {
      const headers = await headersOf({ before: (res) => res.set('X-One', 'replaced'), after: write(given) });
      expect(headers).toMatchObject({ 'x-one': '1', 'set-cookie': ['a=1', 'b=2'], vary: 'Accept, Cookie' });
    });
  });

  test('files: sendFile with an age, with headers of its own, and static folders', async () => {
    const path = join(folder, 'page.html');
    for (const after of [
      (res: Response) => res.sendFile(path, { maxAge: '1h' }),
      (res: Response) => res.sendFile(path, { headers: { 'Cache-Control': SHARED } }),
    ])
      expect((await request(appWith({ after }).app).get('/')).headers).toMatchObject({
        'cache-control': expect.stringMatching(/^private(, max-age=60)?$/),
        vary: 'Cookie',
      });
    for (const url of ['/static/page.html', '/static-public/page.html']) {
      const { headers } = await request(appWith({}).app).get(url).expect(200, '<h1>page</h1>');
      expect(headers).toMatchObject({
        'cache-control': expect.stringMatching(/^private\b(?!.*(public|s-maxage))/),
        vary: 'Cookie',
      });
    }
  });

  test('HEAD and 304 say the same as GET', async () => {
    const { app } = appWith({ after: (res) => res.set('Cache-Control', SHARED).send('page') });
    const { headers } = await request(app).get('/');
    const wanted = { 'cache-control': 'private, max-age=60', vary: 'Cookie' };
    expect((await request(app).head('/').expect(200)).headers).toMatchObject(wanted);
    const again = request(app).get('/').set('If-None-Match', headers.etag!);
    expect((await again.expect(304)).headers).toMatchObject(wanted);
    const file = await request(app).get('/static/page.html');
    const notModified = await request(app)
      .get('/static/page.html')
      .set('If-None-Match', file.headers.etag!)
      .expect(304);
    expect(notModified.headers).toMatchObject({ 'cache-control': 'private', vary: 'Cookie' });
  });

  test('an error, a redirect and a page that is missing are private too', async () => {
    const fail = () => {
      throw new Error('broken');
    };
    const answers = await Promise.all([
      request(appWith({ after: fail }, { env: { NODE_ENV: 'test' } }).app.set('env', 'test'))
        .get('/')
        .expect(500),
      request(appWith({ after: (res) => res.redirect('/there') }).app)
        .get('/')
        .expect(302),
      request(appWith({}).app).get('/nowhere').expect(404),
      request(appWith({ after: (res) => res.sendFile(join(folder, 'gone.html'), { maxAge: '1h' }) }).app)
        .get('/')
        .expect(404),
    ]);
    for (const { headers } of answers)
      expect(headers).toMatchObject({ 'cache-control': 'private', vary: expect.stringMatching(/^Cookie/) });
  });

  describe('the warning', () => {
    test('names the flags and what was set, once for all pages', async () => {
      const { app, warnings } = appWith({ before: (res) => res.set('Cache-Control', SHARED) });
      for (const path of ['/?page=1', '/?page=2', '/static/page.html']) await request(app).get(path);
      expect(warnings).toEqual([
        `gatekeeper: GET /?page=1: its "Cache-Control: ${SHARED}" was made private, because CHECKOUT, BANNER answered for ` +
          'one visitor; to share such pages, key your cache by gk.cacheKey(…) of these flags',
      ]);
    });

    test.each<[string, Give]>([
      ['nothing was set', () => {}],
      ['an age for browsers was set', (res) => res.set('Cache-Control', 'max-age=60')],
      ['the response was private already', (res) => res.set('Cache-Control', 'private, max-age=60')],
      ['it is not stored at all', (res) => res.set('Cache-Control', 'no-store')],
      [
        'public was set and thought better of',
        (res) => {
          res.set('Cache-Control', 'public');
          onHeaders(res, () => res.set('Cache-Control', 'no-store'));
        },
      ],
    ])('is not given where %s', async (_, before) => {
      const { app, warnings } = appWith({ before });
      await request(app).get('/').expect(200, 'page');
      expect(warnings).toEqual([]);
    });

    test('is given in production too', async () => {
      const before: Give = (res) => res.set('Cache-Control', 'public');
      const { app, warnings } = appWith({ before }, { env: { NODE_ENV: 'production' } });
      await request(app).get('/');
      expect(warnings).toHaveLength(1);
    });
  });
});
