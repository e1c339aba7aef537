import fc from 'fast-check';
import {
  benjaminiHochberg,
  chanceToWin,
  confidenceBounds,
  confidenceSequence,
  deltaLift,
  eValue,
  fiellerLift,
  fisherExact,
  holm,
  isNotComputable,
  momentsOfProportion,
  momentsOfRatio,
  momentsOfSums,
  newcombe,
  nonInferiority,
  normal,
  pooledZ,
  proportionTest,
  rampSampleRatio,
  rateRatio,
  sampleRatio,
  welch,
  wilson,
  type Outcome,
} from 'gatekeeper-flags/experiments';
import { holdsFor } from '../../support/property';
import { seededRandom } from '../../support/simulated-experiment';

function must<T>(outcome: Outcome<T>): T {
  expect(isNotComputable(outcome)).toBe(false);
  return outcome as T;
}

const arm = fc
  .tuple(fc.integer({ min: 2, max: 5_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ n, successes: Math.round(n * share) }));
const moments = fc
  .tuple(
    fc.integer({ min: 2, max: 10_000_000 }),
    fc.double({ min: -50, max: 50, noNaN: true }),
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  )
  .map(([n, mean, variance]) => ({ n, mean, variance }));
const check = holdsFor(500);

describe('moments', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const others = [2, 7, 1, 8, 2, 8, 1, 8];
  const sum = (numbers: number[]) => numbers.reduce((all, next) => all + next, 0);
  const times = (x: number[], y: number[]) => sum(x.map((one, i) => one * y[i]!));
  const variance = (x: number[]) => sum(x.map((one) => (one - sum(x) / x.length) ** 2)) / (x.length - 1);

  test('of sums are the mean and the variance of the values', () => {
    const got = momentsOfSums({ n: 8, sum: sum(values), sumSquares: times(values, values) });
    expect(got).toEqual({ n: 8, mean: sum(values) / 8, variance: expect.closeTo(variance(values), 12) });
  });
  test('of whole sums are exact, however large the values beside their spread', () => {
    const large = values.map((value) => value + 10_000_000);
    const { variance: got } = momentsOfSums({ n: 8, sum: sum(large), sumSquares: times(large, large) });
    expect(got).toBeCloseTo(variance(values), 12);
  });
  test('of what does not vary have no variance, in spite of rounding', () => {
    let [total, squares] = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      total += 0.1;
      squares += 0.1 * 0.1;
    }
    expect(momentsOfSums({ n: 100_000, sum: total, sumSquares: squares }).variance).toBe(0);
  });
  test('of a ratio have the variance of its linear part', () => {
    const ratio = sum(values) / sum(others);
    const linear = values.map((value, i) => (value - ratio * others[i]!) / (sum(others) / 8));
    const got = momentsOfRatio({
      n: 8,
      sum: sum(values),
      sumSquares: times(values, values),
      sumDenominator: sum(others),
      sumDenominatorSquares: times(others, others),
      sumProducts: times(values, others),
    });
    expect(got).toEqual({ n: 8, mean: ratio, variance: expect.closeTo(variance(linear), 12) });
  });
  test('of a ratio that is the same for every unit have no variance', () => {
    const half = { n: 8, sum: sum(others) / 2, sumSquares: times(others, others) / 4 };
    const whole = { sumDenominator: sum(others), sumDenominatorSquares: times(others, others) };
    expect(momentsOfRatio({ ...half, ...whole, sumProducts: times(others, others) / 2 }).variance).toBe(0);
  });
});

