import { checkBetween0And1, checkCount, checkPositive, checkPossible } from './check';
import { chiSquare } from './distributions/chi-square';
import { notComputable, type Outcome } from './outcome';
import { pValue, type PValue } from './p-value';

/** Units seen in each arm, and the weights (of any scale) that they were split by. */
export interface Split {
  readonly observed: readonly number[];
  readonly weights: readonly number[];
}

/** Pearson's chi-square of a split. */
export interface SampleRatio extends PValue {
  readonly chiSquare: number;
  readonly df: number;
  /** Are the arms not as they were split? Then nothing else about the experiment is to be believed. */
  readonly mismatch: boolean;
}

/** The steps of a ramp, and whether any of them gives the alarm. */
export interface RampSampleRatio {
  readonly steps: readonly Outcome<SampleRatio>[];
  readonly mismatch: boolean;
}

/** Below this p-value the alarm is given (Fabijan et al. 2019, "Diagnosing sample ratio mismatch"). */
const ALARM = 0.001;
/** Fewer expected units than this in an arm, and the chi-square distribution does not hold (Cochran 1954). */
const LEAST_EXPECTED = 5;

/** Sample ratio mismatch: are the arms as large as they were to be? Pearson's chi-square test (1900). */
export function sampleRatio({ observed, weights }: Split, { alarm = ALARM } = {}): Outcome<SampleRatio> {
  checkBetween0And1('alarm', alarm);
  const enough = observed.length >= 2 && observed.length === weights.length;
  checkPossible(enough, 'observed', observed, 'the units of two arms or more, with a weight each');
  observed.forEach((count) => checkCount('observed', count));
  weights.forEach((weight) => checkPositive('a weight', weight));
  const units = sum(observed);
  if (units === 0) return notComputable('no-data');
  const heaviest = Math.max(...weights);
  const scale = units / sum(weights.map((weight) => weight / heaviest));
  const expected = weights.map((weight) => (weight / heaviest) * scale);
  if (Math.min(...expected) < LEAST_EXPECTED) return notComputable('too-few');
  const statistic = sum(expected.map((count, arm) => (observed[arm]! - count) ** 2 / count));
  const df = observed.length - 1;
  const { p, logP } = pValue(chiSquare.logSf(statistic, df));
  return { chiSquare: statistic, df, p, logP, mismatch: p < alarm };
}

/**
 * Sample ratio mismatch over a ramp, each step by its own weights: pooled, steps of different weights would look wrong
 * together (Simpson's paradox). A step gives the alarm below `alarm` divided by the steps that have data (Bonferroni), so
 * that a long ramp does not give it sooner.
 */
export function rampSampleRatio(steps: readonly Split[], { alarm = ALARM } = {}): RampSampleRatio {
  const judged = steps.filter(({ observed }) => sum(observed) > 0).length;
  const results = steps.map((step) => sampleRatio(step, { alarm: alarm / Math.max(1, judged) }));
  return { steps: results, mismatch: results.some((result) => 'mismatch' in result && result.mismatch) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
