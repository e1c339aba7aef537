import fc from 'fast-check';
import type { Rule } from 'gatekeeper-flags';
import { engineOf, toggle, type Toggle } from '../support/config';
import { deviations } from '../support/statistics';
import { idKinds, idsOf } from '../support/statistics-ids';

const everybody = (rollout: number): Rule<Toggle> => ({ name: 'everybody', rollout, serve: 'ON' });
const inside = (rollout: number, ids: readonly string[]) => {
  const engine = engineOf({ FLAG: toggle({ rules: [everybody(rollout)] }) });
  return ids.filter((id) => engine.for({ user: { id } }).ff('FLAG', 'ON'));
};
const ids = idKinds.flatMap((kind) => idsOf(kind, 5_000));

describe('a percentage', () => {
  test('0 admits nobody, 100 everybody', () => {
    expect(inside(0, ids)).toEqual([]);
    expect(inside(100, ids)).toEqual(ids);
  });

  test.each([0.1, 1, 12.5, 25, 50, 99])('%d admits as many of each kind of ids', (percent) => {
    for (const kind of idKinds) {
      const some = idsOf(kind, 5_000);
      expect(deviations(inside(percent, some).length, some.length, percent / 100)).toBeLessThan(4);
    }
  });

  test('0.001 admits one of 100,000', () => {
    const many = idsOf('sequential numbers', 400_000);
    const few = inside(0.001, many);
    expect(deviations(few.length, many.length, 0.00001)).toBeLessThan(4);
    expect(few.length).toBeGreaterThan(0);
  });

  test('the difference between 24.99 and 25 is somebody', () => {
    const many = idsOf('sequential numbers', 60_000);
    const [less, more] = [inside(24.99, many), inside(25, many)];
    expect(more.length).toBeGreaterThan(less.length);
    expect(more.length - less.length).toBeLessThan(20);
  });

  test('that is exactly where a unit falls leaves it out', () => {
    const at = (rollout: number) =>
      engineOf({ FLAG: toggle({ rules: [everybody(rollout)] }) })
        .for({ user: { id: 7 } })
        .explain('FLAG');
    const bucket = at(100).steps.at(-1)!.bucket!;
    expect(at(bucket).variant).toBe('OFF');
    expect(at(bucket + 100 / 2 ** 32).variant).toBe('ON');
  });

  test('a larger one only adds users', () => {
    const percent = fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.integer({ min: 0, max: 100 }));
    const some = ids.filter((_, index) => index % 40 === 0);
    fc.assert(
      fc.property(percent, percent, (one, other) => {
        const more = new Set(inside(Math.max(one, other), some));
        expect(inside(Math.min(one, other), some).filter((id) => !more.has(id))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('who is outside a rollout', () => {
  const engine = engineOf({
    FLAG: toggle({
      rules: [
        { name: 'growth', when: { user: { plan: 'growth' } }, rollout: 20, serve: 'ON' },
        { name: 'rest of growth', when: { user: { plan: 'growth' } }, serve: 'OFF' },
        { name: 'everybody', rollout: 50, serve: 'ON' },
      ],
    }),
  });

  test('falls through to the next rule that matches', () => {
    const decided = idsOf('UUIDs', 2_000).map((id) => engine.for({ user: { id, plan: 'growth' } }).explain('FLAG'));
    expect(new Set(decided.map(({ rule, variant }) => `${rule} ${variant}`))).toEqual(
      new Set(['growth ON', 'rest of growth OFF']),
    );
    expect(deviations(decided.filter(({ rule }) => rule === 'growth').length, 2_000, 0.2)).toBeLessThan(4);
  });

  test('and out of the last one is served off', () => {
    const decided = idsOf('UUIDs', 2_000).map((id) => engine.for({ user: { id, plan: 'free' } }).explain('FLAG'));
    expect(new Set(decided.map(({ reason, rule, variant }) => `${reason} ${rule} ${variant}`))).toEqual(
      new Set(['split everybody ON', 'default undefined OFF']),
    );
  });

  test('two rollouts of one flag draw independently', () => {
    const both = engineOf({
      FLAG: toggle({
        rules: [
          { name: 'first', rollout: 50, serve: 'ON' },
          { name: 'second', rollout: 50, serve: 'OFF' },
        ],
      }),
    });
    const decided = idsOf('UUIDs', 20_000).map((id) => both.for({ user: { id } }).explain('FLAG').rule);
    expect(deviations(decided.filter((rule) => rule === 'first').length, 20_000, 0.5)).toBeLessThan(4);
    expect(deviations(decided.filter((rule) => rule === 'second').length, 20_000, 0.25)).toBeLessThan(4);
  });
});

describe('the salt', () => {
  const some = idsOf('UUIDs', 4_000);
  const chosen = (name: string, members: Parameters<typeof toggle>[0]) => {
    const engine = engineOf({ [name]: toggle(members) });
    return some.filter((id) => engine.for({ user: { id } }).ff(name, 'ON')).join();
  };
  const quarter = (members: object = {}) => ({ rules: [{ name: 'r', rollout: 25, serve: 'ON', ...members } as const] });

  test("is the flag's name and the rule's", () => {
    expect(chosen('ONE', quarter())).toBe(chosen('ONE', quarter()));
    expect(chosen('ONE', quarter())).not.toBe(chosen('OTHER', quarter()));
    expect(chosen('ONE', quarter())).not.toBe(chosen('ONE', quarter({ name: 'other' })));
  });

  test('given to a flag, keeps its buckets through a change of name', () => {
    expect(chosen('NEW_NAME', { ...quarter(), salt: 'ONE' })).toBe(chosen('ONE', quarter()));
    expect(chosen('ONE', { ...quarter(), salt: 'again' })).not.toBe(chosen('ONE', quarter()));
  });

  test('given to a rule, keeps its buckets through a change of name', () => {
    expect(chosen('ONE', quarter({ name: 'renamed', salt: 'r' }))).toBe(chosen('ONE', quarter()));
    expect(chosen('ONE', quarter({ salt: 'again' }))).not.toBe(chosen('ONE', quarter()));
  });

  test('shared by two flags, gives both the same users', () => {
    expect(chosen('ONE', { ...quarter(), salt: 'wave' })).toBe(chosen('OTHER', { ...quarter(), salt: 'wave' }));
  });

  test('does not run its parts together', () => {
    const a = chosen('AB', { rules: [{ name: 'C', rollout: 25, serve: 'ON' }] });
    expect(chosen('A', { rules: [{ name: 'BC', rollout: 25, serve: 'ON' }] })).not.toBe(a);
  });
});
