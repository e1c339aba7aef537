import { checkBetween0And1, checkNotNegative } from './check';
import { planOf, type Design, type EffectOnMean } from './design';
import { noncentralTSf } from './distributions/noncentral-t';
import { normal } from './distributions/normal';
import { increasingRoot } from './distributions/root';
import { studentT } from './distributions/student-t';
import { isNotComputable, notComputable, type Outcome } from './outcome';
import { checkUnits, sampleSize, sampleSizeOf, type SampleSize, type Units } from './sample-size';

/**
 * The power of the t test for a difference of means with one variance: from the noncentral t, as R's power.t.test has it
 * (Cohen 1988, "Statistical Power Analysis", ch. 2). `power` is the same for many units.
 */
export function powerT(
  { difference, variance }: Omit<EffectOnMean, 'varianceOfTreatment'>,
  units: Units,
  { alpha = 0.05, sides = 2 }: Pick<Design, 'alpha' | 'sides'> = {},
): Outcome<number> {
  checkBetween0And1('alpha', alpha);
  checkNotNegative('variance', variance);
  const { share, total } = checkUnits(units);
  if (share === 0 || share === 1) return notComputable('no-data');
  if (total < 3) return notComputable('too-few');
  if (variance === 0) return notComputable('zero-variance');
  return powerOf(Math.abs(difference) / Math.sqrt(variance), total, share, alpha / sides);
}

/** The units with which the t test finds a difference of means with the design's power. */
export function sampleSizeT(
  effect: Omit<EffectOnMean, 'varianceOfTreatment'>,
  design: Design = {},
): Outcome<SampleSize> {
  const start = sampleSize({ difference: effect.difference, variance: effect.variance }, design);
  if (isNotComputable(start)) return start;
  const { share, zBeta } = planOf(design);
  const { alpha = 0.05, sides = 2 } = design;
  const standardised = Math.abs(effect.difference) / Math.sqrt(effect.variance);
  const wanted = normal.cdf(zBeta);
  // In ln(N − 2), the degrees of freedom; the slope is that of the normal approximation.
  const f = (log: number) => {
    const total = 2 + Math.exp(log);
    const shift = standardised * Math.sqrt(total * share * (1 - share));
    const slope = (normal.pdf(zBeta) * shift * (total - 2)) / total / 2;
    return [powerOf(standardised, total, share, alpha / sides) - wanted, slope] as const;
  };
  const approximate = start.exact.control + start.exact.treatment;
  return sampleSizeOf(2 + Math.exp(increasingRoot(f, Math.log(Math.max(1, approximate - 2)))), share);
}

function powerOf(standardised: number, total: number, share: number, tail: number): number {
  const df = total - 2;
  return noncentralTSf(studentT.quantile(1 - tail, df), df, standardised * Math.sqrt(total * share * (1 - share)));
}