describe('two proportions', () => {
  test('the p-value is never 0 nor NaN, and intervals hold their estimates, for any counts', () => {
    check(arm, arm, (control, treatment) => {
      const z = pooledZ(control, treatment);
      if (!isNotComputable(z)) {
        expect(z.p).toBeGreaterThan(0);
        expect(z.p).toBeLessThanOrEqual(1);
      }
      const [low, high] = must(newcombe(control, treatment));
      const difference = treatment.successes / treatment.n - control.successes / control.n;
      expect(low).toBeLessThanOrEqual(difference);
      expect(high).toBeGreaterThanOrEqual(difference);
      const [from, to] = must(wilson(control));
      expect([from >= 0, from <= control.successes / control.n, to >= control.successes / control.n, to <= 1]).toEqual(
        Array(4).fill(true),
      );
    });
  });
  test('the far tail: p at its least, its logarithm exact', () => {
    const { z, p, logP } = must(pooledZ({ n: 1e6, successes: 1e5 }, { n: 1e6, successes: 3e5 }));
    expect(p).toBe(Number.MIN_VALUE);
    expect(logP).toBeCloseTo(Math.LN2 + normal.logSf(Math.abs(z)), 9);
    expect(logP).toBeLessThan(-60_000);
  });
  test('Fisher is asked where 5 successes or failures are not expected in each arm', () => {
    const of = (control: number, treatment: number, n = 1_000) =>
      must(proportionTest({ n, successes: control }, { n, successes: treatment })).method;
    expect(of(7, 2)).toBe('fisher');
    expect(of(7, 3)).toBe('pooled-z');
    expect(of(998, 993)).toBe('fisher');
    expect(must(proportionTest({ n: 99_000, successes: 90 }, { n: 1_000, successes: 3 })).method).toBe('fisher');
  });
  test('Fisher, as R has it', () => {
    const p = (a: number, n: number, b: number, m: number) =>
      must(fisherExact({ n, successes: a }, { n: m, successes: b })).p;
    // The lady tasting tea, fisher.test(matrix(c(3, 1, 1, 3), 2)); all cups right; nothing to see.
    expect(p(3, 4, 1, 4)).toBeCloseTo(0.4857142857142857, 12);
    expect(p(4, 4, 0, 4)).toBeCloseTo(1 / 35, 12);
    expect(p(5, 10, 5, 10)).toBeCloseTo(1, 12);
  });
  test('Fisher is near pooled z where there are many', () => {
    const arms = [
      { n: 50_000, successes: 5_000 },
      { n: 50_000, successes: 5_150 },
    ] as const;
    expect(must(fisherExact(...arms)).p).toBeCloseTo(must(pooledZ(...arms)).p, 2);
  });
});

describe('differences and lifts', () => {
  test('Welch’s interval leaves out 0 exactly where p is below alpha, and so does Fieller’s', () => {
    check(moments, moments, (control, treatment) => {
      const { p, interval } = must(welch(control, treatment));
      expect(p).toBeGreaterThan(0);
      if (Math.abs(p - 0.05) < 1e-9) return;
      const leavesOut = ([low, high]: readonly [number, number]) => low > 0 || high < 0;
      expect(leavesOut(interval)).toBe(p < 0.05);
      const lift = fiellerLift(control, treatment);
      if (isNotComputable(lift)) expect(lift.notComputable).toBe('control-near-zero');
      else {
        expect(leavesOut(lift.interval)).toBe(p < 0.05);
        expect(lift.interval[0]).toBeLessThanOrEqual(lift.lift);
        expect(lift.interval[1]).toBeGreaterThanOrEqual(lift.lift);
      }
    });
  });
  test('the delta method’s interval disagrees with the test now and then, which is why Fieller’s is shown', () => {
    const [c, t] = [
      { n: 1_000, successes: 100 },
      { n: 1_000, successes: 130 },
    ].map(momentsOfProportion) as [never, never];
    expect(must(welch(c, t)).p).toBeLessThan(0.05);
    expect(must(deltaLift(c, t)).interval[0]).toBeLessThan(0);
    expect(must(fiellerLift(c, t)).interval[0]).toBeGreaterThan(0);
  });
  test('a negative mean has a lift in the direction of the difference', () => {
    const [c, t] = [
      { n: 100, mean: -10, variance: 4 },
      { n: 100, mean: -8, variance: 4 },
    ];
    const lift = must(fiellerLift(c!, t!));
    expect(lift.lift).toBeCloseTo(0.2, 12);
    expect(lift.interval[0]).toBeGreaterThan(0);
    expect(must(deltaLift(c!, t!)).lift).toBeCloseTo(0.2, 12);
  });
  test('a lift over a mean that cannot be told from 0 is not estimable; the difference is', () => {
    const [c, t] = [
      { n: 100, mean: 0.1, variance: 1 },
      { n: 100, mean: 0.9, variance: 1 },
    ];
    expect(fiellerLift(c!, t!)).toEqual({ notComputable: 'control-near-zero' });
    expect(deltaLift(c!, t!)).toEqual({ notComputable: 'control-near-zero' });
    expect(must(welch(c!, t!)).difference).toBeCloseTo(0.8, 12);
  });
});

