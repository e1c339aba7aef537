import type { Config, Logger, Settings } from './config';
import type { Context } from './context';
import type { Decision, Outcome } from './decide';
import type { Evaluation } from './evaluation';
import type { Flag } from './flag';
import { Gatekeeper } from './gatekeeper';
import type { Live } from './live-state';
import { GivenSource } from './rules/source';
import type { Subject } from './rules/subject';
import type { RegisteredConfig } from './register';

/** What goes wrong is counted, and told without flooding anyone. */
export interface Report {
  /** A decision: counted, and if it failed reported. */
  decided(flag: Flag, outcome: Outcome): void;
  /** Something that failed around decisions: given to `onError`, logged once a minute. */
  failed(error: unknown): void;
  /** A check of a flag that does not exist: warned about once, thrown if strict. */
  noFlag(name: string): undefined;
  /** False; likewise warned about or thrown where `flag` has no such variant at all. */
  isNot(flag: Flag, variant: string): false;
  explain(flag: Flag, evaluation: Evaluation): Decision;
  /** A variant that an experiment's own split gave was used. */
  exposed(flag: Flag, outcome: Outcome, subject: Subject): void;
  /** Something happened that a metric counts. */
  tracked(metric: string, value: number | undefined, subject: Subject): void;
  /** The script element that tells a browser what it may know. */
  bootstrap(gk: Gatekeeper<any>): string;
  /** A view of `value` that refuses to be written; `path` names it in the error. */
  readOnly<T>(value: T, path: string): T;
}

/** Who is told what becomes of variants, where a flag is an experiment or has guardrails. */
export type Observer = Pick<Report, 'exposed' | 'tracked'>;

/** What all requests of a process share: the flags, live control, counters. */
export class Engine<C = RegisteredConfig, L extends Live = any> {
  /** Live control: kill switches, pins, percentages, lists. */
  readonly live: L;
  /** @internal */ readonly report: Report;
  /** @internal */ readonly now: () => number;
  /** @internal */ readonly logger: Logger;
  /** @internal */ readonly env: NonNullable<Settings['env']>;
  /** @internal */ readonly production: boolean;

  /** @internal Use `createEngine(config)`. */
  constructor(
    readonly config: Config<any>,
    parts: { live(engine: Engine<C>): L; report(engine: Engine<C>): Report },
  ) {
    this.now = config.options.now ?? Date.now;
    this.logger = config.options.logger ?? console;
    this.env = config.options.env ?? process.env;
    this.production = this.env.NODE_ENV === 'production';
    this.report = parts.report(this);
    this.live = parts.live(this);
  }

  /** A Gatekeeper outside a request, for the user and groups given. */
  for(given: Partial<Context>): Gatekeeper<C> {
    return new Gatekeeper(this, new GivenSource(given));
  }

  /** Every flag, in the order of the config. */
  flags(): readonly Flag[] {
    return [...this.config.compiled.values()];
  }
}
