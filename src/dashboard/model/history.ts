import { changeInWords } from '../../report/change-in-words';
import type { Change } from '../../stores/live-control';
import { refusalOf } from '../refusal';
import type { Visit } from '../visit';

/** A change, and what the page says of it. */
export interface Entry extends Change {
  readonly words: string;
  readonly revertible: boolean;
}

export interface Entries {
  readonly changes: readonly Entry[];
  /** Why the history cannot be read, where it cannot. */
  readonly problem?: string;
}

export interface History extends Entries {
  readonly filter: Filter;
  /** There may be older ones. */
  readonly more: boolean;
}

interface Filter {
  readonly flag?: string;
  readonly actor?: string;
  /** Days, such as `2026-11-21`, in UTC; both are included. */
  readonly from?: string;
  readonly to?: string;
}

const SHOWN = 100;
/** So many changes are looked through. */
const SEARCHED = 10_000;
const DAY = 24 * 60 * 60 * 1000;

/** The newest changes, as the query's `flag`, `actor`, `from` and `to` filter them; `limit` of them at most. */
export async function history(visit: Visit, limit = SHOWN): Promise<History> {
  const filter = filterOf(visit.req.query);
  const { from = -Infinity, to = Infinity } = { from: dayOf(filter.from), to: dayOf(filter.to) };
  const query = { limit: SEARCHED, ...(filter.flag !== undefined && { flag: filter.flag }) };
  const { changes, problem } = await entries(visit, query);
  const matching = changes.filter(
    ({ actor, at }) =>
      (filter.actor === undefined || actor.toLowerCase().includes(filter.actor.toLowerCase())) &&
      at >= from &&
      at < to + DAY,
  );
  return { changes: matching.slice(0, limit), more: matching.length > limit, filter, ...(problem && { problem }) };
}

/** All of it that is looked through: for exports. */
export function wholeHistory(visit: Visit): Promise<History> {
  return history(visit, SEARCHED);
}

/** Changes in words; a store that is down is no reason to show no page. */
export async function entries({ engine }: Visit, query: { flag?: string; limit: number }): Promise<Entries> {
  try {
    const changes = await engine.live.history(query);
    return { changes: changes.map(entry) };
  } catch (error) {
    return { changes: [], problem: refusalOf(error).status === 503 ? 'The store does not answer.' : 'It failed.' };
  }
}

function entry(change: Change): Entry {
  const { flag, field, segment, ids } = change;
  const revertible = (flag !== undefined && field !== undefined) || (segment !== undefined && ids !== undefined);
  return { ...change, words: changeInWords(change), revertible };
}

function filterOf({ flag, actor, from, to }: { readonly [name: string]: unknown }): Filter {
  const texts = Object.entries({ flag, actor }).filter(([, value]) => typeof value === 'string' && value !== '');
  const days = Object.entries({ from, to }).filter(([, value]) => dayOf(value) !== undefined);
  return Object.fromEntries([...texts, ...days]);
}

function dayOf(day: unknown): number | undefined {
  const at = typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00Z`) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