describe('sample ratio', () => {
  test('a ramp is judged step by step: pooled, it would look wrong', () => {
    // 1 % of 100,000, then 50 % of 20,000.
    const steps = [
      { observed: [99_010, 990], weights: [99, 1] },
      { observed: [10_020, 9_980], weights: [1, 1] },
    ];
    const { mismatch, steps: results } = rampSampleRatio(steps);
    expect([mismatch, results.map((one) => must(one).mismatch)]).toEqual([false, [false, false]]);
    expect(must(sampleRatio({ observed: [109_030, 10_970], weights: [1, 1] })).mismatch).toBe(true);
  });
  test('one wrong step gives the alarm; a step without units, or with few, does not stop it', () => {
    const right = { observed: [500, 500], weights: [1, 1] };
    const empty = { observed: [0, 0], weights: [1, 1] };
    const few = { observed: [3, 0], weights: [1, 1] };
    const { mismatch, steps } = rampSampleRatio([empty, few, right, { observed: [600, 400], weights: [1, 1] }]);
    expect(mismatch).toBe(true);
    expect(steps.slice(0, 2)).toEqual([{ notComputable: 'no-data' }, { notComputable: 'too-few' }]);
  });
  test('a long ramp does not give the alarm sooner', () => {
    const odd = { observed: [5_172, 4_828], weights: [1, 1] }; // p = 0.0006
    const even = { observed: [5_000, 5_000], weights: [1, 1] };
    expect(must(sampleRatio(odd)).mismatch).toBe(true);
    expect(rampSampleRatio([odd, even]).mismatch).toBe(false);
  });
});

test('Holm and Benjamini–Hochberg keep the order, never lower a p-value, and differ as they should', () => {
  check(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
    const [family, discovery] = [holm(pValues), benjaminiHochberg(pValues)];
    pValues.forEach((p, i) => {
      expect(discovery[i]).toBeGreaterThanOrEqual(p);
      expect(family[i]).toBeGreaterThanOrEqual(discovery[i]! - 1e-15);
      expect(family[i]).toBeLessThanOrEqual(1);
      pValues.forEach((other, j) => {
        if (p < other) expect(family[i]).toBeLessThanOrEqual(family[j]!);
      });
    });
  });
});

describe('sequences', () => {
  const estimate = fc.record({
    estimate: fc.double({ min: -10, max: 10, noNaN: true }),
    se: fc.double({ min: 1e-3, max: 10, noNaN: true }),
    n: fc.integer({ min: 1, max: 1e9 }),
  });
  const tuning = fc.integer({ min: 10, max: 1e7 });

  test('the interval leaves out 0 exactly where p is below alpha; it is wider than a fixed one', () => {
    check(estimate, tuning, (now, tuningN) => {
      const { interval, p } = must(confidenceSequence(now, { tuningN }));
      if (Math.abs(p - 0.05) < 1e-9) return;
      expect(interval[0] > 0 || interval[1] < 0).toBe(p < 0.05);
      expect(interval[1] - now.estimate).toBeGreaterThan(1.96 * now.se);
    });
  });
  test('is narrowest, beside the fixed interval, near the size it was tuned to', () => {
    const width = (n: number) => must(confidenceBounds({ estimate: 0, se: 1, n }, { tuningN: 10_000 })).upper;
    expect(width(10_000)).toBeLessThan(width(1_000));
    expect(width(10_000)).toBeLessThan(width(100_000));
  });
  test('10,000 days: still finite', () => {
    const far = must(confidenceSequence({ estimate: 1e-9, se: 1e-12, n: 1e15 }, { tuningN: 100 }));
    expect(far.p).toBeGreaterThan(0);
    expect(Number.isFinite(far.logP)).toBe(true);
  });
});

