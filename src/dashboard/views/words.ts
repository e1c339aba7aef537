import type { Ramp } from '../../rules/ramp';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const counted = new Intl.NumberFormat('en-GB');
const short = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

export const inFull = (count: number): string => counted.format(count);
export const inShort = (count: number): string => short.format(count);
/** Never a line of its own for the sign. */
export const percent = (value: number): string => `${value}\u00a0%`;
export const dayOf = (at: number): string => day.format(at);
export const dayAndTime = (at: number): string => `${day.format(at)} ${minute.format(at)}`;

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${inFull(count)} ${count === 1 ? one : many}`;
}

/** How long ago: `now`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function ago(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  if (seconds < 10) return 'now';
  if (seconds < MINUTE) return `${Math.floor(seconds)} s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  return seconds < 60 * DAY ? `${plural(Math.floor(seconds / DAY), 'day')} ago` : dayOf(at);
}

/** An age in days: `today`, `12 days`, `5 months`. */
export function age(days: number): string {
  if (days < 1) return 'today';
  if (days < 61) return plural(days, 'day');
  return days < 731 ? plural(Math.floor(days / 30.44), 'month') : plural(Math.floor(days / 365.25), 'year');
}

/** What the code says of a percentage. */
export function coded(given: number | Ramp['steps']): string {
  if (typeof given === 'number') return percent(given);
  return given.map(({ at, percent: value }) => `${percent(value)} from ${dayOf(at)}`).join(', ');
}
