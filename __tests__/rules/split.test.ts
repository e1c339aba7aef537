import fc from 'fast-check';
import { FeatureFlag } from 'gatekeeper-flags';
import { engineOf } from '../support/config';
import { deviations, evenness, independence } from '../support/statistics';
import { idKinds, idsOf } from '../support/statistics-ids';

enum Arm {
  A = 'A',
  B = 'B',
  C = 'C',
  D = 'D',
}
type Weights = { readonly [K in `${Arm}`]?: number };

class Split extends FeatureFlag<Arm> {
  readonly description = 'Several arms';
  readonly variants = Arm;
  readonly off = Arm.D;
}

/** The arm of each id. */
function armsOf(split: Weights, ids: readonly string[], rollout?: number): Arm[] {
  const rule = { name: 'split', split, ...(rollout !== undefined && { rollout }) };
  const engine = engineOf({ SPLIT: Object.assign(new Split(), { rules: [rule] }) as Split });
  return ids.map((id) => engine.for({ user: { id } }).ffVariant('SPLIT'));
}
const count = (arms: readonly Arm[], arm: `${Arm}`) => arms.filter((one) => one === arm).length;

const ids = idsOf('UUIDs', 12_000);

describe('weights', () => {
  test.each<[Weights]>([
    [{ A: 50, B: 50 }],
    [{ A: 34, B: 33, C: 33 }],
    [{ A: 33.3, B: 33.3, C: 33.4 }],
    [{ A: 90, B: 10 }],
    [{ A: 1, B: 2, C: 3, D: 94 }],
    [{ A: 0.1, B: 0.2, C: 99.7 }],
    [{ A: 100 }],
  ])('%j', (weights) => {
    const arms = armsOf(weights, ids);
    for (const [arm, weight] of Object.entries(weights) as [Arm, number][])
      if (weight < 100) expect(deviations(count(arms, arm), ids.length, weight / 100)).toBeLessThan(4);
      else expect(count(arms, arm)).toBe(ids.length);
  });

  test.each(idKinds)('hold for %s', (kind) => {
    const arms = armsOf({ A: 20, B: 30, C: 50 }, idsOf(kind, 10_000));
    expect(deviations(count(arms, 'A'), arms.length, 0.2)).toBeLessThan(4);
    expect(deviations(count(arms, 'B'), arms.length, 0.3)).toBeLessThan(4);
  });

  test('of zero give nobody', () => {
    expect(count(armsOf({ A: 0, B: 60, C: 40, D: 0 }, ids), 'A')).toBe(0);
    expect(armsOf({ A: 0, B: 100 }, ids).every((arm) => arm === Arm.B)).toBe(true);
  });

  test('may be listed in any order', () => {
    expect(armsOf({ C: 33, A: 34, B: 33 }, ids)).toEqual(armsOf({ A: 34, B: 33, C: 33 }, ids));
  });
});

describe('changing a split', () => {
  const moved = (before: Weights, after: Weights) => {
    const [old, now] = [armsOf(before, ids), armsOf(after, ids)];
    const between = old.filter((arm, unit) => arm !== now[unit] && arm in after && (before[now[unit]!] ?? 0) > 0);
    return { old, now, share: between.length / ids.length };
  };

  test('from 50/50 to 34/33/33 moves under 1 % of users between the old arms, and fills the new one evenly', () => {
    const { old, now, share } = moved({ A: 50, B: 50 }, { A: 34, B: 33, C: 33 });
    process.stdout.write(`50/50 to 34/33/33 moves ${(share * 100).toFixed(3)} % of users between the old arms\n`);
    expect(share).toBeLessThan(0.01);
    const taken = old.filter((_, unit) => now[unit] === Arm.C);
    expect(deviations(count(taken, 'A'), taken.length, 0.5)).toBeLessThan(4);
  });

  test('adding an arm that shrinks all others alike only takes users', () => {
    expect(moved({ A: 50, B: 50 }, { A: 40, B: 40, C: 20 }).share).toBe(0);
    expect(moved({ A: 20, B: 80 }, { A: 15, B: 60, C: 25 }).share).toBe(0);
    expect(moved({ A: 20, B: 80, C: 0 }, { A: 20, B: 80 }).share).toBe(0);
  });

  test('taking an arm out moves nobody else', () => {
    const { old, now } = moved({ A: 40, B: 40, C: 20 }, { A: 50, B: 50 });
    expect(old.filter((arm, unit) => arm !== Arm.C && arm !== now[unit])).toEqual([]);
  });

  test('more weight for one arm takes users from others, and gives none', () => {
    const weights = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }));
    const some = ids.slice(0, 300);
    fc.assert(
      fc.property(weights, ([one, other]) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const [old, now] = [armsOf({ A: less, B: 100 - less }, some), armsOf({ A: more, B: 100 - more }, some)];
        expect(old.filter((arm, unit) => arm === Arm.A && now[unit] !== Arm.A)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('with a rollout', () => {
  test('arms stay balanced inside a small one', () => {
    const arms = armsOf({ A: 50, B: 50 }, ids, 2).filter((arm) => arm !== Arm.D);
    expect(deviations(arms.length, ids.length, 0.02)).toBeLessThan(4);
    expect(deviations(count(arms, 'A'), arms.length, 0.5)).toBeLessThan(4);
  });

  test('who is in it, and which arm they get, are independent', () => {
    const [inside, arms] = [armsOf({ A: 50, B: 50 }, ids, 30), armsOf({ A: 50, B: 50 }, ids)];
    const table = [0, 0, 0, 0];
    ids.forEach((_, unit) => (table[(inside[unit] === Arm.D ? 0 : 2) + (arms[unit] === Arm.A ? 0 : 1)]! += 1));
    expect(independence(table, 2)).toBeGreaterThan(0.001);
  });

  test('raising it moves nobody from one arm to the other', () => {
    const [small, large] = [armsOf({ A: 50, B: 50 }, ids, 10), armsOf({ A: 50, B: 50 }, ids, 60)];
    expect(small.filter((arm, unit) => arm !== Arm.D && arm !== large[unit])).toEqual([]);
  });
});

test('the splits of two flags are independent', () => {
  const engine = engineOf(
    Object.fromEntries(
      ['ONE', 'OTHER'].map((name) => {
        const rules = [{ name: 'split', split: { A: 25, B: 25, C: 25, D: 25 } }];
        return [name, Object.assign(new Split(), { rules }) as Split];
      }),
    ),
  );
  const table = new Float64Array(16);
  const place = (arm: Arm) => Object.values(Arm).indexOf(arm);
  for (const id of ids) {
    const gk = engine.for({ user: { id } });
    table[4 * place(gk.ffVariant('ONE')!) + place(gk.ffVariant('OTHER')!)]! += 1;
  }
  expect(independence(table, 4)).toBeGreaterThan(0.001);
  expect(evenness(table)).toBeGreaterThan(0.001);
});
