import fc from 'fast-check';
import {
  isNotComputable,
  minimumDetectableEffect,
  minimumDetectableLift,
  power,
  powerT,
  runTime,
  sampleSize,
  sampleSizeT,
  studentT,
  type Outcome,
} from 'gatekeeper-flags/experiments';
import { holdsFor } from '../../support/property';

function must<T>(outcome: Outcome<T>): T {
  expect(isNotComputable(outcome)).toBe(false);
  return outcome as T;
}
const check = holdsFor(200);
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const design = fc.record({
  alpha: between(0.001, 0.2),
  power: between(0.5, 0.99),
  sides: fc.constantFrom(1 as const, 2 as const),
  treatmentShare: between(0.05, 0.95),
});

test('the size found has the power asked for, and one unit less in each arm has not', () => {
  check(design, between(0.01, 0.5), between(0.01, 0.2), (plan, control, difference) => {
    const effect = { control, treatment: control + difference };
    const size = must(sampleSize(effect, plan));
    const { alpha, sides } = plan;
    // Whole arms are not shared out to the last digit.
    expect(must(power(effect, size, { alpha, sides }))).toBeGreaterThan(plan.power - 1e-3 - 1 / size.total);
    const exact = size.exact.control + size.exact.treatment;
    expect(size.total - exact).toBeGreaterThanOrEqual(0);
    expect(size.total - exact).toBeLessThan(2);
  });
});

test('the t test’s size is a little more than z’s, and has its power', () => {
  check(design, between(0.02, 1), (plan, difference) => {
    const effect = { difference, variance: 1 };
    const size = must(sampleSizeT(effect, plan));
    const byZ = must(sampleSize(effect, plan));
    const excess = size.exact.control + size.exact.treatment - byZ.exact.control - byZ.exact.treatment;
    expect(excess).toBeGreaterThan(0);
    expect(excess).toBeLessThan(15);
    const more = { control: size.control, treatment: size.treatment };
    const fewer = { control: size.control - 2, treatment: size.treatment - 2 };
    const { alpha, sides } = plan;
    if (fewer.control < 2 || fewer.treatment < 2) return;
    expect(must(powerT(effect, more, { alpha, sides }))).toBeGreaterThanOrEqual(plan.power - 2e-3);
    expect(must(powerT(effect, fewer, { alpha, sides }))).toBeLessThan(plan.power + 1e-12);
  });
});

test('without an effect the t test’s power is its level in one tail', () => {
  for (const n of [2, 5, 50, 50_000]) {
    expect(must(powerT({ difference: 0, variance: 1 }, { control: n, treatment: n }))).toBeCloseTo(0.025, 10);
  }
  // The noncentral t with shift 0 is Student's.
  expect(studentT.sf(studentT.quantile(0.975, 8), 8)).toBeCloseTo(0.025, 12);
});

test('the minimum detectable effect is the effect whose size that is', () => {
  check(design, between(0.01, 0.4), fc.integer({ min: 2_000, max: 10_000_000 }), (plan, control, total) => {
    const treatment = Math.round(total * plan.treatmentShare);
    const units = { control: total - treatment, treatment };
    const mde = must(minimumDetectableEffect({ control }, units, plan));
    expect(must(power({ control, treatment: control + mde }, units, plan))).toBeCloseTo(plan.power, 9);
    const ofMean = must(minimumDetectableEffect({ variance: 9 }, units, plan));
    expect(must(power({ difference: ofMean, variance: 9 }, units, plan))).toBeCloseTo(plan.power, 9);
    const lift = minimumDetectableLift({ mean: 10, variance: 9 }, units, plan);
    expect(must(lift)).toBeGreaterThan(ofMean / 10);
  });
});

test('run time is in whole weeks, one at least', () => {
  expect([1, 7_000, 7_001, 30_000].map((units) => must(runTime(units, 1_000)))).toEqual([
    { days: 7, weeks: 1 },
    { days: 7, weeks: 1 },
    { days: 14, weeks: 2 },
    { days: 35, weeks: 5 },
  ]);
});

test.each([
  ['no effect to find', () => sampleSize({ control: 0.1, treatment: 0.1 }), 'no-effect'],
  ['no effect on a mean', () => sampleSizeT({ difference: 0, variance: 1 }), 'no-effect'],
  ['nothing that varies', () => sampleSize({ difference: 1, variance: 0 }), 'zero-variance'],
  ['an arm without units', () => power({ control: 0.1, treatment: 0.2 }, { control: 9, treatment: 0 }), 'no-data'],
  ['two units in all', () => powerT({ difference: 1, variance: 1 }, { control: 1, treatment: 1 }), 'too-few'],
  ['too few for any rate', () => minimumDetectableEffect({ control: 0.9 }, { control: 9, treatment: 9 }), 'too-few'],
  ['all convert', () => minimumDetectableEffect({ control: 1 }, { control: 9, treatment: 9 }), 'zero-variance'],
  [
    'a mean of 0',
    () => minimumDetectableLift({ mean: 0, variance: 1 }, { control: 9, treatment: 9 }),
    'control-near-zero',
  ],
  ['few for a lift', () => minimumDetectableLift({ mean: 1, variance: 9 }, { control: 9, treatment: 9 }), 'too-few'],
  ['nobody coming by', () => runTime(1_000, 0), 'no-data'],
])('%s: not computable', (_, outcome, reason) => {
  expect(outcome()).toEqual({ notComputable: reason });
});

test.each([
  [() => sampleSize({ control: 1.2, treatment: 0.1 }), 'control must be a number from 0 to 1, not 1.2'],
  [() => sampleSize({ difference: NaN, variance: 1 }), 'difference must be a finite number, not NaN'],
  [() => sampleSize({ difference: 1, variance: -1 }), 'variance must be a finite number of 0 or more, not -1'],
  [() => sampleSize({ difference: 1, variance: 1 }, { alpha: 0 }), 'alpha must be a number between 0 and 1, not 0'],
  [
    () => sampleSize({ difference: 1, variance: 1 }, { power: 0.02 }),
    'power must be above alpha / sides, which is 0.025, not 0.02',
  ],
  [() => sampleSize({ difference: 1, variance: 1 }, { sides: 3 as never }), 'sides must be 1 or 2, not 3'],
  [
    () => power({ difference: 1, variance: 1 }, { control: -1, treatment: 5 }),
    'control must be a whole number of 0 or more, not -1',
  ],
  [() => runTime(-1, 5), 'units must be a finite number of 0 or more, not -1'],
])('%#: an impossible argument is refused', (call, message) => {
  expect(call).toThrow(expect.objectContaining({ code: 'field-invalid', message }));
});
