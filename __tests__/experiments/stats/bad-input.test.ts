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
  momentsOfProportion,
  momentsOfRatio,
  momentsOfSums,
  newcombe,
  nonInferiority,
  pooledZ,
  proportionTest,
  rateRatio,
  readPrimary,
  sampleRatio,
  welch,
  wilson,
} from 'gatekeeper-flags/experiments';

const none = { n: 0, mean: 0, variance: 0 };
const one = { n: 1, mean: 5, variance: 0 };
const many = { n: 100, mean: 5, variance: 2 };
const still = { n: 100, mean: 5, variance: 0 };
const nobody = { n: 0, successes: 0 };
const failed = { n: 100, successes: 0 };
const some = { n: 100, successes: 10 };

test.each([
  ['Welch, an arm without units', () => welch(none, many), 'no-data'],
  ['Welch, an arm of one', () => welch(many, one), 'too-few'],
  ['Welch, nothing varies', () => welch(still, still), 'zero-variance'],
  ['Fieller, an arm without units', () => fiellerLift(many, none), 'no-data'],
  ['Fieller, nothing varies', () => fiellerLift(still, still), 'zero-variance'],
  ['Fieller, a control of 0', () => fiellerLift({ ...many, mean: 0 }, many), 'control-near-zero'],
  [
    'delta, nothing converts',
    () => deltaLift(momentsOfProportion(failed), momentsOfProportion(some)),
    'control-near-zero',
  ],
  ['delta, the treatment all 0 and still', () => deltaLift(many, { ...still, mean: 0 }), 'zero-variance'],
  ['pooled z, an arm without units', () => pooledZ(nobody, some), 'no-data'],
  ['pooled z, nobody converts', () => pooledZ(failed, failed), 'zero-variance'],
  ['a test of proportions, nobody converts', () => proportionTest(failed, failed), 'zero-variance'],
  ['Fisher, an arm without units', () => fisherExact(some, nobody), 'no-data'],
  ['Fisher, nobody converts', () => fisherExact(failed, failed), 'zero-variance'],
  ['Wilson, no units', () => wilson(nobody), 'no-data'],
  ['Newcombe, an arm without units', () => newcombe(some, nobody), 'no-data'],
  ['sample ratio, no units', () => sampleRatio({ observed: [0, 0], weights: [1, 1] }), 'no-data'],
  ['sample ratio, few units', () => sampleRatio({ observed: [9, 0], weights: [1, 1] }), 'too-few'],
  ['non-inferiority, an arm without units', () => nonInferiority(none, many, { margin: 0.05 }), 'no-data'],
  [
    'non-inferiority, a control of 0',
    () => nonInferiority({ ...many, mean: 0 }, many, { margin: 0.05 }),
    'control-near-zero',
  ],
  ['rates, no events', () => rateRatio({ events: 0, exposure: 9 }, { events: 0, exposure: 9 }), 'no-data'],
  ['rates, no exposure', () => rateRatio({ events: 0, exposure: 0 }, { events: 1, exposure: 9 }), 'no-data'],
  ['a sequence, no units', () => confidenceSequence({ estimate: 0, se: 0, n: 0 }, { tuningN: 9 }), 'no-data'],
  ['bounds, no variance', () => confidenceBounds({ estimate: 1, se: 0, n: 9 }, { tuningN: 9 }), 'zero-variance'],
  ['chance to win, no variance', () => chanceToWin({ estimate: 1, se: 0 }), 'zero-variance'],
])('%s: not computable', (_, outcome, reason) => {
  expect(outcome()).toEqual({ notComputable: reason });
});

test('arms without data have moments of 0; a ratio without any denominator has no data', () => {
  expect(momentsOfProportion(nobody)).toEqual(none);
  expect(momentsOfSums({ n: 0, sum: 0, sumSquares: 0 })).toEqual(none);
  const ratio = { n: 5, sum: 0, sumSquares: 0, sumDenominator: 0, sumDenominatorSquares: 0, sumProducts: 0 };
  expect(momentsOfRatio(ratio)).toEqual(none);
});

