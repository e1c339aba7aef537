import type { Outcome } from '../../decide';
import type { Flag } from '../../flag';
import type { Recorded } from '../../exposures/recorded';
import { recorded } from '../../exposures/recorded';
import type { Arm, Watcher } from '../../exposures/recorder';
import { draw } from '../../rules/bucket';
import { percentOf } from '../../rules/ramp';
import type { CompiledRule } from '../../rules/rule';
import type { Subject } from '../../rules/subject';
import type { MetricGuardrail } from './guardrail';

/** The arms of a rule's rollout: those inside, and those who matched the same rule and fell outside. */
export const TREATMENT = 'treatment';
export const CONTROL = 'control';
/** Stands for a rule's name where all who have the flag are watched, without regard to a control. */
export const EVERYBODY = '';

/** What is watched: a rule's rollout at a percentage (or everybody), anew after each trip. Its name in the sink is its JSON. */
export type Window = readonly [flag: string, rule: string, percent: number, trips: number];

/** How often guardrails have tripped on a rule at a percentage, so that what is watched after a restore begins anew. */
export type Trips = (flag: string, rule: string, percent: number) => number;

/** Watches one flag: sorts its decided requests into treatment and concurrent control. */
export class FlagWatch implements Watcher {
  readonly flag: Flag;
  readonly guardrails: readonly MetricGuardrail[];
  readonly #trips: Trips;
  readonly #windows = new Map<string, { readonly window: Window; readonly recorded: Recorded }>();

  constructor(flag: Flag, trips: Trips) {
    this.flag = flag;
    this.guardrails = flag.definition.guardrails as readonly MetricGuardrail[];
    this.#trips = trips;
  }

  armsOf(outcome: Outcome, subject: Subject): readonly Arm[] {
    const { flag } = this;
    const { reason, variant } = outcome;
    if (reason !== 'rule' && reason !== 'split' && reason !== 'default') return []; // overridden, killed, pinned, failed …
    const arms: Arm[] = [];
    if (this.#watches(EVERYBODY) && variant !== flag.off)
      arms.push({ recorded: this.#at(EVERYBODY, flag.unit, 100), arm: TREATMENT });
    if (flag.definition.experiment) {
      if (!outcome.exposes) return arms;
      const rule = flag.rules.at(-1)!;
      return [
        ...arms,
        { recorded: this.#at(rule.name, rule.unit, percentNow(flag, rule, subject) ?? 100), arm: variant },
      ];
    }
    for (const rule of flag.rules) {
      const percent = percentNow(flag, rule, subject);
      const arm = percent === undefined ? undefined : sideOf(rule, percent, outcome, subject);
      if (arm !== undefined) arms.push({ recorded: this.#at(rule.name, rule.unit, percent!), arm });
      if (rule.name === outcome.rule) break;
    }
    return arms;
  }

  current(subject: Subject): readonly Recorded[] {
    return this.windows(subject).map(({ name, unit, percent }) => this.#at(name, unit, percent));
  }

  /** The rules whose rollouts are watched, with their percentages as of now; and everybody, where a level is watched. */
  windows(now: Pick<Subject, 'state' | 'now'>) {
    const { flag } = this;
    const rules = flag.definition.experiment ? flag.rules.slice(-1) : flag.rules;
    const watched = rules.flatMap((rule) => {
      const percent = percentNow(flag, rule, now) ?? (flag.definition.experiment ? 100 : undefined);
      return percent === undefined
        ? []
        : [{ name: rule.name, unit: rule.unit, percent, rule: rule as CompiledRule | undefined }];
    });
    if (this.#watches(EVERYBODY)) watched.push({ name: EVERYBODY, unit: flag.unit, percent: 100, rule: undefined });
    return watched;
  }

  /** The window of a rule at a percentage that is open now. */
  windowOf(rule: string, percent: number): Window {
    return [this.flag.name, rule, percent, this.#trips(this.flag.name, rule, percent)];
  }

  /** Levels are watched over everybody, all other limits against a control. */
  #watches(rule: typeof EVERYBODY): boolean {
    return this.guardrails.some(({ limit }) => (limit.kind === 'level') === (rule === EVERYBODY));
  }

  #at(rule: string, unit: string, percent: number): Recorded {
    const known = this.#windows.get(rule);
    const trips = this.#trips(this.flag.name, rule, percent);
    if (known && known.window[2] === percent && known.window[3] === trips) return known.recorded;
    const window: Window = [this.flag.name, rule, percent, trips];
    const counts = new Set(this.guardrails.map(({ metric }) => metric.counted));
    const opened = { window, recorded: recorded({ experiment: JSON.stringify(window), unit, weights: '', counts }) };
    this.#windows.set(rule, opened);
    return opened.recorded;
  }
}

function percentNow({ name }: Flag, rule: CompiledRule, now: Pick<Subject, 'state' | 'now'>): number | undefined {
  return percentOf(rule.rollout, now.state.flags.get(name)?.rollouts?.get(rule.name), now);
}

/** On which side of a rule's rollout a unit is; undefined where the rule does not concern it, or it has the same variant anyway. */
function sideOf(rule: CompiledRule, percent: number, outcome: Outcome, subject: Subject): string | undefined {
  if (outcome.rule === rule.name) return TREATMENT;
  if (!rule.matches(subject)) return undefined;
  const unit = subject.hash(rule.unit);
  if (unit === undefined || draw(unit, rule.seeds) * 100 < percent) return undefined;
  const same = rule.serve === outcome.variant || rule.arms.some(({ variant }) => variant === outcome.variant);
  return same ? undefined : CONTROL;
}
