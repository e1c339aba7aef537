import type { DayUnits } from '../../sinks/sink';
import { isNotComputable, notComputable, type Outcome } from '../stats/outcome';
import type { Design } from './design';
import { sampleRatio } from './findings';
import { DAY } from './plan';
import type { Health } from './report';
import type { Standing } from './standing';

/** So many days are shown. */
const SHOWN_DAYS = 100;

/** A day, such as `2026-11-21`, from its number. */
export function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** Whether what was recorded is to be believed. */
export function healthOf(design: Design, standing: Standing, rows: readonly DayUnits[], lastDay: number): Health {
  const { splits, steps, mismatch } = sampleRatio(standing, design);
  const ps = steps.map((step): Outcome<number> => (isNotComputable(step) ? step : step.p));
  const computed = ps.filter((p): p is number => typeof p === 'number');
  return {
    exposed: standing.exposed,
    inTwoArms: standing.inTwoArms,
    sampleRatio: {
      mismatch,
      p: computed.length > 0 ? Math.min(...computed) : (ps[0] ?? notComputable('no-data')),
      steps: splits.map(({ variants, observed, weights }, at) => ({
        arms: variants.map((variant, arm) => ({ variant, weight: weights[arm]!, units: observed[arm]! })),
        p: ps[at]!,
      })),
    },
    perDay: perDay(rows, lastDay),
  };
}

function perDay(rows: readonly DayUnits[], lastDay: number): Health['perDay'] {
  if (rows.length === 0) return [];
  const byDay = new Map<number, number>();
  let first = Infinity;
  for (const { day, units, inTwoArms } of rows) {
    byDay.set(day, (byDay.get(day) ?? 0) + units + inTwoArms);
    first = Math.min(first, day);
  }
  const from = Math.max(first, lastDay - SHOWN_DAYS + 1);
  return Array.from({ length: lastDay - from + 1 }, (_, at) => ({
    day: dateOf(from + at),
    units: byDay.get(from + at) ?? 0,
  }));
}
