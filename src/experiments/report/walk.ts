import { setImmediate as othersToo } from 'node:timers/promises';
import { dayOf } from '../../exposures/day';
import type { DaySums, DayUnits, Totals } from '../../sinks/sink';
import type { Design } from './design';
import { DAY, daysUntil, isJudged } from './plan';
import { Standing } from './standing';
import type { Treatment } from './treatment';

/** Fewer days than this are not shown one by one. */
const FIRST_SHOWN = 7;
/** About so many days of a long experiment are shown. */
const SHOWN = 60;
/** Milliseconds of work after which others may go first. */
const SLICE = 10;

/** Adds day after day, and shows each one's end to the treatments, until all of `rows` is in. */
export async function walk(
  design: Design,
  rows: Totals,
  now: number,
  treatments: readonly Treatment[],
): Promise<Standing> {
  const standing = new Standing();
  const byDay = new Map<number, { units: DayUnits[]; sums: DaySums[] }>();
  const on = (day: number) => byDay.get(day) ?? byDay.set(day, { units: [], sums: [] }).get(day)!;
  for (const row of rows.units) on(row.day).units.push(row);
  for (const row of rows.sums) on(row.day).sums.push(row);
  if (byDay.size === 0) return standing;
  const [today, first] = [dayOf(now), Math.min(...byDay.keys())];
  const step = Math.ceil((today - first + 1) / SHOWN);
  let since = performance.now();
  for (let day = first; day <= today; day++) {
    byDay.get(day)?.units.forEach((row) => standing.addUnits(row));
    byDay.get(day)?.sums.forEach((row) => standing.addSums(row));
    const endOfDay = (day + 1) * DAY;
    const days = daysUntil(design, Math.min(now, endOfDay));
    if (days >= FIRST_SHOWN) {
      const ended = endOfDay <= now;
      const daysLeft = ended && isJudged(design, standing, days, endOfDay) ? 0 : 1;
      const shown = (today - day) % step === 0 && day * DAY < now;
      for (const one of treatments) one.look({ standing, days, daysLeft }, day, { ended, shown });
    }
    if (performance.now() - since > SLICE) {
      await othersToo();
      since = performance.now();
    }
  }
  return standing;
}
