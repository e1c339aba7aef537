import { checkNotNegative } from './check';
import { notComputable, type Outcome } from './outcome';

/** How long an experiment is to run. */
export interface RunTime {
  readonly days: number;
  readonly weeks: number;
}

/**
 * The whole weeks, at least one, in which so many new units come by: a part of a week would weigh some weekdays more
 * than others (Kohavi, Tang and Xu 2020, "Trustworthy Online Controlled Experiments", ch. 2).
 */
export function runTime(units: number, unitsPerDay: number): Outcome<RunTime> {
  checkNotNegative('units', units);
  checkNotNegative('unitsPerDay', unitsPerDay);
  if (unitsPerDay === 0) return notComputable('no-data');
  const weeks = Math.max(1, Math.ceil(units / unitsPerDay / 7));
  return { days: weeks * 7, weeks };
}
