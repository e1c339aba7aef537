import { confidenceSequence } from '../stats/confidence-sequence';
import { isNotComputable } from '../stats/outcome';
import type { Interval } from '../stats/p-value';
import { welch } from '../stats/welch';
import { liftOf } from './compare';
import type { Design } from './design';
import { tuningUnits, type Look } from './findings';
import { dateOf } from './health';
import { momentsOf } from './moments';
import type { Daily } from './report';

interface Point {
  readonly estimate: number;
  readonly interval: Interval;
  readonly sequence: Interval;
}

/** The primary metric's effect as of the end of a day, as a lift and as a difference. */
export interface Reading {
  readonly day: string;
  readonly lift: Point | undefined;
  readonly difference: Point | undefined;
}

/** Reads the primary metric's effect. */
export function readDay(design: Design, treatment: string, look: Omit<Look, 'daysLeft'>, day: number): Reading {
  const { primary, alpha } = design;
  const control = momentsOf(primary, look.standing, design.control);
  const treated = momentsOf(primary, look.standing, treatment);
  const tuningN = tuningUnits(design, treatment, look);
  const point = (estimate: number, se: number, interval: Interval): Point | undefined => {
    const sequence = confidenceSequence({ estimate, se, n: control.n + treated.n }, { alpha, tuningN });
    return isNotComputable(sequence) ? undefined : { estimate, interval, sequence: sequence.interval };
  };
  const fieller = liftOf(control, treated, alpha);
  const test = welch(control, treated, { alpha });
  // Of the lift by the delta method, which sequences take.
  const [ofControl, ofTreated] = [control, treated].map(({ n, variance }) => Math.sqrt(variance / n)) as [
    number,
    number,
  ];
  const se = Math.hypot(ofTreated, (treated.mean / control.mean) * ofControl) / Math.abs(control.mean);
  return {
    day: dateOf(day),
    lift: isNotComputable(fieller) ? undefined : point(fieller.lift, se, fieller.interval),
    difference: isNotComputable(test) ? undefined : point(test.difference, test.se, test.interval),
  };
}

/** The days as they are shown: as lifts, where the last one has one. */
export function dailyOf(readings: readonly Reading[]): Daily {
  const relative = readings.at(-1)?.lift !== undefined;
  const points = readings.flatMap(({ day, lift, difference }) => {
    const point = relative ? lift : difference;
    return point ? [{ day, ...point }] : [];
  });
  return { relative, points };
}
