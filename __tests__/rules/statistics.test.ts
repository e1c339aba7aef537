import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { draw, murmur3, seedsOf } from '../../src/rules/bucket';
import { engineOf, toggle } from '../support/config';
import { chiSquareTail, deviations, evenness, family, independence, randomOf } from '../support/statistics';
import type { Found } from '../support/statistics-draws';
import { idKinds, idsOf } from '../support/statistics-ids';

/** A right implementation fails a test of one family this seldom; ids are the same in every run, so these stay as they are. */
const RARELY = 0.001;

describe('a million ids of four kinds', () => {
  const program = join(__dirname, '..', 'support', 'statistics-draws.ts');
  let found: readonly Found[];

  beforeAll(() => {
    const args = ['--import', 'tsx', program];
    found = JSON.parse(
      execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
    );
  }, 120_000);

  const looksRight = (what: string, pValues: readonly number[]) => {
    const { spread, least } = family(pValues);
    process.stdout.write(
      `${what}: p-values are uniform (p = ${spread.toFixed(3)}), the least is (p = ${least.toFixed(3)})\n`,
    );
    expect(spread).toBeGreaterThan(RARELY);
    expect(least).toBeGreaterThan(RARELY);
  };

  test.each([...idKinds, 'all together'])('%s: each of 100 flags is uniform, and 200 pairs are independent', (ids) => {
    const { flags, pairs } = found.find((one) => one.ids === ids)!;
    expect([flags.length, pairs.length]).toEqual([100, 200]);
    looksRight(`${ids}, 100 flags`, flags);
    looksRight(`${ids}, 200 pairs`, pairs);
  });
});

test('one bit of an id, or of a salt, moves a unit anywhere', () => {
  const units = Int32Array.from({ length: 10_000 }, (_, id) => murmur3(String(id)));
  const seeds = seedsOf('FLAG', 'rule', 'rollout');
  const pValues = Array.from({ length: 32 }, (_, bit) => {
    const table = new Float64Array(100);
    for (const unit of units)
      table[Math.floor(draw(unit, seeds) * 10) * 10 + Math.floor(draw(unit ^ (1 << bit), seeds) * 10)]! += 1;
    return independence(table, 10);
  });
  expect(family(pValues).least).toBeGreaterThan(RARELY);
});

test.each(idKinds)('%s: a rollout of 25 %% through the public door', (kind) => {
  const engine = engineOf({ FLAG: toggle({ rules: [{ name: 'quarter', rollout: 25, serve: 'ON' }] }) });
  const ids = idsOf(kind, 20_000);
  const inside = ids.filter((id) => engine.for({ user: { id } }).ff('FLAG', 'ON')).length;
  expect(deviations(inside, ids.length, 0.25)).toBeLessThan(4);
});

describe('the statistics themselves', () => {
  // From scipy.stats.chi2.sf of SciPy 1.
  test.each([
    [1, 1, 0.317310508],
    [3.84, 1, 0.0500435212],
    [50, 99, 0.999990055],
    [99, 99, 0.481096912],
    [123.225, 99, 0.0500014038],
    [150, 99, 0.000720445396],
    [200, 99, 8.19391189e-9],
    [81, 81, 0.479101382],
  ])('chi-square of at least %d with %d degrees of freedom', (x, degrees, p) => {
    expect(chiSquareTail(x, degrees) / p).toBeCloseTo(1, 7);
  });

  test('uneven counts, dependent pairs and lopsided p-values are found out', () => {
    const random = randomOf(7);
    const uneven = new Float64Array(10);
    const dependent = new Float64Array(100);
    for (let i = 0; i < 100_000; i++) {
      const [one, other] = [random(), random()];
      uneven[Math.floor(10 * one ** 1.02)]! += 1;
      dependent[Math.floor(10 * one) * 10 + Math.floor(10 * (0.98 * other + 0.02 * one))]! += 1;
    }
    expect(evenness(uneven)).toBeLessThan(RARELY);
    expect(independence(dependent, 10)).toBeLessThan(RARELY);
    const skewed = Array.from({ length: 200 }, () => random() ** 1.5);
    expect(family(skewed).spread).toBeLessThan(RARELY);
    expect(family([...Array.from({ length: 199 }, random), 1e-7]).least).toBeLessThan(RARELY);
  });

  test('what is right is seldom found wrong', () => {
    const random = randomOf(8);
    const spreads = Array.from({ length: 1_000 }, () => family(Array.from({ length: 100 }, random)).spread);
    const rejected = spreads.filter((p) => p < 0.05).length;
    expect(deviations(rejected, spreads.length, 0.05)).toBeLessThan(4);
  });
});