describe('e-values', () => {
  /** The share of runs whose e-value ever reaches 20, events falling to the treatment with the given probability. */
  function everReached(share: number, options: Parameters<typeof eValue>[1]) {
    const random = seededRandom(6);
    let reached = 0;
    for (let run = 0; run < 1_000; run++) {
      let [control, treatment] = [0, 0];
      for (let event = 0; event < 200; event++) {
        if (random() < share) treatment++;
        else control++;
        if (eValue({ control, treatment, treatmentShare: 0.5 }, options).e >= 20) {
          reached++;
          break;
        }
      }
    }
    return reached / 1_000;
  }
  test('looked at after each event, reach 20 in fewer than 5 % where nothing is wrong, and mostly where it is', () => {
    expect(everReached(0.5, {})).toBeLessThan(0.05);
    expect(everReached(0.75, {})).toBeGreaterThan(0.95);
  });
  test('of a limit: quiet at the limit and below it, loud above', () => {
    const above = { ratio: 2, alternative: 'greater' } as const;
    expect(everReached(2 / 3, above)).toBeLessThan(0.05);
    expect(everReached(0.2, above)).toBe(0);
    expect(everReached(5 / 6, above)).toBeGreaterThan(0.9);
  });
  test('of a limit: the mean likelihood ratio over the shares above it', () => {
    const [control, treatment, share] = [6, 11, 0.3 / (0.3 + 0.8)]; // a ratio of 1.5 with a fifth of the units
    const steps = 100_000;
    let mean = 0;
    for (let i = 0; i < steps; i++) {
      const theta = share + ((1 - share) * (i + 0.5)) / steps;
      mean += ((theta / share) ** treatment * ((1 - theta) / (1 - share)) ** control) / steps;
    }
    const events = { control, treatment, treatmentShare: 0.2 };
    expect(eValue(events, { ratio: 1.5, alternative: 'greater' }).e).toBeCloseTo(mean, 6);
  });
  test('start at 1, and have no largest number', () => {
    const nothing = { control: 0, treatment: 0, treatmentShare: 0.05 };
    expect(eValue(nothing).e).toBeCloseTo(1, 12);
    expect(eValue(nothing, { ratio: 2, alternative: 'greater' }).e).toBeCloseTo(1, 12);
    const { e, logE } = eValue({ control: 0, treatment: 1e6, treatmentShare: 0.05 });
    expect(e).toBe(Number.MAX_VALUE);
    expect(logE).toBeCloseTo(-1e6 * Math.log(0.05) - Math.log(1e6 + 1), 3);
  });
});

test('the ratio of rates: bound and test agree, also without an event in the control', () => {
  const [control, treatment] = [
    { events: 0, exposure: 900 },
    { events: 8, exposure: 100 },
  ] as const;
  const found = must(rateRatio(control, treatment));
  expect(found.ratio).toEqual({ notComputable: 'no-data' });
  expect(found.above.p).toBeCloseTo(1e-8, 14);
  expect(must(rateRatio(control, treatment, { limit: found.lowerBound })).above.p).toBeCloseTo(0.05, 10);
  expect(must(rateRatio({ events: 5, exposure: 1 }, { events: 0, exposure: 1 }))).toMatchObject({ lowerBound: 0 });
});

test('non-inferiority mirrors where more is worse', () => {
  const [control, same, more] = [10, 10, 12].map((mean) => ({ n: 4_000, mean, variance: 25 })) as never[];
  const status = (treatment: never, worse: 'lower' | 'higher') =>
    must(nonInferiority(control!, treatment, { margin: 0.05, worse })).status;
  expect([status(same!, 'lower'), status(same!, 'higher')]).toEqual(['non-inferior', 'non-inferior']);
  expect([status(more!, 'lower'), status(more!, 'higher')]).toEqual(['non-inferior', 'inferior']);
  const few = { n: 10, mean: 10, variance: 25 };
  expect(must(nonInferiority(few, few, { margin: 0.05 })).status).toBe('unknown');
});

test('the chance to win is the normal’s; the risks differ by the effect', () => {
  const win = must(chanceToWin({ estimate: 0.02, se: 0.01 }));
  expect(win.chance).toBeCloseTo(normal.cdf(2), 14);
  expect(win.riskOfControl - win.riskOfTreatment).toBeCloseTo(0.02, 14);
});
