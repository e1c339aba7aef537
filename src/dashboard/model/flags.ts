import { parseInstant } from '../../config/instant';
import type { Flag } from '../../flag';
import { isExpired } from '../../lifecycle/expired';
import { rulesInWords } from '../../report/rules-in-words';
import type { Visit } from '../visit';
import { STATES, stateOf, type State } from './state';

/** So many flags are on one page. */
const PAGE = 50;
const DAY = 24 * 60 * 60 * 1000;
/** Points of a row's sparkline. */
const POINTS = 30;

/** A flag as a row shows it. */
export interface FlagRow {
  readonly name: string;
  readonly description: string;
  readonly state: State;
  /** By whom and why, where it is killed. */
  readonly killed?: string;
  readonly pinned?: string;
  readonly owner?: string;
  readonly kind: string;
  /** Whole days since it was added, where the code says when. */
  readonly age?: number;
  readonly expired: boolean;
  /** Of its rules that have a percentage, the first. */
  readonly rollout?: { readonly rule: string; readonly percent: number; readonly of: string };
  /** How often it was decided, and when last, in milliseconds since 1970. */
  readonly count: number;
  readonly last?: number;
  /** How often lately, oldest first. */
  readonly lately: readonly number[];
}

export interface Flags {
  readonly flags: readonly FlagRow[];
  /** How many match, on all pages; and how many there are of each state. */
  readonly matching: number;
  readonly states: { readonly [S in State]?: number };
  readonly page: number;
  readonly pages: number;
  readonly q: string;
  readonly state?: State;
}

/** The flags that match the query's `q`, `state` and `page`. */
export async function flags(visit: Visit): Promise<Flags> {
  const { engine, samples, now, req } = visit;
  await samples.look();
  const { q = '', state: wanted, page = '1' } = req.query as { readonly [name: string]: string | undefined };
  const words = String(q).toLowerCase().split(/\s+/);
  const found = engine.flags().filter((flag) => words.every((word) => searched(flag).includes(word)));
  const live = engine.live.state.flags;
  const withState = found.map((flag) => ({ flag, state: stateOf(flag, live.get(flag.name), now) }));
  const states = Object.fromEntries(
    STATES.map((state) => [state, withState.filter((one) => one.state === state).length]).filter(([, count]) => count),
  );
  const state = STATES.find((one) => one === wanted);
  const matching = state ? withState.filter((one) => one.state === state) : withState;
  const pages = Math.max(1, Math.ceil(matching.length / PAGE));
  const current = Math.min(pages, Math.max(1, Math.trunc(Number(page)) || 1));
  const shown = matching.slice((current - 1) * PAGE, current * PAGE);
  return {
    flags: shown.map(({ flag, state }) => row(visit, flag, state)),
    matching: matching.length,
    ...{ states, page: current, pages, q: String(q), ...(state && { state }) },
  };
}

const texts = new WeakMap<Flag, string>();
/** What a search looks at. */
function searched(flag: Flag): string {
  const { name, definition } = flag;
  const text = texts.get(flag) ?? `${name} ${definition.description} ${definition.owner ?? ''}`.toLowerCase();
  texts.set(flag, text);
  return text;
}

export function row({ engine, samples, now }: Visit, flag: Flag, state: State): FlagRow {
  const { name, definition, variants } = flag;
  const { description, owner, kind = 'release', created } = definition;
  const live = engine.live.state.flags.get(name);
  const rule = rulesInWords(flag, live, now).find((one) => one.rollout);
  const counts = [...samples.of(name).values()];
  const series = samples.series(flag);
  const total = series.at.map((_, at) => variants.reduce((sum, variant) => sum + series.variants[variant]![at]!, 0));
  return {
    ...{ name, description, state, kind },
    ...(live?.killed !== undefined && { killed: live.killed }),
    ...(live?.pinned !== undefined && { pinned: live.pinned }),
    ...(owner !== undefined && { owner }),
    ...(created !== undefined && { age: Math.max(0, Math.floor((now - parseInstant(created)) / DAY)) }),
    expired: isExpired(flag, now),
    ...(rule && { rollout: { rule: rule.name, percent: rule.rollout!.percent, of: rule.rollout!.of } }),
    count: counts.reduce((sum, { count }) => sum + count, 0),
    ...(counts.length > 0 && { last: Math.max(...counts.map(({ last }) => last)) }),
    lately: condensed(total),
  };
}

/** At most so many points, each the sum of those it stands for. */
function condensed(values: readonly number[]): readonly number[] {
  const each = Math.ceil(values.length / POINTS) || 1;
  return Array.from({ length: Math.ceil(values.length / each) }, (_, at) =>
    values.slice(at * each, (at + 1) * each).reduce((sum, value) => sum + value, 0),
  );
}
