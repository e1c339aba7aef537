import { checkCount, checkFinite, checkNotNegative, checkPossible } from './check';
import { notComputable, type Outcome } from './outcome';

/** An arm of a conversion metric: how many units, and how many of them did it. */
export interface Proportion {
  readonly n: number;
  readonly successes: number;
}

/** An arm of a count or mean metric: units, Σx and Σx² over the units' values. */
export interface Sums {
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
}

/** An arm of a ratio metric, Σx/Σy: also Σy, Σy² and Σxy over the units. */
export interface RatioSums extends Sums {
  readonly sumDenominator: number;
  readonly sumDenominatorSquares: number;
  readonly sumProducts: number;
}

/** An arm as most methods take it: units, the mean, and the variance of one unit (not of the mean). */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** An arm without data. */
const NOTHING: Moments = { n: 0, mean: 0, variance: 0 };

/** Refuses counts that cannot be. */
export function checkProportion({ n, successes }: Proportion): void {
  checkCount('n', n);
  checkCount('successes', successes);
  checkPossible(successes <= n, 'successes', successes, `at most n, which is ${n}`);
}

/** Two arms as one, where a test of them can say anything. */
export function pooled(control: Proportion, treatment: Proportion): Outcome<Proportion> {
  checkProportion(control);
  checkProportion(treatment);
  if (control.n === 0 || treatment.n === 0) return notComputable('no-data');
  const [n, successes] = [control.n + treatment.n, control.successes + treatment.successes];
  return successes === 0 || successes === n ? notComputable('zero-variance') : { n, successes };
}

/** Refuses moments that cannot be. */
export function checkMoments({ n, mean, variance }: Moments): void {
  checkCount('n', n);
  checkFinite('mean', mean);
  checkNotNegative('variance', variance);
}

/** A conversion metric's rate and p(1 − p), with n and not n − 1 under it. */
export function momentsOfProportion(arm: Proportion): Moments {
  checkProportion(arm);
  if (arm.n === 0) return NOTHING;
  const mean = arm.successes / arm.n;
  return { n: arm.n, mean, variance: mean * ((arm.n - arm.successes) / arm.n) };
}

/** Mean and variance (n − 1) of a unit's value. What the sums cannot tell from no variance, for rounding, is none. */
export function momentsOfSums(arm: Sums): Moments {
  const { n, sum } = arm;
  const squares = centredSquares(n, sum, arm.sumSquares, 'sumSquares');
  return n === 0 ? NOTHING : { n, mean: sum / n, variance: squares / Math.max(1, n - 1) };
}

/**
 * A ratio metric's Σx/Σy and the variance of one unit's share in it, (x − Ry)/ȳ, by the delta method (Deng, Knoblich and
 * Lu 2018, "Applying the delta method in metric analytics"). Without any y there are no data.
 */
export function momentsOfRatio(arm: RatioSums): Moments {
  const { n, sum, sumDenominator } = arm;
  const squares = centredSquares(n, sum, arm.sumSquares, 'sumSquares');
  const denominatorSquares = centredSquares(n, sumDenominator, arm.sumDenominatorSquares, 'sumDenominatorSquares');
  checkFinite('sumProducts', arm.sumProducts);
  if (n === 0 || sumDenominator === 0) return NOTHING;
  const ratio = sum / sumDenominator;
  const crossed = 2 * ratio * centred(n, sum, sumDenominator, arm.sumProducts);
  const all = squares + ratio * ratio * denominatorSquares;
  const residual = all - crossed;
  const rounding = n * Number.EPSILON * (arm.sumSquares + ratio * ratio * arm.sumDenominatorSquares);
  const perUnit = residual <= rounding ? 0 : residual / Math.max(1, n - 1);
  return { n, mean: ratio, variance: perUnit / (sumDenominator / n) ** 2 };
}

/** Σ(x − x̄)², or 0 where it is less than adding n doubles may have been off by. */
function centredSquares(n: number, sum: number, sumSquares: number, name: string): number {
  checkCount('n', n);
  checkFinite('a sum', sum);
  checkNotNegative(name, sumSquares);
  checkPossible(n > 0 || (sum === 0 && sumSquares === 0), 'n', n, 'above 0 where there are sums');
  if (n === 0) return 0;
  const squares = centred(n, sum, sum, sumSquares);
  const rounding = n * Number.EPSILON * sumSquares;
  checkPossible(squares >= -rounding, name, sumSquares, `at least sum²/n, which is ${(sum * sum) / n}`);
  return squares <= rounding && !areExact(sum, sumSquares) ? 0 : squares;
}

/** Σ(x − x̄)(y − ȳ). Sums of whole numbers are exact, and so is this then. */
function centred(n: number, sumX: number, sumY: number, sumXY: number): number {
  return areExact(sumX, sumY, sumXY)
    ? Number(BigInt(n) * BigInt(sumXY) - BigInt(sumX) * BigInt(sumY)) / n
    : sumXY - (sumX / n) * sumY;
}

const areExact = (...sums: number[]) => sums.every(Number.isSafeInteger);
