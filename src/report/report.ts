import { bootstrap } from '../client/bootstrap';
import { optionsOf } from '../config/options';
import type { Engine, Report } from '../engine';
import type { FullObserver } from '../exposures/observer';
import type { QueueStats } from '../exposures/queue';
import { Counts, type CountStats } from './counts';
import { explain } from './explain';
import { readOnlyView } from './read-only';
import { GatekeeperError, show, unknownName, type ErrorCode } from '../errors';
import { isPromise } from '../rules/is-promise';

const MINUTE = 60_000;
/** After so many different unknown names, further ones are only counted. */
const WARNED_NAMES = 100;

/** Counts since the engine was made. */
export interface Stats {
  /** Failed decisions by flag; under `''` what concerns no single flag. */
  readonly errors: { readonly [flag: string]: number };
  /** Override cookies and their entries that were treated as absent, by reason. */
  readonly refusedOverrides: { readonly [reason: string]: number };
  /** Checks of flags and variants that do not exist. */
  readonly unknownNames: number;
  /** Decisions counted, and how many of them the store has. */
  readonly decisions: CountStats;
  /** Exposures and tracked events, and how many of them the sink has; undefined without experiments and guardrails. */
  readonly exposures: QueueStats | undefined;
}

/** A report with what only `src/stores` and dashboards ask of it. */
export interface FullReport extends Report {
  readonly counts: Counts;
  /** Who records exposures and what guardrails watch, where a flag is an experiment or has guardrails. */
  readonly observer: FullObserver | undefined;
  /** An override cookie, or an entry of one, was treated as absent. */
  refused(reason: string): void;
  stats(): Stats;
}

/** The whole report of `engine`. */
export function reportOf(engine: Engine<any>): FullReport {
  return engine.report as FullReport;
}

/** Counts what goes wrong in an engine, and tells `onError` and the logger. */
export function createReport(engine: Engine<any>): FullReport {
  const { config, logger, now } = engine;
  const { strict = false, onError } = optionsOf(engine);
  const errors = new Map<string, { count: number; reportedAt: number }>();
  const refused = new Map<string, number>();
  const warned = new Set<string>();
  let unknownNames = 0;

  function unknown(code: ErrorCode, what: string, name: unknown, names: readonly string[]): void {
    unknownNames += 1;
    if (strict) throw new GatekeeperError(code, unknownName(what, name, names));
    const key = `${what} ${show(name)}`;
    if (warned.has(key) || warned.size >= WARNED_NAMES) return;
    warned.add(key);
    safely(() => logger.warn(`gatekeeper: ${unknownName(what, name, names)}`));
  }

  function failed(error: unknown, flag?: string): void {
    const seen = errors.get(flag ?? '') ?? { count: 0, reportedAt: -Infinity };
    errors.set(flag ?? '', seen);
    seen.count += 1;
    safely(() => onError?.(error, flag));
    safely(() => {
      if (now() - seen.reportedAt < MINUTE) return;
      seen.reportedAt = now();
      logger.error(`gatekeeper: ${flag === undefined ? '' : `${flag} is served as off: `}${describe(error)}`);
    });
  }

  const counts = new Counts([...config.compiled.values()]);
  let observer: FullObserver | undefined;

  return {
    counts,
    get observer() {
      return (observer ??= observerOf(engine));
    },
    exposed: (flag, outcome, subject) => observer?.exposed(flag, outcome, subject),
    tracked: (metric, value, subject) => observer?.tracked(metric, value, subject),
    bootstrap,
    decided(flag, outcome) {
      counts.add(flag, outcome.index);
      if (outcome.reason === 'error') failed(outcome.error, flag.name);
    },
    failed,
    explain,
    readOnly: readOnlyView,
    refused(reason) {
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    },
    noFlag(name) {
      unknown('flag-unknown', 'flag', name, [...config.compiled.keys()]);
      return undefined;
    },
    isNot(flag, variant) {
      const { variants } = flag;
      for (let i = 0; i < variants.length; i++) if (variants[i] === variant) return false; // faster than includes
      unknown('variant-unknown', `variant of ${flag.name}`, variant, variants);
      return false;
    },
    stats: () => ({
      errors: record([...errors].map(([flag, { count }]) => [flag, count])),
      refusedOverrides: record(refused),
      unknownNames,
      decisions: counts.stats(),
      exposures: observer?.stats(),
    }),
  };
}

/** Flags that are experiments or have guardrails bring who observes them; a config without any pays nothing for it. */
function observerOf(engine: Engine<any>): FullObserver | undefined {
  for (const { definition } of engine.config.compiled.values()) {
    const [brings] = definition.observe ? [definition] : (definition.guardrails ?? []);
    if (brings) return brings.observe!(engine) as FullObserver;
  }
  return undefined;
}

/** What reports a failure must not become one: whatever `tell` throws or rejects with ends here. */
function safely(tell: () => unknown): void {
  try {
    isPromise(tell());
  } catch {}
}

/** What was thrown, in full where it is an error that can be read. */
function describe(error: unknown): string {
  try {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  } catch {}
  return show(error);
}

/** An object without a prototype: a flag may be called `constructor`. */
function record(counts: Iterable<readonly [string, number]>): { readonly [name: string]: number } {
  return Object.assign(Object.create(null), Object.fromEntries(counts));
}
