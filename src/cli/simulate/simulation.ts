import type { Config } from '../../config';
import type { Report } from '../../engine';
import type { Flag } from '../../flag';
import { quietEngine } from '../engine';
import type { Somebody } from './users';

/** What becomes of a flag's users: how many get each variant now, how many did before, and who moves. */
export interface Result {
  readonly flag: string;
  readonly users: number;
  /** Variant → users, under the working tree's rules. */
  readonly now: Counts;
  /** Under the revision's; `null` where there is none, or it does not have the flag. */
  readonly before: Counts | null;
  readonly against: string | null;
  readonly moves: readonly { readonly from: string; readonly to: string; readonly users: number }[];
  /** Decisions that failed, and were counted as `off`. */
  readonly errors: { readonly now: number; readonly before: number };
}

export type Counts = { readonly [variant: string]: number };

export interface Given {
  readonly now: Config<any>;
  readonly before?: { readonly commit: string; readonly config: Config<any> };
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly app?: { readonly [name: string]: unknown };
}

/** A side of the comparison. */
interface Side {
  readonly flag: Flag;
  variantFor(somebody: Somebody): string;
  errors(): number;
}

/** Decides `name` for everybody that `everybody` calls it with, under the rules of both configs alone: no live control. */
export async function simulate(
  name: string,
  given: Given,
  everybody: (each: (somebody: Somebody) => void) => Promise<void>,
): Promise<Result> {
  const [now, before] = [sideOf(given.now, name, given)!, given.before && sideOf(given.before.config, name, given)];
  const pairs = new Map<string, { from: string; to: string; users: number }>();
  let users = 0;
  await everybody((somebody) => {
    users += 1;
    const to = now.variantFor(somebody);
    const from = before ? before.variantFor(somebody) : to;
    const key = `${from}\0${to}`;
    const pair = pairs.get(key);
    if (pair) pair.users += 1;
    else pairs.set(key, { from, to, users: 1 });
  });
  const moves = [...pairs.values()].filter(({ from, to }) => from !== to).sort((a, b) => b.users - a.users);
  const count = (side: 'from' | 'to', flag: Flag): Counts => {
    const counts = new Map(flag.variants.map((variant) => [variant, 0]));
    for (const pair of pairs.values()) counts.set(pair[side], (counts.get(pair[side]) ?? 0) + pair.users);
    return Object.fromEntries(counts);
  };
  return {
    flag: name,
    users,
    now: count('to', now.flag),
    before: before ? count('from', before.flag) : null,
    against: given.before?.commit ?? null,
    moves,
    errors: { now: now.errors(), before: before?.errors() ?? 0 },
  };
}

function sideOf(config: Config<any>, name: string, { at, app }: Given): Side | undefined {
  const flag = config.compiled.get(name);
  if (!flag) return undefined;
  let errors = 0;
  // As production decides it: rules see the users themselves, not views that watch who writes.
  const quiet = quietEngine(config, { store: undefined, env: { NODE_ENV: 'production' }, now: () => at });
  void quiet.close();
  const decided: Report['decided'] = (decided, { reason }) => {
    if (decided === flag && reason === 'error') errors += 1;
  };
  const engine = Object.create(quiet, { report: { value: { ...quiet.report, decided } } }) as typeof quiet;
  return {
    flag,
    variantFor: (somebody) => engine.for(app ? { ...somebody, app } : somebody).ffVariant(name),
    errors: () => errors,
  };
}
