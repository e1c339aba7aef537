import { checkBetween0And1, checkFinite, checkNotNegative, checkPossible, checkProbability } from './check';
import { normal } from './distributions/normal';

/** Errors allowed, and how units are shared out. Two-sided, 5 %, 80 %, half and half unless said. */
export interface Design {
  readonly alpha?: number;
  readonly power?: number;
  readonly sides?: 1 | 2;
  readonly treatmentShare?: number;
}

/** An effect on a conversion rate: both rates. */
export interface EffectOnProportion {
  readonly control: number;
  readonly treatment: number;
}

/** An effect on a mean: the difference, and the variance of one unit (of both arms, unless the treatment's differs). */
export interface EffectOnMean {
  readonly difference: number;
  readonly variance: number;
  readonly varianceOfTreatment?: number;
}

/** An effect to be found. */
export type Effect = EffectOnProportion | EffectOnMean;

/** The size of an effect, and √N times its standard error without it and with it, N being all units. */
export interface Spread {
  readonly difference: number;
  readonly without: number;
  readonly having: number;
}

/** A design in full, with the quantiles of its errors. */
export interface Plan {
  readonly share: number;
  readonly zAlpha: number;
  readonly zBeta: number;
}

/** A design's quantiles and share. */
export function planOf({ alpha = 0.05, power = 0.8, sides = 2, treatmentShare = 0.5 }: Design): Plan {
  checkBetween0And1('alpha', alpha);
  checkBetween0And1('power', power);
  checkPossible(sides === 1 || sides === 2, 'sides', sides, '1 or 2');
  checkBetween0And1('treatmentShare', treatmentShare);
  checkPossible(power > alpha / sides, 'power', power, `above alpha / sides, which is ${alpha / sides}`);
  return { share: treatmentShare, zAlpha: -normal.quantile(alpha / sides), zBeta: normal.quantile(power) };
}

/** The spread of an effect: pooled without it where it is one on a proportion, as the test pools. */
export function spreadOf(effect: Effect, share: number): Spread {
  if ('control' in effect) {
    const { control, treatment } = effect;
    checkProbability('control', control);
    checkProbability('treatment', treatment);
    const pooled = (1 - share) * control + share * treatment;
    const having = spread(control * (1 - control), treatment * (1 - treatment), share);
    return {
      difference: Math.abs(treatment - control),
      without: spread(pooled * (1 - pooled), undefined, share),
      having,
    };
  }
  const { difference, variance, varianceOfTreatment } = effect;
  checkFinite('difference', difference);
  checkNotNegative('variance', variance);
  checkNotNegative('varianceOfTreatment', varianceOfTreatment ?? variance);
  const both = spread(variance, varianceOfTreatment, share);
  return { difference: Math.abs(difference), without: both, having: both };
}

function spread(ofControl: number, ofTreatment = ofControl, share: number): number {
  return Math.sqrt(ofControl / (1 - share) + ofTreatment / share);
}
