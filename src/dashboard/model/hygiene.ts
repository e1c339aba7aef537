import { hygieneOf, type Hygiene as Whole } from '../../lifecycle/hygiene';
import type { FlagLifecycle } from '../../lifecycle/lifecycle';
import { LIFECYCLES, type Lifecycle } from '../../lifecycle/policy';
import type { Visit } from '../visit';
import { entries } from './history';

/** So many flags are on one page. */
const PAGE = 50;
/** So many changes are looked through for since when something is as it is. */
const SEARCHED = 10_000;

/** Where each flag is in its life and why, and the team's figures. */
export interface Hygiene extends Whole {
  /** How many match, on all pages; `states` counts all those that the search finds. */
  readonly matching: number;
  readonly page: number;
  readonly pages: number;
  readonly q: string;
  readonly state?: Lifecycle;
  /** Why it is not known what was changed, where it is not. */
  readonly problem?: string;
}

/** The flags that match the query's `q`, `state` and `page`; the figures are of all flags. */
export async function hygiene(visit: Visit): Promise<Hygiene> {
  const { engine, samples, options, now, req } = visit;
  const [{ changes, problem }] = await Promise.all([entries(visit, { limit: SEARCHED }), samples.look()]);
  const evidence = { now, live: engine.live.state.flags, changes, counts: samples.counts() };
  const { ignored } = engine.status();
  const all = hygieneOf(engine.flags(), { ...evidence, ignored }, options.targets);
  const { q = '', state: wanted, page = '1' } = req.query as { readonly [name: string]: string | undefined };
  const words = String(q).toLowerCase().split(/\s+/);
  const found = all.flags.filter((flag) => words.every((word) => searched(flag).includes(word)));
  const states = LIFECYCLES.map((state) => [state, found.filter((flag) => flag.state === state).length]);
  const state = LIFECYCLES.find((one) => one === wanted);
  const matching = state ? found.filter((flag) => flag.state === state) : found;
  const pages = Math.max(1, Math.ceil(matching.length / PAGE));
  const current = Math.min(pages, Math.max(1, Math.trunc(Number(page)) || 1));
  return {
    ...all,
    flags: matching.slice((current - 1) * PAGE, current * PAGE),
    states: Object.fromEntries(states) as Hygiene['states'],
    ...{ matching: matching.length, page: current, pages, q: String(q), ...(state && { state }) },
    ...(problem !== undefined && { problem }),
  };
}

function searched({ flag, owner, kind }: FlagLifecycle): string {
  return [flag, owner, kind].join(' ').toLowerCase();
}
