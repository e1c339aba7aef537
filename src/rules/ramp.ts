import type { LiveRollout } from '../live-state';

/** A percentage that grows with time: the same in every process, without a scheduler. */
export interface Ramp {
  readonly guarded: boolean;
  readonly start: string | Date;
  /** In order of time; `at` in milliseconds since 1970. Before the first one it is 0 %. */
  readonly steps: readonly { readonly at: number; readonly percent: number }[];
}

/** The percentage of `ramp` at `now`, in milliseconds since 1970. */
export function percentAt({ steps }: Ramp, now: number): number {
  let current = 0;
  for (const { at, percent } of steps) if (at <= now) current = percent;
  return current;
}

/** The percentage of a rollout as live state leaves it; undefined where neither code nor live state has one. */
export function percentOf(
  coded: number | Ramp | undefined,
  live: LiveRollout | undefined,
  clock: { readonly now: number },
): number | undefined {
  if (live?.percent !== undefined) return live.percent;
  if (typeof coded !== 'object') return coded;
  const percent = percentAt(coded, clock.now);
  return coded.guarded ? Math.min(percent, live?.approved ?? coded.steps[0]!.percent) : percent;
}
