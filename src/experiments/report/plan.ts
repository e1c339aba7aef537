import type { Moments } from '../stats/arms';
import { isNotComputable, notComputable, type Outcome } from '../stats/outcome';
import { runTime } from '../stats/run-time';
import { sampleSize } from '../stats/sample-size';
import { pairOf, type Design } from './design';
import { momentsOf } from './moments';
import type { Plan } from './report';
import type { Standing } from './standing';

export const DAY = 86_400_000;
const WEEK = 7;
/** With fewer units, what the control does is not known well enough to plan with. */
const LEAST_UNITS = 100;

/** Whole days of an experiment until an instant: it has none after its end. */
export function daysUntil({ starts, ends }: Design, at: number): number {
  return Math.max(0, Math.floor((Math.min(at, ends) - starts) / DAY));
}

/** What says when it is judged. */
export function plannedBy({ definition, effect }: Design): Plan['by'] {
  if (definition.plannedUnits !== undefined) return 'plannedUnits';
  return effect !== undefined ? 'minimumDetectableEffect' : 'ends';
}

/** The planned size in units of all arms: as it is written, or from what the control has done so far. */
export function plannedUnits(design: Design, standing: Standing): Outcome<number> {
  const { definition, effect, treatments } = design;
  if (definition.plannedUnits !== undefined) return definition.plannedUnits;
  if (effect === undefined) return notComputable('no-effect');
  const control = momentsOf(design.primary, standing, design.control);
  if (standing.unitsOf(design.control) < LEAST_UNITS) return notComputable('too-few');
  if (control.mean === 0) return notComputable('control-near-zero');
  let most = 0;
  for (const treatment of treatments) {
    const { both, treatmentShare } = pairOf(design, treatment);
    const { alpha } = design;
    const size = sampleSize(effectOn(design, control, effect), { alpha, treatmentShare });
    if (isNotComputable(size)) return size;
    most = Math.max(most, Math.ceil(size.total / both));
  }
  return most;
}

/** The effect to be found, as the size is computed from it: with a conversion's own variance on either side. */
function effectOn({ primary }: Design, { mean, variance }: Moments, effect: number) {
  const change = effect * Math.abs(mean) * (primary.better === 'higher' ? 1 : -1);
  if (primary.kind !== 'conversion') return { difference: change, variance };
  return { control: mean, treatment: Math.min(1, Math.max(0, mean + change)) };
}

/**
 * Whether an experiment is to be judged as of the end of a day: the first whole week at whose end it has the planned size
 * (a part of a week would weigh some weekdays more than others), or its end.
 */
export function isJudged(design: Design, standing: Standing, days: number, endOfDay: number): boolean {
  if (endOfDay >= design.ends) return true;
  if (days === 0 || days % WEEK !== 0 || plannedBy(design) === 'ends') return false;
  const units = plannedUnits(design, standing);
  return !isNotComputable(units) && standing.units >= units;
}

/** How far it is, and when it will be judged at the pace so far. */
export function planOf(design: Design, standing: Standing, now: number): Plan {
  const by = plannedBy(design);
  const days = daysUntil(design, now);
  const { starts, ends, effect } = design;
  const elapsed = (Math.min(now, ends) - starts) / DAY;
  const unitsPerDay = elapsed > 0 ? standing.units / Math.max(1, elapsed) : 0;
  const whole = Number.isFinite(ends) ? daysUntil(design, ends) : undefined;
  const base = { by, ...(effect !== undefined && { effect }), unitsPerDay };
  const withDays = (planned: number | undefined, progress: number): Plan => ({
    ...base,
    ...(planned !== undefined && { days: planned, daysLeft: Math.max(0, planned - days) }),
    progress: Math.min(1, progress),
  });
  if (by === 'ends') return withDays(whole, elapsed > 0 ? elapsed / ((ends - starts) / DAY) : 0);
  const units = plannedUnits(design, standing);
  if (isNotComputable(units)) return { ...withDays(whole, 0), units };
  const needed = runTime(units, unitsPerDay);
  // Where it has its size, but not yet the end of a week.
  const next = (Math.floor(days / WEEK) + 1) * WEEK;
  const atPace = isNotComputable(needed) ? whole : Math.min(Math.max(needed.days, next), whole ?? Infinity);
  return { ...withDays(atPace, standing.units / units), units };
}