const ratio = { n: 2, sum: 3, sumSquares: 5, sumDenominator: 3, sumDenominatorSquares: 5, sumProducts: 5 };
test.each([
  ['negative n', () => momentsOfProportion({ n: -1, successes: 0 }), 'n must be a whole number of 0 or more, not -1'],
  ['half a unit', () => wilson({ n: 1.5, successes: 0 }), 'n must be a whole number of 0 or more, not 1.5'],
  [
    'more successes than units',
    () => pooledZ({ n: 5, successes: 6 }, some),
    'successes must be at most n, which is 5, not 6',
  ],
  ['a mean that is no number', () => welch({ ...many, mean: NaN }, many), 'mean must be a finite number, not NaN'],
  [
    'a negative variance',
    () => welch(many, { ...many, variance: -1 }),
    'variance must be a finite number of 0 or more, not -1',
  ],
  [
    'an infinite sum',
    () => momentsOfSums({ n: 2, sum: Infinity, sumSquares: 1 }),
    'a sum must be a finite number, not Infinity',
  ],
  [
    'too small squares',
    () => momentsOfSums({ n: 2, sum: 10, sumSquares: 9 }),
    'sumSquares must be at least sum²/n, which is 50, not 9',
  ],
  [
    'sums of nobody',
    () => momentsOfSums({ n: 0, sum: 1, sumSquares: 1 }),
    'n must be above 0 where there are sums, not 0',
  ],
  ['no products', () => momentsOfRatio({ ...ratio, sumProducts: NaN }), 'sumProducts must be a finite number, not NaN'],
  ['alpha of 1', () => welch(many, many, { alpha: 1 }), 'alpha must be a number between 0 and 1, not 1'],
  [
    'one arm',
    () => sampleRatio({ observed: [5], weights: [1] }),
    'observed must be the units of two arms or more, with a weight each, not [ 5 ]',
  ],
  [
    'a weight of 0',
    () => sampleRatio({ observed: [5, 5], weights: [1, 0] }),
    'a weight must be a finite number above 0, not 0',
  ],
  ['a p-value of 2', () => benjaminiHochberg([0.1, 2]), 'a p-value must be a number from 0 to 1, not 2'],
  ['no margin', () => nonInferiority(many, many, { margin: 0 }), 'margin must be a finite number above 0, not 0'],
  [
    'no tuning',
    () => confidenceSequence({ estimate: 0, se: 1, n: 5 }, { tuningN: 0 }),
    'tuningN must be a finite number above 0, not 0',
  ],
  [
    'one-sided at a half',
    () => confidenceBounds({ estimate: 0, se: 1, n: 5 }, { tuningN: 5, alpha: 0.5 }),
    '2 × alpha must be a number between 0 and 1, not 1',
  ],
  [
    'a share of 1',
    () => eValue({ control: 0, treatment: 0, treatmentShare: 1 }),
    'treatmentShare must be a number between 0 and 1, not 1',
  ],
  [
    'a prior without width',
    () => chanceToWin({ estimate: 0, se: 1 }, { prior: { mean: 0, sd: 0 } }),
    'prior.sd must be a finite number above 0, not 0',
  ],
])('%s: refused', (_, call, message) => {
  expect(call).toThrow(expect.objectContaining({ name: 'GatekeeperError', code: 'field-invalid', message }));
});

/** Every number in a value, at any depth. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

test('whatever the data, no answer holds NaN or an infinity', () => {
  const size = fc.double({ min: -120, max: 120, noNaN: true }).map((power) => 10 ** power);
  const arm = fc.record({
    n: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 50 })),
    mean: fc.oneof(
      fc.constant(0),
      size,
      size.map((x) => -x),
    ),
    variance: fc.oneof(fc.constant(0), size),
  });
  const counts = fc
    .tuple(fc.integer({ min: 0, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([n, share]) => ({ n, successes: Math.floor(n * share) }));
  const all = fc.property(arm, arm, counts, counts, (control, treatment, a, b) => {
    const answers = [
      welch(control, treatment),
      fiellerLift(control, treatment),
      deltaLift(control, treatment),
      nonInferiority(control, treatment, { margin: 0.05 }),
      readPrimary(control, treatment, { plannedUnits: 1_000, minimumDetectableEffect: 1 }),
      proportionTest(a, b),
      fisherExact(a, b),
      newcombe(a, b),
      sampleRatio({ observed: [a.n, b.n], weights: [1, 3] }),
      rateRatio({ events: a.successes, exposure: a.n }, { events: b.successes, exposure: b.n }, { limit: 2 }),
      eValue({ control: a.n, treatment: b.n, treatmentShare: 0.05 }, { ratio: 2, alternative: 'greater' }),
    ];
    expect(numbersIn(answers).filter((number) => !Number.isFinite(number))).toEqual([]);
  });
  fc.assert(all, { seed: 6, numRuns: 2_000 });
});
