import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { clientEndpoint } from 'gatekeeper-flags/client/endpoint';
import request from 'supertest';
import { BY, recorder, toggle, engineOf } from '../support/config';
import { clientApp, clientEngine } from '../support/client';
import { expresses } from '../support/http-express';
import { gatekeeper } from 'gatekeeper-flags/express';

const SAME = { 'Sec-Fetch-Site': 'same-origin' };
const growth = { 'x-user': 'ada', 'x-plan': 'growth' };

const engine = clientEngine();
const app = clientApp(engine);
const post = (path: string, body: unknown, headers: object = SAME, to: Express = app) =>
  request(to)
    .post(`/flags${path}`)
    .set(headers as never)
    .type('json')
    .send(JSON.stringify(body));
afterAll(() => engine.close());

describe('GET', () => {
  test('answers what the bootstrap says, for this visitor alone, and 304 where nothing is new', async () => {
    const { text } = await request(app).get('/').set(growth);
    const answer = await request(app).get('/flags').set(growth).expect(200);
    expect(text).toContain(answer.text);
    expect(answer.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      vary: expect.stringContaining('Cookie'),
    });
    const { etag } = answer.headers;
    await request(app)
      .get('/flags')
      .set({ ...growth, 'If-None-Match': etag })
      .expect(304);
    // Another user with the same ETag is told of theirs.
    await request(app).get('/flags').set({ 'x-user': 'bob', 'If-None-Match': etag }).expect(200);
  });

  test('the context is the session’s: what a request says of itself is nothing', async () => {
    const hostile = '?user=ada&plan=growth&context={"user":{"plan":"growth"}}&__proto__[plan]=growth';
    const { body } = await request(app).get(`/flags${hostile}`).expect(200);
    expect(body.flags.CHECKOUT).toEqual(['STEPS']);
  });

  test.each(['/flags/../SECRET', '/flags/%00', '/flags/__proto__', '/flags/CHECKOUT', '/flags/%E0%A4%A'])(
    'there is nothing at %s',
    async (path) => {
      const { status } = await request(app).get(path);
      expect([400, 404]).toContain(status);
    },
  );

  test('without the middleware before it, it says so', async () => {
    const { body } = await request(express().use('/flags', clientEndpoint(engine)))
      .get('/flags')
      .expect(500);
    expect(body.code).toBe('not-mounted');
    const other = clientEngine();
    await request(clientApp(engine).use('/other', clientEndpoint(other)))
      .get('/other')
      .expect(500);
  });
});

