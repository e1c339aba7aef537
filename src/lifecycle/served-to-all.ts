import type { Flag } from '../flag';
import type { LiveFlag } from '../live-state';
import { percentOf } from '../rules/ramp';
import type { CompiledRule } from '../rules/rule';
import type { Change } from '../stores/live-control';
import { heldSince, listedUntil } from './held';

/** One variant that everybody gets. */
export interface Settled {
  readonly variant: string;
  /** Since when, in milliseconds since 1970, where that is known; and where it is not, what it cannot be before. */
  readonly since?: number;
  readonly notBefore?: number;
  /** How it is known: `pinned`, `nothing else was decided`. */
  readonly how: string;
  /** It may have been different more lately than `since`: only what was decided, or git, can tell. */
  readonly byCode: boolean;
}

/** What everybody gets by the code and by live control, whoever they are; undefined where that depends. */
export function servedToAll(
  flag: Flag,
  live: LiveFlag | undefined,
  changes: readonly Change[],
  now: number,
): Settled | undefined {
  if (live?.killed !== undefined) {
    const since = heldSince(changes, ['killed'], (value) => value !== null);
    return { variant: flag.off, ...(since !== undefined && { since }), how: 'killed', byCode: false };
  }
  const settled = afterLists(flag, live, changes, now);
  const listed = [...flag.users.values(), ...(live?.users?.values() ?? [])];
  if (!settled || listed.some((variant) => variant !== settled.variant)) return undefined;
  const free = (field: 'killed' | 'pinned') => heldSince(changes, [field], (value) => value === null) ?? -Infinity;
  const notBefore = Math.max(
    listedUntil(changes, settled.variant),
    settled.variant === flag.off ? -Infinity : free('killed'),
    settled.byCode ? free('pinned') : -Infinity,
  );
  const { since } = settled;
  return { ...settled, notBefore, ...(since !== undefined && { since: Math.max(since, notBefore) }) };
}

function afterLists(
  flag: Flag,
  live: LiveFlag | undefined,
  changes: readonly Change[],
  now: number,
): Settled | undefined {
  const { off, starts, ends, scheduled } = flag;
  if (flag.draft || now < starts) return undefined;
  if (scheduled && now >= ends) return { variant: off, since: ends, how: 'past its `ends`', byCode: false };
  if (flag.requires.length > 0) return undefined;
  if (live?.pinned !== undefined) {
    const since = heldSince(changes, ['pinned'], (value) => value === live.pinned);
    const from = since === undefined ? {} : { since: Math.max(since, starts) };
    return { variant: live.pinned, ...from, how: 'pinned', byCode: false };
  }
  return flag.imperative || flag.sticky || isGrowing(flag, live, now) ? undefined : byRules(flag, live, changes, now);
}

/** Whether time alone will change what is served: a ramp has steps to come. */
export function isGrowing({ rules, rollouts }: Flag, live: LiveFlag | undefined, now: number): boolean {
  const coded = [
    ...rules.map(({ name, rollout }) => [name, rollout] as const),
    ...[...rollouts].map(([name, { percent }]) => [name, percent] as const),
  ];
  return coded.some(
    ([name, rollout]) =>
      typeof rollout === 'object' &&
      live?.rollouts?.get(name)?.percent === undefined &&
      rollout.steps.some(({ at }) => at > now),
  );
}

/** What the rules give, where all that can serve anybody serve the same, down to one that is for everybody. */
function byRules(
  { rules, off, starts }: Flag,
  live: LiveFlag | undefined,
  changes: readonly Change[],
  now: number,
): Settled | undefined {
  let since = starts;
  const served = new Set<string>();
  for (const rule of rules) {
    const share = percentOf(rule.rollout, live?.rollouts?.get(rule.name), { now }) ?? 100;
    since = Math.max(since, reachedAt(rule, live, changes, now));
    if (share === 0) continue;
    const variant = rule.serve ?? (rule.arms.length === 1 ? rule.arms[0]!.variant : undefined);
    if (variant === undefined) return undefined;
    served.add(variant);
    if (served.size > 1) return undefined;
    const { when, except } = rule.definition;
    if (share < 100 || when !== undefined || except !== undefined) continue;
    const how = rule.rollout === undefined ? `by the rule “${rule.name}”` : `“${rule.name}” is at 100 %`;
    return { variant, ...(since > -Infinity && { since }), how, byCode: true };
  }
  if ([...served].some((variant) => variant !== off)) return undefined;
  return { variant: off, ...(since > -Infinity && { since }), how: 'no rule serves anything else', byCode: true };
}

/** Since when a rule has had its percentage: by the history, or the steps of its ramp; -Infinity where only the code says so. */
function reachedAt(
  { name, rollout }: CompiledRule,
  live: LiveFlag | undefined,
  changes: readonly Change[],
  now: number,
): number {
  const { percent, approved } = live?.rollouts?.get(name) ?? {};
  const moved = heldSince(changes, ['rollouts', name, 'percent'], (value) => value === (percent ?? null));
  if (percent !== undefined || typeof rollout !== 'object') return moved ?? -Infinity;
  const reached = rollout.steps.findLast(({ at }) => at <= now)?.at ?? -Infinity;
  const allowed = heldSince(changes, ['rollouts', name, 'approved'], (value) => value === (approved ?? null));
  return Math.max(reached, moved ?? -Infinity, allowed ?? -Infinity);
}
