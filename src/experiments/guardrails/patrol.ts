import { randomUUID } from 'node:crypto';
import type { Engine } from '../../engine';
import type { GatekeeperError } from '../../errors';
import type { Results } from '../../sinks/sink';
import type { Change, LiveControl } from '../../stores/live-control';
import { PATIENCE, within } from '../../stores/within';
import { isFreshStart } from './act';
import { approve } from './approve';
import { comparisonsOf, judged, type Judged } from './comparisons';
import type { Durations } from './durations';
import { thresholdOf } from './judge-latency';
import type { Ledger, NotedTrip } from './ledger';
import type { GuardrailReading } from './readings';
import { catchUp, noteTakenBack, respond, type Responder } from './respond';
import { offBecause, readingsOf } from './state';
import type { Thresholds } from './thresholds';
import type { FlagWatch, Moment } from './watch';

const EVERY = 1_000;
/** Failures that are remembered to have been told. */
const TOLD = 100;
const MINUTE = 60_000;
/** What has not been open for so long is deleted from the sink. */
const HOUR = 60 * MINUTE;
/** What a patrol is given besides the engine. */
export interface PatrolParts {
  readonly watches: readonly FlagWatch[];
  readonly results: Results | undefined;
  readonly ledger: Ledger | undefined;
  readonly durations: Durations | undefined;
  readonly thresholds: Thresholds;
}

/** By live control, which an engine shares with those that only look at it. */
const patrols = new WeakMap<object, Patrol>();

/** Who looks at an engine's guardrails, where it has any. */
export function patrolOf(engine: Engine<any>): Patrol | undefined {
  return patrols.get(engine.live);
}

/** Looks at all guardrails of an engine every second, and acts where one trips. Nothing it does throws. */
export class Patrol {
  readonly #engine: Engine<any>;
  readonly #parts: PatrolParts;
  readonly #writer = randomUUID();
  readonly #unheard: Change[] = [];
  readonly #openAt = new Map<string, number>();
  readonly #told = new Map<string, number>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(engine: Engine<any>, parts: PatrolParts) {
    this.#engine = engine;
    this.#parts = parts;
    patrols.set(engine.live, this);
    this.#unsubscribe = (engine.live as LiveControl<any>).onChange((change) => {
      if (isFreshStart(change)) this.#unheard.push(change);
    });
    if (parts.results) this.#wait();
    else this.#warn('guardrails see nothing, as this sink gives nothing back; use one that does');
  }

  /** One look at everything: judges, acts, lets ramps go on. */
  async look(): Promise<void> {
    const { results, ledger, watches, durations, thresholds } = this.#parts;
    if (!results || !ledger) return;
    await this.#safely(async () => {
      await this.#noteChanges(ledger);
      await ledger.refresh();
      for (const watch of watches) await this.#safely(() => this.#lookAt(watch, results, ledger));
      await this.#tidy(results);
      durations?.keep(new Set(this.#openAt.keys()));
      thresholds.keep(new Set(this.#openAt.keys()));
    });
  }

  /** How the guardrails of a flag are doing. */
  async readings(flag: string): Promise<readonly GuardrailReading[]> {
    const { watches, results, ledger, durations } = this.#parts;
    const watch = watches.find((one) => one.flag.name === flag);
    if (!watch) return [];
    const now = this.#now();
    let numbers: readonly Judged[] | undefined;
    await this.#safely(async () => {
      if (!results) return;
      await ledger!.refresh();
      numbers = await judged(comparisonsOf(watch, now), results, durations);
    });
    return readingsOf(watch, now, numbers, this.#standing(flag));
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(async () => {
      await this.look();
      if (!this.#closed) this.#wait();
    }, EVERY).unref();
  }

  async #lookAt(watch: FlagWatch, results: Results, ledger: Ledger): Promise<void> {
    const { flag } = watch;
    const now = this.#now();
    const responder = this.#responder(ledger);
    await noteTakenBack(responder, flag, now);
    await catchUp(responder, flag, now);
    if (now.state.flags.get(flag.name)?.killed !== undefined) return;
    const comparisons = comparisonsOf(watch, now);
    for (const { window } of comparisons) this.#openAt.set(window, now.now);
    const numbers = await judged(comparisons, results, this.#parts.durations);
    for (const one of numbers) {
      if (one.guardrail.metric.quantile !== undefined)
        this.#parts.thresholds.set(one.window, one.guardrail, thresholdOf(one.guardrail, one.compared));
      if (one.judgement.tripped && offBecause(flag, one.watched, now) === undefined)
        await respond(responder, watch, one, now);
    }
    await approve(this.#engine, flag, readingsOf(watch, now, numbers, this.#standing(flag.name)), now);
  }

  /** The trips whose effect no person has taken back. */
  #standing(flag: string): readonly NotedTrip[] {
    return (this.#parts.ledger?.standing(flag) ?? []).map(({ noted }) => noted);
  }

  #responder(ledger: Ledger): Responder {
    return {
      engine: this.#engine,
      ledger,
      writer: this.#writer,
      warn: (line) => this.#warn(line),
      safely: (work) => this.#safely(work),
    };
  }

  async #noteChanges(ledger: Ledger): Promise<void> {
    for (let change = this.#unheard[0]; change; change = this.#unheard[0]) {
      const flags = this.#parts.watches.map(({ flag }) => flag.name);
      for (const flag of flags) if ((change.flag ?? flag) === flag) await ledger.changed(flag, change);
      this.#unheard.shift();
    }
  }

  async #tidy(results: Results): Promise<void> {
    const now = this.#engine.now();
    for (const [window, at] of this.#openAt)
      if (now - at > HOUR) {
        await within(PATIENCE, results.forget(window));
        this.#openAt.delete(window);
      }
  }

  #warn(line: string): void {
    try {
      this.#engine.logger.warn(`gatekeeper: ${line}`);
    } catch {
      // a logger's own trouble stops no guardrail
    }
  }

  #now(): Moment {
    return { state: this.#engine.live.state, now: this.#engine.now() };
  }

  /** What fails is told, the same thing once a minute, and tried again at the next look. */
  async #safely(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#closed) return; // its connections were ended under it
      if ((error as Partial<GatekeeperError>).code === 'conflict') return; // somebody was faster: it looks again
      const what = String(error);
      if (performance.now() - (this.#told.get(what) ?? -Infinity) < MINUTE) return;
      if (this.#told.size >= TOLD) this.#told.clear();
      this.#told.set(what, performance.now());
      this.#engine.report.failed(error);
    }
  }
}
