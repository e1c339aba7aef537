import type { Flag } from '../flag';
import type { Count } from '../report/counts';
import type { Change } from '../stores/live-control';
import { DAY, QUIET } from './policy';
import type { Settled } from './served-to-all';

/** After fewer decisions than this, that all were for one variant says little. */
const ENOUGH = 100;

/** From when to when decisions were counted at all, as far as anything in the store shows. */
export interface Counting {
  readonly from: number;
  readonly to: number;
}

/** A store keeps totals and when each was last added to: the oldest of these, or of its changes, shows how long it has been there. */
export function countingOf(counts: readonly Count[], changes: readonly Change[]): Counting | undefined {
  if (counts.length === 0) return undefined;
  let [from, to] = [Infinity, -Infinity];
  for (const { last } of counts) [from, to] = [Math.min(from, last), Math.max(to, last)];
  for (const { at } of changes) from = Math.min(from, at);
  return { from, to };
}

/** What was counted of one flag. */
export interface Counted {
  readonly counts: readonly Count[];
  readonly counting: Counting | undefined;
  /** When the flag was added. */
  readonly created: number | undefined;
  readonly now: number;
}

/** When a flag was last decided, for any variant. */
export function lastDecided(counts: readonly Count[]): number | undefined {
  return counts.length === 0 ? undefined : Math.max(...counts.map(({ last }) => last));
}

/**
 * Since when nobody has asked for the flag, where that is so for long enough; nothing is said of it where decisions have
 * not been counted for as long, or are not counted any more.
 */
export function unusedSince({ counts, counting, created, now }: Counted): number | undefined {
  const long = now - QUIET * DAY;
  if (!counting || counting.to <= long) return undefined;
  const since = lastDecided(counts) ?? (created === undefined ? undefined : Math.max(created, counting.from));
  return since !== undefined && since <= long ? since : undefined;
}

/** The one variant that was decided for long enough, all others having been decided last before that, or never. */
export function decidedAlone({ variants }: Flag, { counts, counting, created, now }: Counted): Settled | undefined {
  const long = now - QUIET * DAY;
  const known = counts.filter(({ variant }) => variants.includes(variant));
  const [alone, ...more] = known.filter(({ last }) => last > long);
  if (!alone || more.length > 0 || known.reduce((sum, { count }) => sum + count, 0) < ENOUGH) return undefined;
  const others = known.filter((one) => one !== alone);
  const never = created === undefined || !counting ? undefined : Math.max(created, counting.from);
  const since = lastDecided(others) ?? never;
  if (since === undefined || since > long) return undefined;
  return { variant: alone.variant, since, how: 'nothing else was decided', byCode: false };
}
