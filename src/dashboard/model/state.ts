import type { Flag } from '../../flag';
import type { LiveFlag } from '../../live-state';

export const STATES = ['live', 'ramping', 'pinned', 'killed', 'draft', 'scheduled', 'ended'] as const;
/** What a flag is doing, for most of those who ask it. */
export type State = (typeof STATES)[number];

/** In the order of decision. */
export function stateOf(flag: Flag, live: LiveFlag | undefined, now: number): State {
  if (live?.killed) return 'killed';
  if (flag.draft) return 'draft';
  if (flag.scheduled && now < flag.starts) return 'scheduled';
  if (flag.scheduled && now >= flag.ends) return 'ended';
  if (live?.pinned !== undefined) return 'pinned';
  return flag.rules.some((rule) => isRamping(rule, live, now)) ? 'ramping' : 'live';
}

function isRamping({ name, rollout }: Flag['rules'][number], live: LiveFlag | undefined, now: number): boolean {
  const moved = live?.rollouts?.get(name)?.percent !== undefined;
  return typeof rollout === 'object' && !moved && now < rollout.steps.at(-1)!.at;
}
