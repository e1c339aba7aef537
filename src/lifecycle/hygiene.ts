import type { Flag } from '../flag';
import type { LiveFlag } from '../live-state';
import type { Count } from '../report/counts';
import type { Change } from '../stores/live-control';
import { archived, namesGone } from './archived';
import { countingOf } from './decided';
import { figuresOf, type Figure } from './figures';
import type { Dates } from './git-log';
import { lifecycleOf, type FlagLifecycle } from './lifecycle';
import { LIFECYCLES, SHOWN, TARGETS, type Lifecycle, type Targets } from './policy';

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
  const rank = ({ state, created = Number.MAX_SAFE_INTEGER }: FlagLifecycle) =>
    [SHOWN.indexOf(state), created] as const;
  const sorted = [...here, ...gone].sort((a, b) => {
    const [[state, created], [otherState, otherCreated]] = [rank(a), rank(b)];
    return state - otherState || created - otherCreated;
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
