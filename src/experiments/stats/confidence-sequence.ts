import { checkBetween0And1, checkCount, checkFinite, checkNotNegative, checkPositive } from './check';
import { notComputable, type Outcome } from './outcome';
import { pValue, type Interval, type PValue } from './p-value';

/** An estimate as of now: its standard error, and the units of both arms behind it. */
export interface Estimate {
  readonly estimate: number;
  readonly se: number;
  readonly n: number;
}

/** `tuningN`: the units (of both arms) at which the sequence is to be narrowest; it holds at all others as well. */
export interface SequenceOptions {
  readonly alpha?: number;
  readonly tuningN: number;
}

/** An interval that holds at every look at once, and the p-value that goes with it. */
export interface ConfidenceSequence extends PValue {
  readonly interval: Interval;
}

/** Bounds that each hold at every look at once, with an error of alpha each. */
export interface ConfidenceBounds {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The asymptotic confidence sequence: the estimate may be looked at every day, and the interval missing the truth on any
 * of them has a probability of alpha (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Ann. Stat. 52, theorem 2.2).
 */
export function confidenceSequence(
  now: Estimate,
  { alpha = 0.05, tuningN }: SequenceOptions,
): Outcome<ConfidenceSequence> {
  const reason = check(now, alpha, tuningN);
  if (reason) return notComputable(reason);
  const { estimate, se, n } = now;
  const grown = n * rhoSquared(alpha, tuningN) + 1;
  const shrink = grown / (grown - 1);
  const half = se * Math.sqrt(shrink * (Math.log(grown) - 2 * Math.log(alpha)));
  const logP = Math.log(grown) / 2 - (estimate / se) ** 2 / (2 * shrink);
  return { interval: [estimate - half, estimate + half], ...pValue(logP) };
}

/** The one-sided sequences (the same, appendix B.1, eq. 134): each bound alone misses the truth with alpha. */
export function confidenceBounds(now: Estimate, { alpha = 0.05, tuningN }: SequenceOptions): Outcome<ConfidenceBounds> {
  checkBetween0And1('2 × alpha', 2 * alpha);
  const reason = check(now, alpha, tuningN);
  if (reason) return notComputable(reason);
  const { estimate, se, n } = now;
  const grown = n * rhoSquared(2 * alpha, tuningN) + 1;
  const half = se * Math.sqrt((grown / (grown - 1)) * 2 * Math.log1p(Math.sqrt(grown) / (2 * alpha)));
  return { lower: estimate - half, upper: estimate + half };
}

/** ρ² of the sequence that is narrowest at n (the same, eq. 9 and appendix B.2). */
function rhoSquared(alpha: number, n: number): number {
  const log = -2 * Math.log(alpha);
  return (log + Math.log(log + 1)) / n;
}

function check({ estimate, se, n }: Estimate, alpha: number, tuningN: number): 'no-data' | 'zero-variance' | undefined {
  checkFinite('estimate', estimate);
  checkNotNegative('se', se);
  checkCount('n', n);
  checkBetween0And1('alpha', alpha);
  checkPositive('tuningN', tuningN);
  return n === 0 ? 'no-data' : se === 0 ? 'zero-variance' : undefined;
}
