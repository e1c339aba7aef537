import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { dereference } from '@readme/openapi-parser';
import Ajv from 'ajv/dist/2020';
import type { Express } from 'express';
import { ofrep } from 'gatekeeper-flags/ofrep';
import request from 'supertest';
import { BY, recorder } from '../support/config';
import { specification } from '../support/gherkin';
import { ofrepApp, ofrepEngine } from '../support/ofrep';

const FLAGS = '/ofrep/v1/evaluate/flags';
const file = specification && join(specification, 'ofrep-openapi.yaml');
const validators = new Map<string, (body: unknown) => unknown>();

beforeAll(async () => {
  if (file === undefined || !existsSync(file))
    return void process.stdout.write('OFREP: its OpenAPI file is not here; name its folder in OPENFEATURE_SPEC\n');
  const { components, paths } = (await dereference(file)) as any;
  // As it stands, any value is a codeDefaultFlag too, and an integer a float too, so that `oneOf` takes none.
  components.schemas.codeDefaultFlag.not = { required: ['value'] };
  components.schemas.floatFlag.properties.value.not = { type: 'integer' };
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const path of [FLAGS, `${FLAGS}/{key}`])
    for (const [status, { content }] of Object.entries<any>(paths[path].post.responses))
      if (content) validators.set(`${path} ${status}`, ajv.compile(content['application/json'].schema));
  expect(validators.size).toBe(7);
});

function asked(app: Express, path = '', body: unknown = { context: { targetingKey: '7' } }, token = 'browser') {
  return request(app)
    .post(`${FLAGS}${path}`)
    .set('Authorization', `Bearer ${token}`)
    .send(body as object);
}
/** The response, once it has been held against the protocol's file. */
async function valid(test: request.Test): Promise<request.Response> {
  const response = await test;
  const path = new URL(test.url).pathname === FLAGS ? FLAGS : `${FLAGS}/{key}`;
  const validate = validators.get(`${path} ${response.status}`) as any;
  if (validators.size > 0 && ![304, 401].includes(response.status)) {
    validate(response.body);
    expect({ body: response.body, errors: validate.errors }).toEqual({ body: response.body, errors: null });
  }
  expect(response.headers['cache-control']).toBe('private');
  return response;
}

const engine = ofrepEngine({ logger: recorder().logger });
const app = ofrepApp(engine);
afterAll(() => engine.close());

test('a client is told of all flags for clients, and of no other', async () => {
  const { status, body } = await valid(asked(app));
  expect(status).toBe(200);
  expect(body.flags).toEqual([
    { key: 'BANNER', reason: 'TARGETING_MATCH', variant: 'ON', value: true },
    { key: 'THEME', reason: 'UNKNOWN', variant: 'PLAIN', value: 'PLAIN' },
    { key: 'LIMIT', reason: 'STATIC', variant: 'OFF', value: 10 },
    { key: 'LAYOUT', reason: 'STATIC', variant: 'OFF' },
    { key: 'HALF', reason: 'SPLIT', variant: 'ON', value: true },
    { key: 'BROKEN', errorCode: 'GENERAL', errorDetails: 'the flag could not be decided' },
  ]);
  const all = await valid(asked(app, '', undefined, 'backend'));
  expect(all.body.flags.map(({ key }: { key: string }) => key)).toContain('SECRET_PLAN');
});

test('one flag; one that is not for clients is to them as one that is not there', async () => {
  expect(await valid(asked(app, '/BANNER'))).toMatchObject({ status: 200, body: { key: 'BANNER', value: true } });
  const growth = { context: { targetingKey: 'ada', plan: 'growth' } };
  expect((await valid(asked(app, '/THEME', growth))).body).toMatchObject({ value: 'BLUE', reason: 'TARGETING_MATCH' });
  const [hidden, unknown] = [await valid(asked(app, '/SECRET_PLAN')), await valid(asked(app, '/NOPE'))];
  expect(hidden.status).toBe(404);
  expect({ ...hidden.body, key: 'NOPE' }).toEqual(unknown.body);
  expect((await valid(asked(app, '/SECRET_PLAN', undefined, 'backend'))).status).toBe(200);
  expect(await valid(asked(app, '/BROKEN'))).toMatchObject({
    status: 500,
    body: { key: 'BROKEN', errorCode: 'GENERAL' },
  });
});

test('the ETag is of the state, the context and the side; where it still holds, 304', async () => {
  const first = await valid(asked(app));
  const etag = first.headers.etag!;
  const again = (body?: object, token?: string) =>
    valid(asked(app, '', body, token).set('If-None-Match', `"x", W/${etag}`));
  expect(await again()).toMatchObject({ status: 304, text: '', headers: { etag } });
  expect((await again({ context: { targetingKey: '8' } })).status).toBe(200);
  expect((await again(undefined, 'backend')).status).toBe(200);
  await engine.live.kill('BANNER', BY);
  expect((await again()).body.flags[0]).toMatchObject({ value: false, reason: 'DISABLED' });
  await engine.live.restore('BANNER', BY);
  expect((await again()).status).toBe(304);
});

