import { type Moments } from './arms';
import { checkBetween0And1, checkPositive } from './check';
import { studentT } from './distributions/student-t';
import { notComputable, type Outcome } from './outcome';
import { pValue, type PValue } from './p-value';
import { incomparable, welchDf } from './welch';

/** What is not to happen: a change for the worse by `margin` (0.05 is 5 % of the control's mean) or more. */
export interface Margin {
  readonly margin: number;
  readonly worse?: 'lower' | 'higher';
  readonly alpha?: number;
}

/** Both one-sided tests at the margin, and what they show at alpha each. */
export interface NonInferiority {
  readonly t: number;
  readonly df: number;
  readonly nonInferior: PValue;
  readonly inferior: PValue;
  readonly status: 'non-inferior' | 'inferior' | 'unknown';
}

/**
 * Is the treatment shown to be no worse than the control by the margin, or shown to be worse? Welch's t of the contrast
 * treatment − (1 ∓ margin) control, so that no mean is divided by (Hauschke, Steinijans and Pigeot 2007, "Bioequivalence
 * Studies in Drug Development", ch. 10, for unequal variances).
 */
export function nonInferiority(
  control: Moments,
  treatment: Moments,
  { margin, worse = 'lower', alpha = 0.05 }: Margin,
): Outcome<NonInferiority> {
  checkPositive('margin', margin);
  checkBetween0And1('alpha', alpha);
  const reason = incomparable(control, treatment);
  if (reason) return reason;
  // A share of nothing, or of less, is no margin.
  if (control.mean <= 0) return notComputable('control-near-zero');
  const kept = worse === 'lower' ? 1 - margin : 1 + margin;
  const squares = [(kept * kept * control.variance) / control.n, treatment.variance / treatment.n] as const;
  if (squares[0] + squares[1] === 0) return notComputable('zero-variance');
  const beyond = (treatment.mean - kept * control.mean) * (worse === 'lower' ? 1 : -1);
  const t = beyond / Math.sqrt(squares[0] + squares[1]);
  const df = welchDf(squares[0], control.n, squares[1], treatment.n);
  const [nonInferior, inferior] = [pValue(studentT.logSf(t, df)), pValue(studentT.logCdf(t, df))];
  const status = nonInferior.p < alpha ? 'non-inferior' : inferior.p < alpha ? 'inferior' : 'unknown';
  return { t, df, nonInferior, inferior, status };
}
