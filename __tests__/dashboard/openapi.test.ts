import { validate } from '@readme/openapi-parser';
import Ajv from 'ajv/dist/2020';
import { actions } from '../../src/dashboard/actions/act';
import { BY } from '../support/config';
import { client, dashboardApp, dashboardEngine } from '../support/dashboard';

const engine = dashboardEngine();
const operator = client(dashboardApp(engine));
const ajv = new Ajv({ allErrors: true, strict: false });
let api: any;

beforeAll(async () => {
  await engine.live.kill('BANNER', BY);
  await engine.live.setRollout('CHECKOUT', 'growth', 30, BY);
  await engine.live.addUser('CHECKOUT', 'ONE_PAGE', 7, BY);
  await engine.live.addToSegment('beta testers', [1], BY);
  engine.for({ user: { id: 1 } as never }).all();
  await operator.api('set-override', { flag: 'CHECKOUT', variant: 'ONE_PAGE' }).expect(200);
  api = (await operator.get('/api/openapi.json').expect(200)).body;
  ajv.addSchema(api, 'api');
});

const problems = (schema: string, body: unknown) => {
  const check = ajv.getSchema(`api#/components/schemas/${schema}`)!;
  return check(body) ? [] : check.errors;
};

test('the document is OpenAPI', async () => {
  expect(await validate(structuredClone(api))).toMatchObject({ valid: true });
});

test.each([
  ['/flags', '/flags'],
  ['/flags?q=check&state=live', '/flags'],
  ['/flags/CHECKOUT', '/flags/{flag}'],
  ['/flags/BANNER', '/flags/{flag}'],
  ['/overrides', '/overrides'],
  ['/playground', '/playground'],
  ['/playground?user=42&flag=CHECKOUT', '/playground'],
  ['/playground?context=nonsense', '/playground'],
  ['/segments', '/segments'],
  ['/history?actor=ada&from=2026-01-01', '/history'],
  ['/experiments', '/experiments'],
  ['/calculator', '/calculator'],
  ['/calculator?baseline=nonsense', '/calculator'],
  ['/hygiene', '/hygiene'],
  ['/hygiene?q=check&state=active', '/hygiene'],
  ['/health', '/health'],
])('what %s answers is as documented', async (path, documented) => {
  const { body } = await operator.get(`/api${path}`).expect(200);
  const { schema } = api.paths[documented].get.responses[200].content['application/json'];
  expect(problems(schema.$ref.split('/').at(-1), body)).toEqual([]);
});

test('every action is documented, with what it takes', async () => {
  const documented = Object.keys(api.paths).filter((path) => path.startsWith('/actions/'));
  expect(documented.sort()).toEqual([...actions.keys()].map((name) => `/actions/${name}`).sort());
  const { schema } = api.paths['/actions/set-rollout'].post.requestBody.content['application/json'];
  expect(schema.required).toEqual(['flag', 'rule', 'percent']);
});

test('done and refused are as documented', async () => {
  expect(problems('Done', (await operator.api('restore', { flag: 'BANNER' }).expect(200)).body)).toEqual([]);
  expect(problems('Done', (await operator.api('share').expect(200)).body)).toEqual([]);
  expect(problems('Error', (await operator.api('restore', { flag: 'NOPE' }).expect(404)).body)).toEqual([]);
  expect(problems('Error', (await operator.get('/api/nope').expect(404)).body)).toEqual([]);
});