describe('POST /events', () => {
  test('what a browser has used is used: counted, for the variant that the server decides', async () => {
    const engine = clientEngine();
    const app = clientApp(engine);
    const body = {
      exposures: ['CHECKOUT', 'CHECKOUT', 'SECRET', 'NOPE', '__proto__'],
      variant: 'ONE_PAGE',
      user: { plan: 'growth' },
    };
    await post('/events', body, SAME, app).expect(204);
    const counts = await engine.live.counts();
    expect(counts.map(({ flag, variant, count }) => [flag, variant, count])).toEqual([['CHECKOUT', 'STEPS', 1]]);
    await engine.close();
  });

  test.each([
    ['no JSON', '{"exposures":'],
    ['a list', '[]'],
    ['a string', '"CHECKOUT"'],
    ['flags that are no list', '{"exposures":"CHECKOUT"}'],
    ['a flag that is no name', '{"exposures":[{"toString":1}]}'],
    ['too many flags', JSON.stringify({ exposures: Array(501).fill('CHECKOUT') })],
    ['an outcome without a metric', '{"outcomes":[{"value":1}]}'],
    ['a value that is no number', '{"outcomes":[{"metric":"bought","value":"1"}]}'],
    ['a value that cannot be added up', '{"outcomes":[{"metric":"bought","value":1e300}]}'],
    ['a value that was none', '{"outcomes":[{"metric":"bought","value":null}]}'],
    ['deep JSON', `{"exposures":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('refuses %s: 400 malformed', async (_, body) => {
    const { body: answer } = await request(app).post('/flags/events').set(SAME).type('json').send(body).expect(400);
    expect(answer).toEqual({ code: 'malformed', message: expect.any(String) });
  });

  test('refuses another content type, and what is too large', async () => {
    const text = await request(app).post('/flags/events').set(SAME).type('text').send('{"exposures":[]}').expect(400);
    expect(text.body.code).toBe('malformed');
    const large = { exposures: ['x'.repeat(10_000_000)] };
    expect((await post('/events', large).expect(413)).body.code).toBe('too-large');
  });

  test.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'none' }],
    [{ Origin: 'https://evil.example' }],
    [{ Origin: 'null' }],
    [{}],
  ])('refuses what no page of this site sent: %j', async (headers) => {
    const { body } = await post('/events', { exposures: ['CHECKOUT'] }, headers).expect(403);
    expect(body.code).toBe('cross-origin');
  });

  test('nothing of all that is an error of the server', () => expect(engine.stats().errors).toEqual({}));
});

describe('POST /override', () => {
  const allowed = { overrides: { allow: ({ headers }: { headers: object }) => 'x-user' in headers } } as never;

  test('sets and clears an override of this browser', async () => {
    const engine = clientEngine(allowed);
    const agent = request.agent(clientApp(engine)).set(SAME).set('x-user', 'ada');
    const override = (variant: string) => agent.post('/flags/override').send({ flag: 'CHECKOUT', variant });
    await override('ONE_PAGE').expect(204);
    expect((await agent.get('/flags')).body.flags.CHECKOUT).toEqual(['ONE_PAGE', { steps: 1 }]);
    await override('').expect(204);
    expect((await agent.get('/flags')).body.flags.CHECKOUT).toEqual(['STEPS']);
  });

  test.each([
    ['whom the app does not let', allowed, {}, { flag: 'CHECKOUT', variant: 'ONE_PAGE' }, 403, 'override-refused'],
    [
      'anybody, in production, where the app does not say who may',
      { environment: 'production', secret: 'x'.repeat(32), env: { NODE_ENV: 'production' } },
      { 'x-user': 'ada' },
      { flag: 'CHECKOUT', variant: 'ONE_PAGE' },
      ...([403, 'override-refused'] as const),
    ],
    ['a flag that is not for browsers', {}, {}, { flag: 'SECRET', variant: 'ONE_PAGE' }, 404, 'flag-unknown'],
    ['a flag that there is not', {}, {}, { flag: '__proto__', variant: 'ONE_PAGE' }, 404, 'flag-unknown'],
    ['a variant that there is not', {}, {}, { flag: 'CHECKOUT', variant: 'TWO' }, 400, 'variant-unknown'],
    ['what names no variant', {}, {}, { flag: 'CHECKOUT' }, 400, 'malformed'],
    ['what is no object', {}, {}, [], 400, 'malformed'],
  ])('refuses %s', async (_, options, headers, body, status, code) => {
    const { body: answer } = await post(
      '/override',
      body,
      { ...SAME, ...headers },
      clientApp(clientEngine(options)),
    ).expect(status);
    expect(answer.code).toBe(code);
  });

  test('what is killed stays killed', async () => {
    const engine = clientEngine();
    const agent = request.agent(clientApp(engine)).set(SAME);
    await agent.post('/flags/override').send({ flag: 'CHECKOUT', variant: 'ONE_PAGE' }).expect(204);
    await engine.live.kill('CHECKOUT', BY);
    expect((await agent.get('/flags')).body.flags.CHECKOUT).toEqual(['STEPS']);
  });
});

describe('GET /events', () => {
  let server: Server;
  const open: IncomingMessage[] = [];
  async function listening(engine = clientEngine(), options = {}) {
    server = clientApp(engine, options).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return engine;
  }
  /** A page that listens: the status it was answered, and what it is told next. */
  async function listen(headers = {}) {
    const sent = get({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      path: '/flags/events',
      headers,
      agent: false,
    });
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    open.push(answer);
    const chunks = answer.setEncoding('utf8')[Symbol.asyncIterator]();
    const next = async () => {
      for (;;) {
        const { value, done } = await chunks.next();
        if (done) return undefined;
        if (!value.startsWith(':')) return value as string;
      }
    };
    return { answer, next };
  }
  afterEach(() => {
    for (const answer of open.splice(0)) answer.destroy();
    server.close();
  });

  test('tells a page of its own answers’ tag, and again where they are others', async () => {
    const engine = await listening();
    const [free, growing] = [await listen(), await listen(growth)];
    expect(free.answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-cache, no-transform',
    });
    const tagOf = async (headers: object) =>
      `data: ${
        (
          await request(server)
            .get('/flags')
            .set({ Cookie: 'gk_id=' + 'v'.repeat(22), ...headers })
        ).body.tag
      }\n\n`;
    expect(await growing.next()).toBe(await tagOf(growth));
    expect(await free.next()).toBe(await tagOf({}));
    // The first change is no change to this page, and the second none to the other: each hears of its own only.
    await engine.live.pin('SECRET', 'ONE_PAGE', BY);
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    expect(await free.next()).toBe(await tagOf({}));
    await engine.live.kill('CHECKOUT', BY);
    expect(await free.next()).toBe(await tagOf({}));
    expect(await growing.next()).toBe(await tagOf(growth));
    await engine.close();
    expect(await free.next()).toBeUndefined();
    expect((await listen()).answer.statusCode).toBe(503);
  });

  test('takes so many pages and no more', async () => {
    const engine = await listening(clientEngine(), { streams: 1 });
    const first = await listen();
    const { answer } = await listen();
    expect([first.answer.statusCode, answer.statusCode]).toEqual([200, 503]);
    first.answer.destroy();
    await once(first.answer, 'close');
    let status: number | undefined;
    while (status !== 200) status = (await listen()).answer.statusCode;
    await engine.close();
  });

  test('a server that closes ends it, so that it can close', async () => {
    const engine = await listening();
    const page = await listen();
    await page.next();
    const closed = new Promise((resolve) => server.close(resolve));
    expect(await page.next()).toBeUndefined();
    await closed;
    await engine.close();
  });
});

test('a rule that throws for one visitor is `off`, reported, and no error of the endpoint', async () => {
  const { logger, errors } = recorder();
  const getVariant = () => {
    throw new Error('postgres://ada:secret@db refused');
  };
  const engine = engineOf({ BROKEN: toggle({ clientSide: true, getVariant }) }, { logger });
  const { text } = await request(clientApp(engine)).get('/flags').expect(200);
  expect(text).toContain('"BROKEN":["OFF"]');
  expect(text).not.toContain('secret');
  expect(errors).toHaveLength(1);
});

test.each([[{ streams: -1 }], [{ streams: 1.5 }], [{ metrics: 'bought' }]])('it cannot be made with %j', (options) => {
  expect(() => clientEndpoint(engine, options as never)).toThrow(expect.objectContaining({ code: 'field-invalid' }));
});

test.each(expresses)(
  'it is mounted in an app of $version, which may have read the body already',
  async ({ express }) => {
    const engine = clientEngine();
    const app = express();
    app.use(express.json(), gatekeeper(engine));
    app.use('/a/b', clientEndpoint(engine));
    await request(app).get('/a/b').expect(200);
    await request(app).get('/a/b/').expect(200);
    await request(app).head('/a/b').expect(200);
    await request(app)
      .post('/a/b/events')
      .set(SAME)
      .send({ exposures: ['CHECKOUT'] })
      .expect(204);
    await request(app).post('/a/b/events').set(SAME).send([]).expect(400);
    await request(app).get('/a/b/nothing').expect(404);
    await request(app).put('/a/b').set(SAME).expect(404);
    expect((await engine.live.counts()).map(({ count }) => count)).toEqual([1]);
    await engine.close();
  },
);
