import { checkFinite, checkNotNegative, checkProbability } from './check';
import { planOf, spreadOf, type Design, type EffectOnMean, type EffectOnProportion } from './design';
import { increasingRoot } from './distributions/root';
import { notComputable, type Outcome } from './outcome';
import { checkUnits, type Units } from './sample-size';

/** What is known before: the control's rate, or the variance of one unit. */
export type Baseline = Pick<EffectOnProportion, 'control'> | Omit<EffectOnMean, 'difference'>;

/**
 * The least difference, upwards, that the test finds with the design's power with the units given (the formula of
 * `sampleSize`, solved for the effect).
 */
export function minimumDetectableEffect(
  baseline: Baseline,
  units: Units,
  design: Omit<Design, 'treatmentShare'> = {},
): Outcome<number> {
  const { share, total } = checkUnits(units);
  if (share === 0 || share === 1) return notComputable('no-data');
  const { zAlpha, zBeta } = planOf({ ...design, treatmentShare: share });
  if (!('control' in baseline)) {
    const { without } = spreadOf({ ...baseline, difference: 0 }, share);
    return without === 0 ? notComputable('zero-variance') : ((zAlpha + zBeta) * without) / Math.sqrt(total);
  }
  const { control } = baseline;
  checkProbability('control', control);
  if (control === 1) return notComputable('zero-variance');
  const missing = (difference: number) => {
    const treatment = Math.min(1, control + Math.max(0, difference));
    const { without, having } = spreadOf({ control, treatment }, share);
    return [difference - (zAlpha * without + zBeta * having) / Math.sqrt(total), 1] as const;
  };
  // Even a treatment that converts everybody would not be found.
  if (missing(1 - control)[0] < 0) return notComputable('too-few');
  return increasingRoot(missing, 0);
}

/**
 * The least lift that the delta method's relative interval finds with the design's power: its standard error grows with
 * the lift, so this is more than `minimumDetectableEffect` over the mean (GrowthBook documents the same).
 */
export function minimumDetectableLift(
  { mean, variance }: { readonly mean: number; readonly variance: number },
  units: Units,
  design: Omit<Design, 'treatmentShare'> = {},
): Outcome<number> {
  checkFinite('mean', mean);
  checkNotNegative('variance', variance);
  const { share } = checkUnits(units);
  if (share === 0 || share === 1) return notComputable('no-data');
  if (mean === 0) return notComputable('control-near-zero');
  if (variance === 0) return notComputable('zero-variance');
  const { zAlpha, zBeta } = planOf({ ...design, treatmentShare: share });
  const scale = ((zAlpha + zBeta) / mean) ** 2 * variance;
  const [c, t] = [scale / units.control, scale / units.treatment];
  // lift² = t + c (1 + lift)², which has a root above 0 only for c < 1.
  return c < 1 ? (c + Math.sqrt(c * c + (1 - c) * (c + t))) / (1 - c) : notComputable('too-few');
}
