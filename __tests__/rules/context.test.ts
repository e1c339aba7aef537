import { FeatureFlag, ramp, segment, type Context, type Rule } from 'gatekeeper-flags';
import { BY, engineOf, Toggle, toggle } from '../support/config';
import { deviations } from '../support/statistics';
import { idsOf } from '../support/statistics-ids';

const ids = idsOf('UUIDs', 4_000);
const quarter: Rule<Toggle> = { name: 'quarter', rollout: 25, serve: 'ON' };

describe('context.rollout', () => {
  const members = {
    rollouts: { quarter: 25, none: 0, all: 100, growing: ramp('2026-12-01', { day1: 50, day2: 100 }) },
    getVariant: ({ rollout, app }: Context) => (rollout(app.ask) ? 'ON' : 'OFF') as 'ON' | 'OFF',
  };
  const engine = engineOf({ FLAG: toggle(members) }, { now: () => Date.parse('2026-12-01') });
  const inside = (ask: string, given: (id: string) => Partial<Context> = (id) => ({ user: { id } })) =>
    ids.filter((id) => engine.for({ app: { ask }, ...given(id) }).ff('FLAG', 'ON'));

  test('admits its share', () => {
    expect(inside('none')).toEqual([]);
    expect(inside('all')).toEqual(ids);
    expect(deviations(inside('quarter').length, ids.length, 0.25)).toBeLessThan(4);
    expect(deviations(inside('growing').length, ids.length, 0.5)).toBeLessThan(4);
  });

  test('admits whom a rule of that name admits, in a flag of the same salt', () => {
    const declared = engineOf({ FLAG: toggle({ rules: [quarter] }) });
    expect(inside('quarter')).toEqual(ids.filter((id) => declared.for({ user: { id } }).ff('FLAG', 'ON')));
  });

  test('is false without an id', () => {
    expect(inside('all', () => ({}))).toEqual([]);
    expect(engine.stats().errors).toEqual({});
  });

  test('of a name that there is not is an error, and names the nearest', () => {
    const decision = engine.for({ user: { id: 1 }, app: { ask: 'quater' } }).explain('FLAG');
    expect(decision).toMatchObject({ variant: 'OFF', reason: 'error' });
    expect(decision.steps.at(-1)!.detail).toContain('no rollout of FLAG named "quater"; did you mean "quarter"?');
    expect(engine.for({ user: { id: 1 }, app: { ask: 'constructor' } }).explain('FLAG').reason).toBe('error');
  });

  test('is moved by live control, and back', async () => {
    await engine.live.setRollout('FLAG', 'quarter', 100, BY);
    expect(inside('quarter')).toEqual(ids);
    await engine.live.setRollout('FLAG', 'quarter', 0, BY);
    expect(inside('quarter')).toEqual([]);
    await engine.live.resetRollout('FLAG', 'quarter', BY);
    expect(deviations(inside('quarter').length, ids.length, 0.25)).toBeLessThan(4);
  });

  test("goes by the flag's unit", () => {
    const companies = engineOf({ FLAG: toggle({ ...members, unit: 'company' }) });
    const given = (company: string, user: string) => ({
      app: { ask: 'quarter' },
      user: { id: user },
      groups: { company: { id: company } },
    });
    const variants = ids.map((id) => companies.for(given(id, 'u')).ffVariant('FLAG'));
    const users = new Set(inside('quarter'));
    expect(variants).toEqual(ids.map((id) => (users.has(id) ? 'ON' : 'OFF')));
    expect(companies.for({ app: { ask: 'all' }, user: { id: 1 } }).ff('FLAG', 'OFF')).toBe(true);
  });
});

describe('context.split', () => {
  const splitting = (weights: object, name = 'arms') =>
    engineOf({ FLAG: toggle({ getVariant: ({ split }) => split(name, weights as { ON: number }) ?? 'OFF' }) });
  const arms = (weights: object) => {
    const engine = splitting(weights);
    return ids.map((id) => engine.for({ user: { id } }).ffVariant('FLAG'));
  };

  test('gives each arm its share, of any scale', () => {
    const on = (weights: object) => arms(weights).filter((arm) => arm === Toggle.ON).length;
    expect(deviations(on({ ON: 50, OFF: 50 }), ids.length, 0.5)).toBeLessThan(4);
    expect(deviations(on({ ON: 1, OFF: 3 }), ids.length, 0.25)).toBeLessThan(4);
    expect(on({ ON: 0, OFF: 5 })).toBe(0);
  });

  test('gives what a split rule of that name gives', () => {
    const declared = engineOf({ FLAG: toggle({ rules: [{ name: 'arms', split: { ON: 30, OFF: 70 } }] }) });
    expect(arms({ ON: 30, OFF: 70 })).toEqual(ids.map((id) => declared.for({ user: { id } }).ffVariant('FLAG')));
  });

  test('is undefined without an id', () => {
    expect(splitting({ ON: 100 }).for({}).ff('FLAG', 'OFF')).toBe(true);
  });

  test.each([
    ['none', {}],
    ['zeros', { ON: 0, OFF: 0 }],
    ['a negative one', { ON: -1, OFF: 2 }],
    ['NaN', { ON: NaN, OFF: 1 }],
    ['Infinity', { ON: Infinity, OFF: 1 }],
    ['a string', { ON: 'x', OFF: 1 }],
  ])('fails with weights that are none: %s', (_, weights) => {
    const { variant, reason, steps } = splitting(weights)
      .for({ user: { id: 1 } })
      .explain('FLAG');
    expect({ variant, reason }).toEqual({ variant: 'OFF', reason: 'error' });
    expect(steps.at(-1)!.detail).toContain('split "arms" has the weights');
  });

  test('fails with an arm that is no variant', () => {
    expect(
      splitting({ NO: 100 })
        .for({ user: { id: 1 } })
        .explain('FLAG').reason,
    ).toBe('error');
  });
});

