import { FeatureFlag, GatekeeperError } from 'gatekeeper-flags';
import { Toggle } from '../support/config';
import { allRoutes, FROM_HERE, json, OPERATOR, send } from '../support/dashboard-attacks';
import { fragileStore } from '../support/fragile-store';
import { client, dashboardApp, dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

/** What an error's message may hold, in the manner of the drivers that throw such. */
const SECRETS =
  'connect postgres://gatekeeper:hunter2@db.internal:5432/flags password=hunter2 at /srv/app/secrets/key.pem';
const TOLD = /hunter2|\/srv|key\.pem|node_modules|\.[tj]sx?\b:?\d|\n\s+at /;

class Broken extends FeatureFlag<Toggle> {
  readonly description = 'Its rule fails';
  readonly variants = Toggle;
  readonly off = Toggle.OFF;
  override getVariant(): Toggle {
    throw new Error(SECRETS);
  }
}

const thrown: readonly (readonly [string, () => unknown])[] = [
  ['an error', () => new Error(SECRETS)],
  ['an error with a status', () => Object.assign(new Error(SECRETS), { status: 401, statusCode: 401, expose: true })],
  ['an error of ours', () => new GatekeeperError('not-stored', SECRETS)],
  ['an error with a cause', () => new Error('failed', { cause: new Error(SECRETS) })],
  ['a text', () => SECRETS],
  ['an object', () => ({ message: SECRETS, stack: SECRETS, code: 'conflict', toString: () => SECRETS })],
  ['nothing', () => undefined],
];

describe.each(thrown)('where %s is thrown', (_, error) => {
  const fail = async () => {
    throw error();
  };

  test('by authorize, nothing is told', async () => {
    await listening(dashboardApp(dashboardEngine(), { authorize: fail as never }), async (origin) => {
      for (const { method, path } of allRoutes()) {
        const { status, text, headers } = await send(origin, {
          method,
          path: `/gatekeeper${path}`,
          headers: FROM_HERE,
        });
        expect([status, path]).toEqual([500, path]);
        expect(text + JSON.stringify(headers)).not.toMatch(TOLD);
      }
    });
  });

  test('by lookUp, nothing is told, and it is reported', async () => {
    const failures: unknown[] = [];
    const engine = dashboardEngine({ onError: (failure) => failures.push(failure) });
    const viewer = client(dashboardApp(engine, { lookUp: fail }), 'viewer');
    for (const path of ['/playground?user=1', '/api/playground?user=1'])
      expect((await viewer.get(path).expect(500)).text).not.toMatch(TOLD);
    expect(failures).toHaveLength(2);
  });

  test('by the store, nothing is told, whatever is asked', async () => {
    const store = fragileStore();
    const engine = dashboardEngine({ store: () => store });
    await engine.ready;
    for (const method of ['read', 'write', 'history', 'addCounts', 'counts'] as const)
      store.instead[method] = fail as never;
    const authorize = (req: any) => ({ name: req.url, role: 'operator' }) as const; // none is too fast
    await listening(dashboardApp(engine, { authorize }), async (origin) => {
      const fields = { flag: 'CHECKOUT', variant: 'ONE_PAGE', rule: 'all', percent: 3, user: 7, change: 1, ids: [1], segment: 'beta testers', reason: 'x' }; // prettier-ignore
      for (const { method, path } of allRoutes()) {
        const asked =
          method === 'GET' ? { path: `/gatekeeper${path}`, headers: OPERATOR } : json(`/gatekeeper${path}`, fields);
        const { status, text, headers } = await send(origin, asked);
        expect([path, TOLD.exec(text + JSON.stringify(headers))]).toEqual([path, null]);
        expect([path, status]).not.toEqual([path, 500]);
        if (/^\/history\.|actions\/(?!set-override|clear-|share)/.test(path))
          expect([path, status]).toEqual([path, 503]);
      }
    });
    await engine.close();
  });
});

test('what a rule throws is for the logs: no page, no trace and no API shows it', async () => {
  const engine = dashboardEngine({}, { BROKEN: new Broken() });
  const viewer = client(dashboardApp(engine), 'viewer');
  const paths = ['/flags/BROKEN', '/overrides', '/playground?user=7&flag=BROKEN', '/history', '/health'];
  for (const path of [...paths, ...paths.map((page) => `/api${page}`)]) {
    const { text } = await viewer.get(path).expect(200);
    expect([path, TOLD.exec(text)]).toEqual([path, null]);
  }
  const { body } = await viewer.get('/api/playground?user=7&flag=BROKEN');
  expect(body.decision).toMatchObject({ variant: 'OFF', reason: 'error' });
  expect(body.decision.steps.at(-1)).toMatchObject({ step: 'error', matched: true });
});

test('what the store says of itself is told without secrets', async () => {
  const store = fragileStore();
  const engine = dashboardEngine({ store: () => store });
  await engine.ready;
  store.instead.write = () => Promise.reject(new Error(SECRETS));
  store.instead.read = store.instead.write as never;
  const operator = client(dashboardApp(engine));
  await operator.api('kill', { flag: 'BANNER' }).expect(503);
  for (const path of ['/health', '/api/health', '/flags/BANNER', '/api/flags/BANNER'])
    expect((await operator.get(path).expect(200)).text).not.toMatch(/hunter2@|db\.internal:5432\/|\n\s+at /);
  await engine.close();
});
