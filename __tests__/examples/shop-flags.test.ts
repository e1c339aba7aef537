import { createEngine, type Config, type Engine } from 'gatekeeper-flags';
import { demoUsers } from '../../examples/shop/accounts';

// Each engine has its live state to itself, as the shop's store reads it when it is loaded.
Object.assign(process.env, { SQLITE_FILE: ':memory:', REDIS_URL: '', DATABASE_URL: '' });
// Required, not imported: its `Register` would type the users of every other test, too.
const { config }: { config: Config<any> } = require('../../gatekeeper.config');

let engine: Engine<any>;
beforeEach(() => {
  engine = createEngine(config);
});
afterEach(() => engine.close());

const someUsers = (plan: string) => Array.from({ length: 4000 }, (_, index) => ({ id: index + 1, plan }));
const having = (flag: string, users: readonly { id: number }[]) =>
  users.filter((user) => engine.for({ user }).ff(flag, 'VISIBLE')).map(({ id }) => id);

test('SET_OF_SIX is for a quarter of the growth plan, and a higher percentage only adds to them', async () => {
  const quarter = having('SET_OF_SIX', someUsers('growth'));
  expect(quarter.length / 4000).toBeGreaterThan(0.22);
  expect(quarter.length / 4000).toBeLessThan(0.28);
  expect(having('SET_OF_SIX', someUsers('enterprise'))).toEqual([]);

  await engine.live.setRollout('SET_OF_SIX', 'growth plan', 50, { actor: 'test', reason: 'more' });
  const half = having('SET_OF_SIX', someUsers('growth'));
  expect(half.length / 4000).toBeGreaterThan(0.46);
  expect(half).toEqual(expect.arrayContaining(quarter));
});

test('OWN_POTTER goes by company: all its people see the same at any percentage', async () => {
  await engine.live.setRollout('OWN_POTTER', 'over 100', 50, { actor: 'test', reason: 'half of them' });
  const companies = Array.from({ length: 40 }, (_, index) => {
    const groups = { company: { id: `company ${index}`, employees: 101 } };
    const seen = new Set(demoUsers.map((user) => engine.for({ user, groups }).ffVariant('OWN_POTTER')));
    expect(seen.size).toBe(1);
    return [...seen][0];
  });
  expect(new Set(companies)).toEqual(new Set(['VISIBLE', 'HIDDEN']));
});

test.each([
  [100, 'HIDDEN'],
  [101, 'VISIBLE'],
])('a company of %i gets OWN_POTTER %s', (employees, variant) => {
  expect(engine.for({ groups: { company: { id: 'inn', employees } } }).ffVariant('OWN_POTTER')).toBe(variant);
});

test('KILN_MORNING invites more of the demo users from step to step', () => {
  const invited = (day: string) =>
    demoUsers.filter((user) => engine.for({ user, now: Date.parse(day) }).ff('KILN_MORNING', 'VISIBLE'));
  const names = (day: string) => invited(day).map(({ name }) => name);
  expect(names('2026-11-30T23:59:59Z')).toEqual([]);
  expect(names('2026-12-01')).toEqual(['Joan']);
  expect(names('2026-12-03')).toEqual(['Katherine', 'Joan']);
  expect(names('2026-12-07')).toEqual(['Hedy', 'Katherine', 'Joan']);
  expect(names('2026-12-14')).toEqual(demoUsers.map(({ name }) => name));
});
