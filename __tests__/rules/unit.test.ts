import type { Context, Rule } from 'gatekeeper-flags';
import { engineOf, toggle, type Toggle } from '../support/config';

const all: Rule<Toggle> = { name: 'everybody', rollout: 100, serve: 'ON' };
const half: Rule<Toggle> = { name: 'half', rollout: 50, serve: 'ON' };
const parts: Rule<Toggle> = { name: 'parts', split: { ON: 100 } };

type Given = Parameters<ReturnType<typeof engineOf>['for']>[0];

/** Whether each of 64 units, made by `given` from a number, is in half of all. */
function halves(members: Parameters<typeof toggle>[0], given: (n: number) => Given): boolean[] {
  const engine = engineOf({ FLAG: toggle({ rules: [half], ...members }) });
  return Array.from({ length: 64 }, (_, n) => engine.for(given(n)).ff('FLAG', 'ON'));
}
const ofUsers = halves({}, (n) => ({ user: { id: n } }));

test('64 users fall on both sides', () => {
  expect(new Set(ofUsers)).toEqual(new Set([true, false]));
});

describe('an id is a string: 1 and "1" are one', () => {
  test.each<[string, (n: number) => unknown]>([
    ['strings', String],
    ['numbers with a fraction of zero', (n) => Number(`${n}.0`)],
    ['bigints', BigInt],
  ])('%s', (_, id) => {
    expect(halves({}, (n) => ({ user: { id: id(n) } as never }))).toEqual(ofUsers);
  });

  test('-0 is 0, and 01 is not 1', () => {
    const engine = engineOf({ FLAG: toggle({ rules: [all] }) });
    const bucket = (id: string | number) => engine.for({ user: { id } }).explain('FLAG').steps.at(-1)!.bucket;
    expect(bucket(-0)).toBe(bucket('0'));
    expect(bucket('01')).not.toBe(bucket('1'));
  });
});

describe('without an id', () => {
  const none: readonly Given[] = [
    {},
    { user: undefined },
    { user: {} },
    ...['', NaN, Infinity, null, undefined, true, {}, [1], Symbol('1'), () => 1, new String('1')].map(
      (id) => ({ user: { id } }) as never,
    ),
  ];

  test.each([
    ['rollout', all],
    ['split', parts],
  ])('no %s matches, and explain says so', (_, rule) => {
    const engine = engineOf({ FLAG: toggle({ rules: [rule] }) });
    for (const given of none) {
      const { variant, reason, steps } = engine.for(given).explain('FLAG');
      expect({ variant, reason }).toEqual({ variant: 'OFF', reason: 'default' });
      expect(steps).toContainEqual({
        step: 'rule',
        matched: false,
        rule: rule.name,
        detail: 'matches, but there is no user id to bucket by',
      });
    }
    expect(engine.stats().errors).toEqual({});
  });

  test('a rule that serves everybody still does, and the next rule has its turn', () => {
    const engine = engineOf({ FLAG: toggle({ rules: [all, { name: 'anonymous', serve: 'ON' }] }) });
    expect(engine.for({}).explain('FLAG')).toMatchObject({ variant: 'ON', reason: 'rule', rule: 'anonymous' });
  });
});

describe("the flag's unit", () => {
  const cases: readonly [string, (n: number) => Partial<Context>, boolean][] = [
    ['user', (n) => ({ user: { id: n } }), true],
    ['user', (n) => ({ visitor: `${n}` }), false],
    ['visitor', (n) => ({ visitor: `${n}` }), true],
    ['visitor', (n) => ({ user: { id: 1000 + n }, visitor: `${n}` }), true],
    ['visitor', (n) => ({ user: { id: n } }), false],
    ['either', (n) => ({ user: { id: n }, visitor: 'v' }), true],
    ['either', (n) => ({ visitor: `${n}` }), true],
    ['either', (n) => ({ user: { id: '' }, visitor: `${n}` }), true],
    ['either', () => ({}), false],
    ['company', (n) => ({ user: { id: 7 }, groups: { company: { id: n } } }), true],
    ['company', (n) => ({ user: { id: n }, groups: { team: { id: n } } }), false],
    ['company', (n) => ({ user: { id: n }, groups: {} }), false],
  ];

  test.each(cases)('%s', (unit, given, buckets) => {
    expect(halves({ unit }, given)).toEqual(buckets ? ofUsers : ofUsers.map(() => false));
  });

  test('may be named like what every object has', () => {
    expect(halves({ unit: 'constructor' }, (n) => ({ user: { id: n } }))).toEqual(ofUsers.map(() => false));
    expect(halves({ unit: 'toString' }, (n) => ({ groups: { toString: { id: n } } as never }))).toEqual(ofUsers);
  });

  test("gives way to the rule's", () => {
    const rules = [{ ...half, unit: 'company' }];
    expect(halves({ unit: 'visitor', rules }, (n) => ({ visitor: 'v', groups: { company: { id: n } } }))).toEqual(
      ofUsers,
    );
  });

  test('all users of a company get what the company gets', () => {
    const engine = engineOf({ FLAG: toggle({ unit: 'company', rules: [half] }) });
    const groups = { company: { id: 'acme' } };
    const variants = Array.from({ length: 50 }, (_, id) => engine.for({ user: { id }, groups }).ffVariant('FLAG'));
    expect(new Set(variants).size).toBe(1);
  });
});
