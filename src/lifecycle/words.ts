import type { Flag } from '../flag';
import { DAY } from './policy';

/** `2026-11-21`, in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Whole days between two instants, never less than none. */
export const daysBetween = (from: number, to: number): number => Math.max(0, Math.floor((to - from) / DAY));

export const days = (count: number): string => `${count.toLocaleString('en-GB')} ${count === 1 ? 'day' : 'days'}`;

/** `today`, `1 day ago`, `40 days ago`. */
export function ago(at: number, now: number): string {
  const count = daysBetween(at, now);
  return count === 0 ? 'today' : `${days(count)} ago`;
}

/**
 * The command that removes a flag from the code, for the variant that stays; where that is not known, for the first that
 * is not `off`, and what it would be for the others.
 */
export function cleanup({ name, variants, off }: Flag, keep?: string): { readonly run: string; readonly or: string } {
  const [first = off, ...others] = keep !== undefined ? [keep] : [...variants.filter((one) => one !== off), off];
  const run = `npx gatekeeper cleanup ${inShell(name)} --keep ${inShell(first)}`;
  return {
    run,
    or: others.length > NAMED ? 'keep another variant' : others.map((one) => `--keep ${inShell(one)}`).join(', '),
  };
}

/** Of so many other variants, each is named. */
const NAMED = 3;

/** A name as a shell takes it. */
export function inShell(name: string): string {
  return /^[\w.:/@%+][\w.:/@%+-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
