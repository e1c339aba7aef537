import { Outcome, decide } from './decide';
import type { Flag } from './flag';
import { Running } from './rules/running';
import { keepForLogin } from './rules/sticky';
import type { Subject } from './rules/subject';

/** An answer, and the one before it. */
type Answer = { readonly flag: Flag; readonly outcome: Outcome; readonly previous: Answer | undefined };

/** Up to this many answers, walking through them is faster than a table. */
const WALKED = 16;

/** One visitor's answers under one snapshot of live state: each flag is decided once, and then remembered. */
export class Evaluation {
  /** Flag → variant, chosen in this browser; undefined where nothing is. */
  overrides: ReadonlyMap<string, string> | undefined = undefined;
  /** Whether any answer so far has read something that tells visitors apart. */
  private personal = false;
  /** The newest answer. */
  latest: Answer | undefined = undefined;
  private byIndex: (Outcome | undefined)[] | undefined = undefined;
  private running: Running | undefined = undefined;

  constructor(readonly subject: Subject) {}

  answer(flag: Flag): Outcome {
    return this.known(flag) ?? this.decide(flag);
  }

  /** The answer, to be used: of an experiment, that is an exposure. */
  use(flag: Flag): Outcome {
    const outcome = this.answer(flag);
    if (outcome.exposes) this.subject.engine.report.exposed(flag, outcome, this.subject);
    return outcome;
  }

  /** The answer, where there is one already. */
  known(flag: Flag): Outcome | undefined {
    if (this.byIndex) return this.byIndex[flag.index];
    let walked = 0;
    for (let { latest } = this; latest; latest = latest.previous) {
      if (latest.flag === flag) return latest.outcome;
      walked += 1;
    }
    if (walked >= WALKED) this.expect(0);
    return undefined;
  }

  /** Makes ready for the answers of so many flags. */
  expect(flags: number): this {
    if (this.byIndex) return this;
    this.byIndex = new Array(flags);
    for (let answer = this.latest; answer; answer = answer.previous) this.byIndex[answer.flag.index] = answer.outcome;
    return this;
  }

  private decide(flag: Flag): Outcome {
    if (flag.imperative && this.running?.leadsBackTo(flag)) return new Outcome(flag, flag.off, 'error');
    const { subject } = this;
    const { touched } = subject;
    subject.touched = false;
    const outcome = flag.imperative ? (this.running ??= new Running()).run(flag, this) : decide(flag, this);
    if (flag.sticky) keepForLogin(flag, outcome, subject);
    if (subject.touched) subject.source.personal?.(flag.name);
    this.personal ||= subject.touched;
    subject.touched ||= touched;
    subject.engine.report.decided(flag, outcome);
    if (this.byIndex) this.byIndex[flag.index] = outcome;
    else this.latest = { flag, outcome, previous: this.latest };
    return outcome;
  }

  /** What a prerequisite is at. Once anything was personal, it is taken for personal too: it may have been answered before. */
  variantOf(flag: string): string {
    const { variant } = this.answer(this.subject.engine.config.compiled.get(flag)!);
    this.subject.touched ||= this.personal;
    return variant;
  }
}
