import { engineOf, recorder, toggle } from '../support/config';
import { visit } from '../support/visit';

/** One flag for each thing that a decision may have to look at. */
const flags = () => ({
  PLAIN: toggle({ getVariant: () => 'ON' }),
  BY_ID: toggle({ overrides: { ON: [1] } }),
  BY_USER: toggle({ getVariant: ({ user }) => (user?.plan === 'growth' ? 'ON' : 'OFF') }),
  BY_GROUP: toggle({ getVariant: ({ groups }) => (groups.company?.employees > 100 ? 'ON' : 'OFF') }),
});

async function reasonsWith(options: object, user?: object) {
  const { logger, errors } = recorder();
  const engine = engineOf(flags(), { logger, ...options });
  const reasons = await visit(engine, { user }, (gk) =>
    Object.fromEntries(engine.flags().map(({ name }) => [name, gk.explain(name as 'PLAIN').reason])),
  );
  return { reasons, errors, counts: engine.stats().errors };
}

const fine = { PLAIN: 'rule', BY_ID: 'default', BY_USER: 'rule', BY_GROUP: 'rule' };
const userFailed = { ...fine, BY_ID: 'error', BY_USER: 'error' };

test.each<[string, object]>([
  ['neither', {}],
  ['a user(req) and groups(req) that find nobody', { user: () => undefined, groups: () => undefined }],
  ['null for both', { user: () => null, groups: () => null }],
  ['odd values', { user: () => 7, groups: () => 'none' }],
])('%s is no failure', async (_, options) => {
  expect(await reasonsWith(options)).toMatchObject({ reasons: fine, errors: [] });
});

test('req.user and the groups of the config reach the rules', async () => {
  const engine = engineOf(flags(), { user: (req) => req.user, groups: (req) => ({ company: req.user.company }) });
  const user = { id: 1, plan: 'growth', company: { employees: 101 } };
  expect(await visit(engine, { user }, (gk) => gk.all())).toEqual({
    PLAIN: 'ON',
    BY_ID: 'ON',
    BY_USER: 'ON',
    BY_GROUP: 'ON',
  });
});

test.each<[string, () => unknown]>([
  [
    'throws an error',
    () => {
      throw new Error('no session');
    },
  ],
  [
    'throws undefined',
    () => {
      throw undefined;
    },
  ],
])('a user(req) that %s fails the flags that look at the user, and no others', async (_, user) => {
  const { reasons, errors, counts } = await reasonsWith({ user });
  expect(reasons).toEqual(userFailed);
  expect(errors).toHaveLength(2);
  expect(counts).toEqual({ BY_ID: 1, BY_USER: 1 });
});

test('groups(req) that throws fails the flags that look at groups', async () => {
  const groups = (): never => {
    throw new Error('no company');
  };
  const { reasons, errors } = await reasonsWith({ groups });
  expect(reasons).toEqual({ ...fine, BY_GROUP: 'error' });
  expect(errors).toEqual(['gatekeeper: BY_GROUP is served as off: Error: no company']);
});

test.each<[string, () => unknown]>([
  ['a promise', () => Promise.resolve({ id: 1 })],
  ['a promise that rejects', () => Promise.reject(new Error('no database'))],
  ['what an async function returns', async () => ({ id: 1 })],
])('a user(req) that returns %s is an error that says where to load the user instead', async (_, user) => {
  const { reasons, errors } = await reasonsWith({ user });
  expect(reasons).toEqual(userFailed);
  expect(errors[0]).toMatch(/config\.user\(req\) returned a promise.*middleware before/);
});

test('groups(req) that returns a promise is told the same', async () => {
  const { reasons, errors } = await reasonsWith({ groups: async () => ({}) });
  expect(reasons).toEqual({ ...fine, BY_GROUP: 'error' });
  expect(errors[0]).toMatch(/config\.groups\(req\) returned a promise.*middleware before/);
});

test('getters that throw fail the flags that read them', async () => {
  const user = {
    id: 1,
    get plan(): string {
      throw new Error('not loaded');
    },
  };
  const { reasons, errors } = await reasonsWith({ user: () => user });
  expect(reasons).toEqual({ ...fine, BY_ID: 'user-override', BY_USER: 'error' });
  expect(errors).toEqual(['gatekeeper: BY_USER is served as off: Error: not loaded']);
});

test('an id whose getter throws fails the flags that look for ids', async () => {
  const user = {
    plan: 'growth',
    get id(): string {
      throw new Error('no id');
    },
  };
  expect((await reasonsWith({ user: () => user })).reasons).toEqual({ ...fine, BY_ID: 'error' });
});

test.each([
  ['BigInt, symbols and functions', { id: 1n, [Symbol('s')]: 1, run: () => 1 }],
  ['a megabyte', { id: 1, bio: 'x'.repeat(1_000_000) }],
  ['no prototype', Object.assign(Object.create(null), { id: 1 })],
])('a user with %s is a user', async (_, user) => {
  expect((await reasonsWith({ user: () => user })).reasons).toEqual({ ...fine, BY_ID: 'user-override' });
});

test('app is what the config says, and an empty object where it says nothing', () => {
  const rule = { getVariant: ({ app }: { app: any }) => (app.isDev ? 'ON' : 'OFF') } as const;
  expect(
    engineOf({ FLAG: toggle(rule) }, { app: { isDev: true } })
      .for({})
      .ff('FLAG', 'ON'),
  ).toBe(true);
  expect(
    engineOf({ FLAG: toggle(rule) })
      .for({})
      .explain('FLAG'),
  ).toMatchObject({ variant: 'OFF', reason: 'rule' });
});