test('asking for all is no use of a flag, asking for one is; what fails is reported by its name', async () => {
  const fresh = ofrepEngine({ logger: recorder().logger });
  await valid(asked(ofrepApp(fresh)));
  expect(fresh.stats()).toMatchObject({ errors: { BROKEN: 1 }, decisions: { counted: 1 } });
  await valid(asked(ofrepApp(fresh), '/BANNER'));
  expect(fresh.stats().decisions.counted).toBe(2);
  await fresh.close();
});

describe.each(['', '/BANNER'])('bad requests to %j', (path) => {
  test.each([
    ['no JSON', '{ "context": ', 'PARSE_ERROR'],
    ['a list', '[]', 'PARSE_ERROR'],
    ['10 MB', JSON.stringify({ context: { targetingKey: '7', more: 'x'.repeat(10_000_000) } }), 'PARSE_ERROR'],
    ['no context', '{}', 'INVALID_CONTEXT'],
    ['a list for a context', '{ "context": [] }', 'INVALID_CONTEXT'],
    ['a number for a key', '{ "context": { "targetingKey": 7 } }', 'INVALID_CONTEXT'],
    ['no targeting key', '{ "context": { "plan": "growth" } }', 'TARGETING_KEY_MISSING'],
    ['an empty targeting key', '{ "context": { "targetingKey": "" } }', 'TARGETING_KEY_MISSING'],
  ])('%s', async (_, body, errorCode) => {
    const response = await valid(asked(app, path, body as never).type('json'));
    expect(response).toMatchObject({ status: 400, body: { errorCode, ...(path && { key: 'BANNER' }) } });
  });

  test('another content type', async () => {
    const body = JSON.stringify({ context: { targetingKey: '7' } });
    const response = await valid(asked(app, path, body as never).type('text/plain'));
    expect(response).toMatchObject({ status: 400, body: { errorCode: 'PARSE_ERROR' } });
  });

  test.each(['nobody', ''])('the token %j', async (token) => {
    const response = await valid(asked(app, path, undefined, token));
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  test('deep JSON, and keys that are reserved, are data', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const hostile = `"__proto__": { "id": 7 }, "constructor": { "prototype": { "id": 7 } }, "then": 1, "groups": 1, "visitor": []`;
    const body = `{ "context": { "targetingKey": "8", "deep": ${deep}, ${hostile} } }`;
    const response = await valid(asked(app, path, body as never).type('json'));
    expect(response.status).toBe(200);
    expect((response.body.flags?.[0] ?? response.body).value).toBe(false);
  });
});

test.each([
  ['%2e%2e%2f', '../'],
  ['%00', '\0'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['%F0%9F%98%80', '😀'],
])('the key %s is unknown', async (path, key) => {
  expect(await valid(asked(app, `/${path}`))).toMatchObject({
    status: 404,
    body: { key, errorCode: 'FLAG_NOT_FOUND' },
  });
});

test('a key that cannot be decoded is a bad request', async () => {
  expect(await asked(app, '/%E0%A4%A')).toMatchObject({ status: 400, body: { errorCode: 'PARSE_ERROR' } });
});

test('the app can take the user from the session, whatever the request says', async () => {
  const own = ofrepApp(engine, { context: () => ({ user: { id: 7 } as never }) });
  const claimed = { context: { targetingKey: '8' } };
  expect((await valid(asked(own, '/BANNER', claimed))).body.value).toBe(true);
  expect((await valid(asked(own, '/BANNER', { context: {} }))).body.value).toBe(true);
  const anonymous = ofrepApp(engine, { context: () => ({}) });
  expect(await valid(asked(anonymous, '/HALF', { context: {} }))).toMatchObject({
    ...{ status: 400, body: { key: 'HALF', errorCode: 'TARGETING_KEY_MISSING' } },
  });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('the session store is down');
    },
  ],
  ['rejects', () => Promise.reject(new Error('the session store is down'))],
  ['names no side', () => 'admin' as never],
])('nobody gets in where authorize %s', async (_, authorize) => {
  const response = await valid(asked(ofrepApp(engine, { authorize }), '/BANNER'));
  expect(response).toMatchObject({ status: 500, body: { errorCode: 'GENERAL' } });
  expect(response.text).not.toContain('session store');
});

test('it is not built without authorize', () => {
  expect(() => ofrep(engine, {} as never)).toThrow(expect.objectContaining({ code: 'authorize-missing' }));
});
