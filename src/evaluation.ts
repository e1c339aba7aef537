import type { Source } from './context';
import { decide, type Outcome } from './decide';
import type { Engine } from './engine';
import { GatekeeperError } from './errors';
import type { Flag } from './flag';
import type { LiveState } from './live-state';
import { Subject } from './rules/subject';

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map();
/** Up to this many answers, a scan is faster than a map. */
const SCANNED = 16;

/** One visitor's answers under one snapshot of live state: each flag is decided once, and then remembered. */
export class Evaluation {
  readonly subject: Subject;
  /** Flag → variant, chosen in this browser. */
  overrides: ReadonlyMap<string, string> = NO_OVERRIDES;
  readonly #engine: Engine<any>;
  readonly #source: Source;
  readonly #answers: Outcome[] = [];
  #moreAnswers: Map<Flag, Outcome> | undefined;
  /** The flags whose own getVariant is running, and whether it has asked for itself. */
  #running: { readonly flag: Flag; recursive: boolean }[] | undefined;

  constructor(engine: Engine<any>, source: Source, state: LiveState) {
    this.#engine = engine;
    this.#source = source;
    this.subject = new Subject(engine, source, state);
  }

  answer(flag: Flag): Outcome {
    const known = this.#remembered(flag);
    if (known) return known;
    const first = this.#running?.findIndex((running) => running.flag === flag) ?? -1;
    if (first >= 0) {
      for (const running of this.#running!.slice(first)) running.recursive = true;
      return { flag, variant: flag.off, reason: 'error', personal: false };
    }
    const { subject } = this;
    const touched = subject.touched;
    subject.touched = this.overrides.has(flag.name);
    const outcome = flag.imperative ? this.#run(flag) : decide(flag, this);
    outcome.personal = subject.touched;
    subject.touched ||= touched;
    if (outcome.personal) this.#source.personal?.(flag.name);
    if (outcome.reason === 'error') this.#engine.report.failed(outcome.error, flag.name);
    this.#remember(outcome);
    return outcome;
  }

  #run(flag: Flag): Outcome {
    const running = { flag, recursive: false };
    (this.#running ??= []).push(running);
    const outcome = decide(flag, this);
    this.#running.pop();
    if (!running.recursive) return outcome;
    const error = new GatekeeperError('rule-recursive', `the rule of ${flag.name} asks for ${flag.name} itself`);
    return { flag, variant: flag.off, reason: 'error', personal: false, error };
  }

  #remembered(flag: Flag): Outcome | undefined {
    if (this.#moreAnswers) return this.#moreAnswers.get(flag);
    const answers = this.#answers;
    for (let i = 0; i < answers.length; i++) if (answers[i]!.flag === flag) return answers[i];
    return undefined;
  }

  #remember(outcome: Outcome): void {
    if (this.#answers.length < SCANNED) this.#answers.push(outcome);
    else (this.#moreAnswers ??= new Map(this.#answers.map((known) => [known.flag, known]))).set(outcome.flag, outcome);
  }

  /** What a prerequisite is at. */
  variantOf(flag: string): string {
    const { variant, personal } = this.answer(this.#engine.config.compiled.get(flag)!);
    this.subject.touched ||= personal;
    return variant;
  }
}
