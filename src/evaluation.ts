import type { Source } from './rules/source';
import { Outcome, decide } from './decide';
import type { Engine } from './engine';
import type { Flag } from './flag';
import type { LiveState } from './live-state';
import { recursionError } from './rules/ask-rule';
import { keepForLogin } from './rules/sticky';
import { Subject } from './rules/subject';

/** Up to this many answers, walking through them is faster than a table. */
const WALKED = 16;

/** One visitor's answers under one snapshot of live state: each flag is decided once, and then remembered. */
export class Evaluation {
  readonly subject: Subject;
  /** Flag → variant, chosen in this browser; undefined where nothing is. */
  overrides: ReadonlyMap<string, string> | undefined;
  #latest: Outcome | undefined;
  #byIndex: (Outcome | undefined)[] | undefined;
  /** The flags whose own getVariant is running, and whether it has asked for itself. */
  #running: { readonly flag: Flag; recursive: boolean }[] | undefined;

  constructor(engine: Engine<any>, source: Source, state: LiveState) {
    this.subject = new Subject(engine, source, state);
  }

  answer(flag: Flag): Outcome {
    return this.#remembered(flag) ?? this.#decide(flag);
  }

  #remembered(flag: Flag): Outcome | undefined {
    if (this.#byIndex) return this.#byIndex[flag.index];
    let walked = 0;
    for (let answer = this.#latest; answer; answer = answer.previous) {
      if (answer.flag === flag) return answer;
      walked += 1;
    }
    if (walked >= WALKED) this.expect(0);
    return undefined;
  }

  /** Makes ready for the answers of so many flags. */
  expect(flags: number): this {
    this.#byIndex ??= new Array(flags);
    for (let answer = this.#latest; answer; answer = answer.previous) this.#byIndex[answer.flag.index] = answer;
    return this;
  }

  #decide(flag: Flag): Outcome {
    if (flag.imperative && this.#asksForItself(flag)) return new Outcome(flag, flag.off, 'error');
    const { subject } = this;
    const { touched } = subject;
    subject.touched = false;
    const outcome = flag.imperative ? this.#run(flag) : decide(flag, this);
    if (flag.sticky) keepForLogin(outcome, subject);
    outcome.personal = subject.touched;
    subject.touched ||= touched;
    if (outcome.personal) subject.source.personal?.(flag.name);
    subject.engine.report.decided(outcome);
    outcome.previous = this.#latest;
    this.#latest = outcome;
    if (this.#byIndex) this.#byIndex[flag.index] = outcome;
    return outcome;
  }

  #run(flag: Flag): Outcome {
    const running = { flag, recursive: false };
    (this.#running ??= []).push(running);
    const outcome = decide(flag, this);
    this.#running.pop();
    return running.recursive
      ? Object.assign(new Outcome(flag, flag.off, 'error'), { error: recursionError(flag) })
      : outcome;
  }

  /** Whether `flag` is being decided already; all rules that led back to it are then recursive. */
  #asksForItself(flag: Flag): boolean {
    const first = this.#running?.findIndex((running) => running.flag === flag) ?? -1;
    if (first < 0) return false;
    for (const running of this.#running!.slice(first)) running.recursive = true;
    return true;
  }

  /** What a prerequisite is at. */
  variantOf(flag: string): string {
    const { variant, personal } = this.answer(this.subject.engine.config.compiled.get(flag)!);
    this.subject.touched ||= personal;
    return variant;
  }
}
