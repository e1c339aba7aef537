import { checkMoments, type Moments } from './arms';
import { checkBetween0And1 } from './check';
import { studentT } from './distributions/student-t';
import { notComputable, type NotComputable, type Outcome } from './outcome';
import { twoSidedT, type Interval, type PValue } from './p-value';

/** The difference of two means, treatment − control: its standard error, test and interval. */
export interface WelchTest extends PValue {
  readonly difference: number;
  readonly se: number;
  readonly t: number;
  readonly df: number;
  readonly interval: Interval;
}

/** Why two arms cannot be compared by their variances; undefined where they can. */
export function incomparable(control: Moments, treatment: Moments): NotComputable | undefined {
  checkMoments(control);
  checkMoments(treatment);
  const smallest = Math.min(control.n, treatment.n);
  if (smallest === 0) return notComputable('no-data');
  if (smallest === 1) return notComputable('too-few');
  return control.variance === 0 && treatment.variance === 0 ? notComputable('zero-variance') : undefined;
}

/** Degrees of freedom of a sum of two means with the given squared standard errors (Satterthwaite 1946; Welch 1947). */
export function welchDf(
  squareOfControl: number,
  nControl: number,
  squareOfTreatment: number,
  nTreatment: number,
): number {
  // Divided by the larger first, so that no square is lost below the smallest double.
  const largest = Math.max(squareOfControl, squareOfTreatment);
  const [control, treatment] = [squareOfControl / largest, squareOfTreatment / largest];
  return (control + treatment) ** 2 / (control ** 2 / (nControl - 1) + treatment ** 2 / (nTreatment - 1));
}

/**
 * Welch's t test of treatment − control, with the 1 − alpha interval that agrees with it (Welch 1947, Biometrika 34,
 * 28–35). For any metric, as its moments.
 */
export function welch(control: Moments, treatment: Moments, { alpha = 0.05 } = {}): Outcome<WelchTest> {
  checkBetween0And1('alpha', alpha);
  const reason = incomparable(control, treatment);
  if (reason) return reason;
  const squares = [control.variance / control.n, treatment.variance / treatment.n] as const;
  const difference = treatment.mean - control.mean;
  const se = Math.sqrt(squares[0] + squares[1]);
  const df = welchDf(squares[0], control.n, squares[1], treatment.n);
  const t = difference / se;
  const half = studentT.quantile(1 - alpha / 2, df) * se;
  return { difference, se, t, df, ...twoSidedT(t, df), interval: [difference - half, difference + half] };
}
