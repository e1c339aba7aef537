import type { Moments } from './arms';
import { checkBetween0And1, checkPositive } from './check';
import { confidenceBounds } from './confidence-sequence';
import { isNotComputable } from './outcome';
import type { PValue } from './p-value';
import type { Primary } from './verdict';
import { welch } from './welch';

/** How the primary metric is judged. */
export interface PrimaryDesign {
  /** The planned size, all units: where the sequence is narrowest. */
  readonly plannedUnits: number;
  /** The least difference that was to be found, in the metric's own unit; nothing is below it where none was named. */
  readonly minimumDetectableEffect?: number;
  /** The p-value of another test, where Welch's does not fit: Fisher's, of few conversions. */
  readonly p?: PValue;
  readonly better?: 'higher' | 'lower';
  readonly alpha?: number;
}

/**
 * The primary metric's part of the findings. Of the error alpha, half may call a win, once, by Welch's test at the planned
 * size; a quarter may call harm on any day, by the one-sided confidence sequence; and a quarter at the planned size, by
 * Welch's test. So a treatment without effect is called different with alpha at most, however often it is looked at.
 */
export function readPrimary(control: Moments, treatment: Moments, design: PrimaryDesign): Primary {
  const { plannedUnits, minimumDetectableEffect, better = 'higher', alpha = 0.05 } = design;
  checkBetween0And1('alpha', alpha);
  if (minimumDetectableEffect !== undefined) checkPositive('minimumDetectableEffect', minimumDetectableEffect);
  const test = welch(control, treatment, { alpha });
  if (isNotComputable(test)) return { harmed: false, shown: test, belowMde: false };
  const sign = better === 'higher' ? 1 : -1;
  const { difference, se, interval } = test;
  const { p } = design.p ?? test;
  const now = { estimate: sign * difference, se, n: control.n + treatment.n };
  const bounds = confidenceBounds(now, { alpha: alpha / 4, tuningN: plannedUnits });
  const most = sign > 0 ? interval[1] : -interval[0];
  const level = now.estimate > 0 ? alpha : alpha / 2;
  return {
    harmed: !isNotComputable(bounds) && bounds.upper < 0,
    shown: p < level && difference !== 0 ? (now.estimate > 0 ? 'better' : 'worse') : 'neither',
    belowMde: minimumDetectableEffect !== undefined && most < minimumDetectableEffect,
  };
}
