import type { Verdict } from '../stats/verdict';
import { dailyOf, readDay, type Reading } from './daily';
import type { Design } from './design';
import { isHarmed, judge, type Look } from './findings';
import { dateOf } from './health';
import { numbersOf } from './numbers';
import type { ExperimentReport, TreatmentReport } from './report';
import { why } from './why';

/** A treatment on the way through the days. */
export class Treatment {
  readonly #design: Design;
  readonly #variant: string;
  readonly #tripped: boolean;
  readonly #days: Reading[] = [];
  #decided: Partial<TreatmentReport> | undefined;
  #verdict: Verdict | undefined;

  constructor(design: Design, variant: string, tripped: boolean) {
    this.#design = design;
    this.#variant = variant;
    this.#tripped = tripped;
  }

  /** The state at the end of a day: the first one that decides stands. */
  look(look: Look, day: number, { ended, shown }: { readonly ended: boolean; readonly shown: boolean }): void {
    if (shown) this.#days.push(readDay(this.#design, this.#variant, look, day));
    if (!ended || this.#verdict) return;
    if (look.daysLeft > 0 && !isHarmed(this.#design, this.#variant, look)) return;
    const verdict = judge(this.#design, this.#variant, look, false);
    if (['too-early', 'invalid', 'keep-running'].includes(verdict.call)) return;
    this.#verdict = verdict;
    this.#decided = { decided: dateOf(day), ...numbersOf(this.#design, this.#variant, look.standing, true) };
  }

  report(today: Look, report: Omit<ExperimentReport, 'treatments'>): TreatmentReport {
    const { alpha } = this.#design;
    const verdict = (!this.#tripped && this.#verdict) || judge(this.#design, this.#variant, today, this.#tripped);
    const { call, because, hidden, daysLeft } = verdict;
    const numbers = hidden ? {} : (this.#decided ?? numbersOf(this.#design, this.#variant, today.standing, false));
    const treatment = {
      ...{ variant: this.#variant, verdict: call, because, hidden, alpha },
      ...(daysLeft !== undefined && Number.isFinite(daysLeft) && { daysLeft }),
      ...numbers,
      ...(!hidden && { daily: dailyOf(this.#days) }),
    };
    return { ...treatment, why: why(treatment, report) };
  }
}
