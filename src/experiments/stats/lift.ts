import type { Moments } from './arms';
import { checkBetween0And1 } from './check';
import { normal } from './distributions/normal';
import { studentT } from './distributions/student-t';
import { isNotComputable, notComputable, type Outcome } from './outcome';
import { twoSidedT, type Interval, type PValue } from './p-value';
import { welch, type WelchTest } from './welch';

/** How a lift is judged: `t` has Welch's degrees of freedom, `normal` as many as one likes. */
export interface LiftOptions {
  readonly alpha?: number;
  readonly distribution?: 't' | 'normal';
}

/** (treatment − control) / |control|, and its interval. */
export interface Lift {
  readonly lift: number;
  readonly interval: Interval;
}

/** A lift with the standard error, test and degrees of freedom of the delta method. */
export interface DeltaLift extends Lift, PValue {
  readonly se: number;
  readonly df: number;
}

/**
 * Relative lift with Fieller's interval, which leaves out 0 exactly where Welch's test is significant at alpha (Fieller
 * 1954, JRSS B 16, 175–185). Not estimable where the control's mean cannot be told from 0 at alpha: show `welch` then.
 */
export function fiellerLift(control: Moments, treatment: Moments, options: LiftOptions = {}): Outcome<Lift> {
  const measured = measure(control, treatment, options);
  if (isNotComputable(measured)) return measured;
  const { critical, lift, ratio, seC, seT } = measured;
  const taken = (critical * seC) ** 2;
  // The roots ρ of (t − ρc)² = critical² (seT² + ρ² seC²) with c = 1, each less 1.
  const sign = Math.sign(control.mean);
  const middle = (lift + sign * taken) / (1 - taken);
  const half = (critical * Math.hypot(ratio * seC, seT * Math.sqrt(1 - taken))) / (1 - taken);
  return { lift, interval: [middle - half, middle + half] };
}

/**
 * Relative lift with its standard error by the delta method, what sequences and the chance to win take. Its interval can
 * disagree with the test of the difference: show Fieller's.
 */
export function deltaLift(control: Moments, treatment: Moments, options: LiftOptions = {}): Outcome<DeltaLift> {
  const measured = measure(control, treatment, options);
  if (isNotComputable(measured)) return measured;
  const { critical, df, lift, ratio, seC, seT } = measured;
  const se = Math.hypot(seT, ratio * seC);
  if (se === 0) return notComputable('zero-variance');
  return { lift, se, df, ...twoSidedT(lift / se, df), interval: [lift - critical * se, lift + critical * se] };
}

interface Measured extends Pick<Lift, 'lift'>, Pick<WelchTest, 'df'> {
  readonly critical: number;
  /** The treatment's mean over the control's. */
  readonly ratio: number;
  /** Both means' standard errors, relative to the control's mean. */
  readonly seC: number;
  readonly seT: number;
}

function measure(
  control: Moments,
  treatment: Moments,
  { alpha = 0.05, distribution = 't' }: LiftOptions,
): Outcome<Measured> {
  checkBetween0And1('alpha', alpha);
  const test = welch(control, treatment, { alpha });
  if (isNotComputable(test)) return test;
  const critical = distribution === 't' ? studentT.quantile(1 - alpha / 2, test.df) : normal.quantile(1 - alpha / 2);
  const size = Math.abs(control.mean);
  if (!(size > critical * Math.sqrt(control.variance / control.n))) return notComputable('control-near-zero');
  const [seC, seT] = [control, treatment].map((arm) => Math.sqrt(arm.variance / arm.n) / size) as [number, number];
  return { critical, df: test.df, lift: test.difference / size, ratio: treatment.mean / control.mean, seC, seT };
}
