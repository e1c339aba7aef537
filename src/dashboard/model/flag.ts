import type { Flag } from '../../flag';
import { GatekeeperError, unknownName } from '../../errors';
import { guardrailReadings } from '../../experiments/guardrails/readings';
import type { Watched } from '../../experiments/report/report';
import { watchedOf } from '../../experiments/report/watched';
import type { LiveFlag } from '../../live-state';
import { rulesInWords, type RuleInWords } from '../../report/rules-in-words';
import type { Step } from '../../decide';
import { within } from '../../stores/within';
import type { Series } from '../samples';
import { overridesOf, type Visit } from '../visit';
import { row, type FlagRow } from './flags';
import { entries, type Entry } from './history';
import { stateOf } from './state';
import { explained } from './told';

/** Milliseconds that the page waits for what guardrails say. */
const PATIENCE = 2_000;
const LISTED = 100;
const CHANGES = 20;

/** All that there is to know about one flag. */
export interface FlagPage extends FlagRow {
  readonly created?: string;
  readonly expires?: string;
  readonly permanent: boolean;
  readonly overridable: boolean;
  readonly clientSide: boolean;
  readonly imperative: boolean;
  readonly unit: string;
  readonly off: string;
  /** In milliseconds since 1970. */
  readonly starts?: number;
  readonly ends?: number;
  readonly requires: readonly { readonly flag: string; readonly variant: string }[];
  readonly variants: readonly VariantRow[];
  readonly rules: readonly RuleInWords[];
  /** How its guardrails are doing, where it has any and they could be read in time. */
  readonly guardrails?: readonly Watched[];
  /** Who is listed: the first hundred, and how many there are. */
  readonly users: readonly ListedUser[];
  readonly listed: number;
  /** Decisions a minute, since this process began to sample them. */
  readonly series: Series;
  /** What this browser gets, and why. */
  readonly here: Here;
  /** What to send back with a change, so that it is refused where somebody else was faster. */
  readonly revision: number;
  readonly changes: readonly Entry[];
  /** Why the history cannot be read, where it cannot. */
  readonly problem?: string;
}

export interface VariantRow {
  readonly name: string;
  readonly count: number;
  readonly last?: number;
  readonly payload?: unknown;
}

export interface ListedUser {
  readonly id: string;
  readonly variant: string;
  /** In the class's own list, which only a deploy changes. */
  readonly inCode: boolean;
}

export interface Here {
  readonly variant: string;
  readonly reason: string;
  readonly override?: string;
  readonly steps: readonly Step[];
}

/** @throws GatekeeperError `flag-unknown` */
export function flagNamed({ engine }: Pick<Visit, 'engine'>, name: string): Flag {
  const { compiled } = engine.config;
  const flag = compiled.get(name);
  if (flag) return flag;
  throw new GatekeeperError('flag-unknown', unknownName('flag', name, [...compiled.keys()]));
}

/** The flag that the path names. */
export async function flag(visit: Visit, name = visit.req.params.flag as string): Promise<FlagPage> {
  const { engine, samples, now } = visit;
  const known = flagNamed(visit, name);
  const { definition, scheduled, starts, ends, off, unit, imperative, requires } = known;
  const [history, guardrails] = await Promise.all([
    entries(visit, { flag: name, limit: CHANGES }),
    guardrailsOf(visit, known),
    samples.look(),
  ]);
  const { revision } = engine.live.state;
  const live = engine.live.state.flags.get(name);
  const users = listedUsers(known, live);
  return {
    ...row(visit, known, stateOf(known, live, now)),
    ...(definition.created !== undefined && { created: definition.created }),
    ...(definition.expires !== undefined && { expires: definition.expires }),
    ...(scheduled && Number.isFinite(starts) && { starts }),
    ...(scheduled && Number.isFinite(ends) && { ends }),
    permanent: definition.permanent === true,
    overridable: definition.overridable !== false,
    clientSide: definition.clientSide === true,
    ...{ imperative, unit, off, requires },
    variants: variantsOf(visit, known),
    rules: rulesInWords(known, live, now),
    ...(guardrails && { guardrails }),
    users: users.slice(0, LISTED),
    listed: users.length,
    series: samples.series(known),
    here: here(visit, name),
    revision,
    ...history,
  };
}

async function guardrailsOf({ engine }: Visit, { name, definition }: Flag): Promise<FlagPage['guardrails']> {
  if ((definition.guardrails ?? []).length === 0) return undefined;
  const readings = await within(PATIENCE, guardrailReadings(engine, name)).catch(() => undefined);
  return readings?.map(watchedOf);
}

function variantsOf({ samples }: Visit, { name, variants, payloads }: Flag): readonly VariantRow[] {
  const counts = samples.of(name);
  return variants.map((variant) => {
    const { count = 0, last } = counts.get(variant) ?? {};
    const payload = payloads.get(variant);
    return { name: variant, count, ...(last && { last }), ...(payload !== undefined && { payload }) };
  });
}

/** Those of live control first: they come before the code's. */
function listedUsers({ users }: Flag, live: LiveFlag | undefined): readonly ListedUser[] {
  const inCode = [...users].filter(([id]) => !live?.users?.has(id));
  return [
    ...[...(live?.users ?? [])].map(([id, variant]) => ({ id, variant, inCode: false })),
    ...inCode.map(([id, variant]) => ({ id, variant, inCode: true })),
  ];
}

function here(visit: Visit, name: string): Here {
  const { variant, reason, steps } = explained(visit.gk, name);
  const override = overridesOf(visit)[name];
  return { variant, reason, ...(override !== undefined && { override }), steps };
}
