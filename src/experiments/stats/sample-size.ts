import { checkCount, checkPossible } from './check';
import { planOf, spreadOf, type Design, type Effect } from './design';
import { normal } from './distributions/normal';
import { notComputable, type Outcome } from './outcome';

/** Units that an experiment needs: whole ones in each arm, and before they were rounded up. */
export interface SampleSize {
  readonly control: number;
  readonly treatment: number;
  readonly total: number;
  readonly exact: { readonly control: number; readonly treatment: number };
}

/** Units of both arms. */
export interface Units {
  readonly control: number;
  readonly treatment: number;
}

/** Rounded up, each arm. */
export function sampleSizeOf(total: number, share: number): SampleSize {
  const exact = { control: total * (1 - share), treatment: total * share };
  const [control, treatment] = [Math.ceil(exact.control), Math.ceil(exact.treatment)];
  return { control, treatment, total: control + treatment, exact };
}

/**
 * The units with which the test finds an effect with the design's power (Fleiss, Levin and Paik 2003, "Statistical
 * Methods for Rates and Proportions", 4.13 and, for unequal arms, 4.18, without continuity correction; for proportions in
 * halves R's power.prop.test). The tiny chance of a significant effect of the wrong sign is left out.
 */
export function sampleSize(effect: Effect, design: Design = {}): Outcome<SampleSize> {
  const { share, zAlpha, zBeta } = planOf(design);
  const { difference, without, having } = spreadOf(effect, share);
  if (difference === 0) return notComputable('no-effect');
  if (having === 0 && without === 0) return notComputable('zero-variance');
  return sampleSizeOf(Math.max(0, (zAlpha * without + zBeta * having) / difference) ** 2, share);
}

/** The power of the test for an effect, with the units given (the formula of `sampleSize`, solved for the power). */
export function power(
  effect: Effect,
  units: Units,
  design: Omit<Design, 'power' | 'treatmentShare'> = {},
): Outcome<number> {
  const { share, total } = checkUnits(units);
  if (share === 0 || share === 1) return notComputable('no-data');
  const { zAlpha } = planOf({ ...design, treatmentShare: share });
  const { difference, without, having } = spreadOf(effect, share);
  if (having === 0) return notComputable('zero-variance');
  return normal.cdf((difference * Math.sqrt(total) - zAlpha * without) / having);
}

/** The units' total, and the treatment's share in it; 0 or 1 where an arm has none. */
export function checkUnits({ control, treatment }: Units): { share: number; total: number } {
  checkCount('control', control);
  checkCount('treatment', treatment);
  checkPossible(control + treatment > 0, 'units', { control, treatment }, 'above 0 in all');
  return { share: treatment / (control + treatment), total: control + treatment };
}
