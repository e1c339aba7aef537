import type { Outcome } from '../decide';
import type { Engine } from '../engine';
import { GatekeeperError, show, unknownName } from '../errors';
import type { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import type { Subject } from '../rules/subject';
import type { Exposure } from '../sinks/sink';
import { inMillionths } from './millionths';
import type { Queue } from './queue';
import { unitOf, type Recorded } from './recorded';

/** What sinks count for requests: all of them, with their milliseconds as value; and those answered with 5xx. */
export const REQUEST = '$request';
export const FAILED_REQUEST = '$failed';

/** What a decided request is recorded under, and in which arm. */
export interface Arm {
  readonly recorded: Recorded;
  readonly arm: string;
}

/** What guardrails watch of one flag. */
export interface Watcher {
  readonly flag: Flag;
  armsOf(outcome: Outcome, subject: Subject): readonly Arm[];
  /** All that is watched just now. */
  current(subject: Subject): readonly Recorded[];
}

/** Records who saw what and what became of it, for experiments and guardrails. Never throws. */
export class Recorder {
  readonly #engine: Engine<any>;
  readonly #queue: Queue;
  /** By flag. */
  readonly #experiments: ReadonlyMap<string, Recorded>;
  readonly #watchers: readonly Watcher[];
  readonly #events: ReadonlySet<string>;

  constructor(
    engine: Engine<any>,
    queue: Queue,
    experiments: ReadonlyMap<string, Recorded>,
    watchers: readonly Watcher[],
    events: ReadonlySet<string>,
  ) {
    this.#engine = engine;
    this.#queue = queue;
    this.#experiments = experiments;
    this.#watchers = watchers;
    this.#events = events;
  }

  /** A variant that an experiment's own split gave was used. */
  exposed(flag: Flag, { variant }: Outcome, subject: Subject): void {
    const recorded = this.#experiments.get(flag.name);
    if (recorded === undefined || subject.source.unseen) return;
    try {
      this.#expose(recorded, variant, unitOf(subject, recorded.unit), subject);
    } catch (error) {
      this.#engine.report.failed(error);
    }
  }

  /** Something happened that metrics count. */
  tracked(event: string, value: number | undefined, subject: Subject): void {
    if (subject.source.unseen) return;
    this.#safely(() => {
      if (!this.#events.has(event))
        throw new GatekeeperError('metric-unknown', unknownName('metric', event, [...this.#events]));
      const sum = inMillionths(value ?? 1);
      if (sum === undefined)
        throw new GatekeeperError('metric-invalid', `${event}: ${show(value)} is no value to add up; give a number`);
      const watched = this.#watchers.flatMap((watcher) => watcher.current(subject));
      for (const recorded of [...this.#experiments.values(), ...watched])
        // Whoever has no unit of one, as groups(req) throws, is in others.
        if (recorded.counts.has(event))
          this.#safely(() => this.#track(recorded, event, sum, unitOf(subject, recorded.unit), true));
    });
  }

  /** A request was answered. */
  answered(evaluation: Evaluation, status: number, milliseconds: number): void {
    const { subject } = evaluation;
    for (const watcher of this.#watchers) {
      const outcome = evaluation.known(watcher.flag);
      if (!outcome) continue;
      this.#safely(() => {
        for (const { recorded, arm } of watcher.armsOf(outcome, subject)) {
          const unit = unitOf(subject, recorded.unit);
          if (unit === undefined) continue;
          this.#expose(recorded, arm, unit, subject);
          this.#request(recorded, unit, status, milliseconds);
        }
      });
    }
    for (const [name, recorded] of this.#experiments) {
      if (!recorded.counts.has(REQUEST) && !recorded.counts.has(FAILED_REQUEST)) continue;
      const outcome = evaluation.known(this.#engine.config.compiled.get(name)!);
      if (outcome?.exposes)
        this.#safely(() => this.#request(recorded, unitOf(subject, recorded.unit), status, milliseconds));
    }
  }

  #expose(recorded: Recorded, arm: string, unit: string | undefined, subject: Subject): void {
    const { experiment, weights, properties, seen } = recorded;
    if (unit === undefined) return;
    const hash = subject.hash(recorded.unit)!;
    if (seen.again(hash, unit, arm)) return;
    const exposure: Exposure = { experiment, arm, unit, at: subject.now, weights };
    const listed = properties.length === 0 ? undefined : pick(subject.user, properties);
    if (!this.#queue.expose(listed ? { ...exposure, properties: listed } : exposure)) seen.forget(hash);
  }

  #request(recorded: Recorded, unit: string | undefined, status: number, milliseconds: number): void {
    const { counts } = recorded;
    if (counts.has(REQUEST)) this.#track(recorded, REQUEST, inMillionths(milliseconds)!, unit, false);
    if (counts.has(FAILED_REQUEST) && status >= 500) this.#track(recorded, FAILED_REQUEST, ONE, unit, false);
  }

  #track({ experiment }: Recorded, event: string, sum: bigint, unit: string | undefined, held: boolean): void {
    if (unit !== undefined) this.#queue.track({ experiment, unit, event, count: 1, sum, at: this.#engine.now() }, held);
  }

  #safely(record: () => void): void {
    try {
      record();
    } catch (error) {
      this.#engine.report.failed(error);
    }
  }
}

const ONE = inMillionths(1)!;

/** What of `user` may be recorded: properties that are listed and are no objects. */
function pick(user: object | undefined, names: readonly string[]): Exposure['properties'] {
  const found = names.map(
    (name) => [name, (user as { readonly [name: string]: unknown } | undefined)?.[name]] as const,
  );
  return Object.fromEntries(
    found.filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  ) as Exposure['properties'];
}
