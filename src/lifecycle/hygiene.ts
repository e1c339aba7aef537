import type { Flag } from '../flag';
import type { LiveFlag } from '../live-state';
import type { Count } from '../report/counts';
import type { Change } from '../stores/live-control';
import { countingOf, lastDecided } from './decided';
import type { Dates } from './git-log';
import { lifecycleOf, type FlagLifecycle, type Reason } from './lifecycle';
import { LIFECYCLES, TARGETS, type Lifecycle, type Targets } from './policy';
import { ago } from './words';

/** All that is known of a team's flags beside their code. */
export interface Evidence {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly live: ReadonlyMap<string, LiveFlag>;
  /** Newest first. */
  readonly changes: readonly Change[];
  readonly counts: readonly Count[];
  /** What live control keeps that the code does not have: `status().ignored`. */
  readonly ignored: readonly string[];
  readonly dates?: ReadonlyMap<string, Dates>;
}

/** A figure of the team's, against its target. */
export interface Figure {
  readonly name: keyof Targets;
  readonly value: number;
  readonly target: number;
  readonly met: boolean;
}

export interface Hygiene {
  /** The stale ones first, the oldest of each state first. */
  readonly flags: readonly FlagLifecycle[];
  readonly figures: readonly Figure[];
  /** How many flags are in each state. */
  readonly states: { readonly [S in Lifecycle]: number };
  /** How many are meant to stay, and of how many others it is not known how old they are. */
  readonly permanent: number;
  readonly ageless: number;
  /** Whether the store has counted anything: what was decided tells more than code can. */
  readonly counted: boolean;
}

/** In which order states are shown: what wants something done comes first. */
export const SHOWN: readonly Lifecycle[] = ['stale', 'rolled out', 'draft', 'active', 'archived'];

/** The state of each flag, of those that are gone too, and the team's figures. */
export function hygieneOf(flags: readonly Flag[], evidence: Evidence, targets: Partial<Targets> = {}): Hygiene {
  const { now, live, dates } = evidence;
  const counting = countingOf(evidence.counts, evidence.changes);
  const counts = byFlag(evidence.counts);
  const changes = byFlag(evidence.changes);
  const clears = evidence.changes.filter(({ action }) => action === 'clear');
  const changesOf = (name: string) => {
    const own = changes.get(name) ?? [];
    return clears.length === 0 ? own : [...own, ...clears].sort((a, b) => b.revision - a.revision);
  };
  const known = (name: string) => ({
    ...{ now, counting, counts: counts.get(name) ?? [], changes: changesOf(name) },
    ...(live.has(name) && { live: live.get(name) }),
    ...(dates?.has(name) && { dates: dates.get(name) }),
  });
  const here = flags.map((flag) => lifecycleOf(flag, known(flag.name)));
  const gone = namesGone(flags, evidence).map((name) =>
    archived(name, { ...known(name), changes: changes.get(name) ?? [] }),
  );
  const rank = ({ state, created = Infinity }: FlagLifecycle) => [SHOWN.indexOf(state), created] as const;
  const sorted = [...here, ...gone].sort((a, b) => {
    const [[stateA, createdA], [stateB, createdB]] = [rank(a), rank(b)];
    return stateA - stateB || (createdA === createdB ? 0 : createdA - createdB);
  });
  const states = LIFECYCLES.map((state) => [state, sorted.filter((flag) => flag.state === state).length]);
  return {
    flags: sorted,
    figures: figuresOf(here, { ...TARGETS, ...targets }),
    states: Object.fromEntries(states) as Hygiene['states'],
    permanent: here.filter(({ permanent }) => permanent).length,
    ageless: here.filter(({ permanent, age }) => !permanent && age === undefined).length,
    counted: counting !== undefined,
  };
}

function byFlag<T extends { readonly flag?: string }>(items: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const flags = new Map<string, T[]>();
  for (const item of items) {
    if (item.flag === undefined) continue;
    const known = flags.get(item.flag);
    if (known) known.push(item);
    else flags.set(item.flag, [item]);
  }
  return flags;
}

function figuresOf(flags: readonly FlagLifecycle[], targets: Targets): readonly Figure[] {
  const passing = flags.filter(({ permanent }) => !permanent);
  const ages = passing.flatMap(({ age }) => age ?? []);
  const average = ages.length === 0 ? 0 : ages.reduce((sum, age) => sum + age, 0) / ages.length;
  const values: Targets = {
    active: passing.filter(({ state }) => state === 'active').length,
    stale: flags.filter(({ state }) => state === 'stale').length,
    age: Math.floor(average * 10) / 10, // never rounded up to the target it is under
    unowned: flags.filter(({ remarks }) => remarks.some(({ code }) => code === 'unowned')).length,
  };
  return (['stale', 'active', 'age', 'unowned'] as const).map((name) => {
    const [value, target] = [values[name], targets[name]];
    return { name, value, target, met: name === 'active' || name === 'age' ? value < target : value <= target };
  });
}

/** Flags that the store knows and the code does not; what is kept of a flag in the code is listed as `FLAG: part`. */
function namesGone(flags: readonly Flag[], { counts, changes, ignored }: Evidence): readonly string[] {
  const names = new Set<string>();
  for (const { flag } of [...counts, ...changes]) if (flag !== undefined) names.add(flag);
  for (const one of ignored) if (!flags.some(({ name }) => one.startsWith(`${name}: `))) names.add(one);
  for (const { name } of flags) names.delete(name);
  return [...names];
}

/** A flag that is gone from the code. */
function archived(
  flag: string,
  { now, counts, changes }: Pick<Parameters<typeof lifecycleOf>[1], 'now' | 'counts' | 'changes'>,
): FlagLifecycle {
  const last = lastDecided(counts);
  const decided = last === undefined ? '' : `; last decided ${ago(last, now)}`;
  const changed = changes[0] === undefined ? '' : `; last changed live ${ago(changes[0].at, now)}`;
  const reasons: readonly Reason[] = [{ code: 'gone', text: `gone from the code${decided}${changed}` }];
  return { flag, state: 'archived', reasons, remarks: [], permanent: false, ...(last !== undefined && { last }) };
}