test('context.in asks a segment', () => {
  const testers = segment('testers', [1, 2]);
  const engine = engineOf({ FLAG: toggle({ getVariant: (context) => (context.in(testers) ? 'ON' : 'OFF') }) });
  expect([1, '2', 3].map((id) => engine.for({ user: { id } }).ff('FLAG', 'ON'))).toEqual([true, true, false]);
});

test('everything can be taken out of the context', () => {
  const testers = segment('testers', [1]);
  let seen: unknown;
  const flag = toggle({
    rollouts: { all: 100 },
    getVariant({ user, groups, app, visitor, now, request, rollout, split, in: isIn }) {
      seen = {
        user,
        groups,
        app,
        visitor,
        now,
        request,
        all: rollout('all'),
        arm: split('s', { ON: 1 }),
        in: isIn(testers),
      };
      return 'ON';
    },
  });
  const request = { path: '/' };
  const given = {
    user: { id: 1 },
    groups: { company: { id: 2 } },
    app: { isDev: true },
    visitor: 'v',
    now: 5,
    request,
  };
  expect(engineOf({ FLAG: flag }).for(given).ff('FLAG', 'ON')).toBe(true);
  expect(seen).toEqual({ ...given, all: true, arm: 'ON', in: true });
});

describe('a getVariant of its own that calls super', () => {
  class Own extends FeatureFlag<Toggle> {
    readonly description = 'Staff, and whom the rules give it';
    readonly variants = Toggle;
    readonly off = Toggle.OFF;
    override readonly rules: Rule<Toggle>[] = [
      { name: 'growth', when: { user: { plan: 'growth' } }, serve: 'ON' },
      { name: 'half', rollout: 50, serve: 'ON' },
    ];
    override getVariant(context: Context) {
      return context.user?.role === 'staff' ? Toggle.ON : super.getVariant(context);
    }
  }
  const engine = engineOf({ OWN: new Own() });

  test('falls back to the rules', () => {
    expect(engine.for({ user: { role: 'staff' } }).ff('OWN', 'ON')).toBe(true);
    expect(engine.for({ user: { plan: 'growth' } }).ff('OWN', 'ON')).toBe(true);
    expect(engine.for({ user: {} }).ff('OWN', 'ON')).toBe(false);
    const inside = ids.filter((id) => engine.for({ user: { id } }).ff('OWN', 'ON')).length;
    expect(deviations(inside, ids.length, 0.5)).toBeLessThan(4);
  });

  test('and live control moves them', async () => {
    await engine.live.setRollout('OWN', 'half', 100, BY);
    expect(ids.every((id) => engine.for({ user: { id } }).ff('OWN', 'ON'))).toBe(true);
  });

  test('outside a decision it gives off', () => {
    expect(new Own().getVariant({ user: { role: 'x' } } as unknown as Context)).toBe(Toggle.OFF);
  });
});

describe('the context is frozen', () => {
  const attempt = (write: (context: any) => unknown, env = 'test') => {
    const flag = toggle({
      getVariant(context) {
        write(context);
        return 'ON';
      },
    });
    const engine = engineOf({ FLAG: flag }, { env: { NODE_ENV: env } });
    return engine.for({ user: { id: 1, plan: 'free' }, groups: { company: { id: 2 } } }).explain('FLAG').reason;
  };

  test.each<[string, (context: any) => unknown]>([
    ['user', (context) => (context.user = { id: 2 })],
    ['a new property', (context) => (context.extra = 1)],
    ['rollout', (context) => (context.rollout = () => true)],
    ['a property defined', (context) => Object.defineProperty(context, 'user', { value: 1 })],
  ])('writing %s fails, in production too', (_, write) => {
    expect(attempt(write)).toBe('error');
    expect(attempt(write, 'production')).toBe('error');
  });

  test('writing into the user fails outside production', () => {
    expect(attempt(({ user }) => (user.plan = 'growth'))).toBe('error');
    expect(attempt(({ groups }) => (groups.company.id = 3))).toBe('error');
    expect(attempt(({ groups }) => delete groups.company)).toBe('error');
    expect(attempt(({ user }) => user.plan)).toBe('rule');
  });
});
