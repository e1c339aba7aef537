import type { Ramp } from '../rules/ramp';
import { parseInstant } from './instant';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const UNITS: { readonly [unit: string]: number } = { m: HOUR / 60, h: HOUR, d: DAY, w: 7 * DAY };

/** `'90m'`, `'36h'`, `'2d'`, `'1w'`, or milliseconds. */
export type Duration = number | `${number}${'m' | 'h' | 'd' | 'w'}`;
/** From which day on (day 1 is the first 24 hours) which percentage. */
export type RampDays = { readonly [day: `day${number}`]: number };
/** Percentages and how long each holds; the last one needs no duration. */
export type RampSteps = readonly (readonly [percent: number, duration?: Duration])[];

export interface RampOptions {
  /** Serve at most the last step approved in live state, so that nothing advances while nobody looks. */
  readonly guarded?: boolean;
}

/**
 * A rollout that grows by itself: `ramp('2026-12-01', { day1: 5, day3: 25, day7: 50, day14: 100 })`, or
 * `ramp(start, [[5, '2d'], [25, '4d'], [100]])`. The start is UTC unless it says otherwise. What is wrong with it is
 * reported by `defineConfig`.
 */
export function ramp(start: string | Date, steps: RampDays | RampSteps, { guarded = false }: RampOptions = {}): Ramp {
  let at = parseInstant(start);
  if (!Array.isArray(steps)) {
    const days = Object.entries(steps as RampDays).map(([day, percent]) => ({
      at: at + (dayOf(day) - 1) * DAY,
      percent,
    }));
    return { guarded, start, steps: days };
  }
  const listed = (steps as RampSteps).map(([percent, duration]) => {
    const step = { at, percent };
    at += duration === undefined ? Infinity : millisecondsOf(duration);
    return step;
  });
  return { guarded, start, steps: listed };
}

function dayOf(key: string): number {
  return /^day[1-9]\d*$/.test(key) ? Number(key.slice(3)) : NaN;
}
function millisecondsOf(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(duration) ?? [];
  return Number(amount) * (UNITS[unit ?? ''] ?? NaN);
}
