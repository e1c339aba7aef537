import type { Outcome } from '../../decide';
import { dayOf } from '../../exposures/day';
import { recorded, type Recorded } from '../../exposures/recorded';
import type { Arm, Watcher } from '../../exposures/recorder';
import type { Flag } from '../../flag';
import type { LiveState } from '../../live-state';
import { draw } from '../../rules/bucket';
import { percentOf } from '../../rules/ramp';
import type { CompiledRule } from '../../rules/rule';
import type { Subject } from '../../rules/subject';
import { walkRules } from '../../rules/walk';
import type { Experiment } from '../experiment';
import { spansOf, type MetricGuardrail } from './guardrail';
import { CONTROL, EVERYBODY, TREATMENT, nameOf, type Over, type Window } from './window';

/** How many windows of a flag have been before, as of a state of live control. */
export type Generation = (flag: string, state: LiveState) => number;

/** Under which live state, and when. */
export type Moment = Pick<Subject, 'state' | 'now'>;

/** A rule that is watched, or everybody, as of now. */
export interface Watched {
  readonly rule: string;
  readonly unit: string;
  readonly percent: number;
  readonly treatments: readonly string[];
  /** Undefined where there is nobody to compare with. */
  readonly control: string | undefined;
}

/** A rule with those that a visitor comes to where it lets them pass, and the variants that it is there to give. */
interface Candidate {
  readonly rule: CompiledRule;
  readonly rest: readonly CompiledRule[];
  readonly gives: ReadonlySet<string>;
  /** Splits its units between those and `off`, so that there is a control also at 100 %. */
  readonly splits: boolean;
}

interface Opened {
  readonly percent: number;
  readonly generation: number;
  readonly day: number;
  readonly windows: readonly Recorded[];
  /** Made once, as each request asks for them. */
  readonly arms: Map<string, readonly Arm[]>;
}

/** Watches one flag: sorts its decided requests into treatment and concurrent control. */
export class FlagWatch implements Watcher {
  readonly flag: Flag;
  readonly guardrails: readonly MetricGuardrail[];
  readonly #generation: Generation;
  readonly #candidates: readonly Candidate[];
  readonly #levels: boolean;
  readonly #opened = new Map<string, Opened>();
  #last: { readonly outcome: Outcome; readonly subject: Subject; readonly arms: readonly Arm[] } | undefined;

  constructor(flag: Flag, generation: Generation) {
    this.flag = flag;
    this.guardrails = flag.definition.guardrails as readonly MetricGuardrail[];
    this.#generation = generation;
    this.#candidates = candidatesOf(flag);
    this.#levels = this.#spans(EVERYBODY).length > 0;
  }

  armsOf(outcome: Outcome, subject: Subject): readonly Arm[] {
    if (this.#last?.outcome === outcome && this.#last.subject === subject) return this.#last.arms;
    const arms = this.#sort(outcome, subject);
    this.#last = { outcome, subject, arms };
    return arms;
  }

  current(now: Subject): readonly Recorded[] {
    return this.watched(now).flatMap(({ rule, unit, percent }) => this.#open(rule, unit, percent, now).windows);
  }

  /** The rules that are watched, with their percentages as of now; and everybody, where a level is watched. */
  watched(now: Moment): readonly Watched[] {
    const { flag } = this;
    const everybody = { rule: EVERYBODY, unit: flag.unit, percent: 100, treatments: [TREATMENT], control: undefined };
    const levels = this.#levels ? [everybody] : [];
    if (flag.definition.experiment) {
      const [own] = this.#candidates as [Candidate];
      const { rule } = own;
      const { control = flag.off } = flag.definition as Experiment;
      const treatments = rule.arms.map(({ variant }) => variant).filter((variant) => variant !== control);
      return [{ rule: rule.name, unit: rule.unit, percent: this.#percent(own, now)!, treatments, control }, ...levels];
    }
    const rules = this.#candidates.flatMap((candidate) => {
      const { rule, splits } = candidate;
      const percent = this.#percent(candidate, now);
      if (percent === undefined) return [];
      const control = percent < 100 || splits ? CONTROL : undefined;
      return [{ rule: rule.name, unit: rule.unit, percent, treatments: [TREATMENT], control }];
    });
    return [...rules, ...levels];
  }

  /** The window that is open now. */
  window(rule: string, percent: number, over: Over, { state, now }: Moment): Window {
    const { name: flag } = this.flag;
    const day = over === 'day' ? dayOf(now) : undefined;
    return { flag, rule, percent, generation: this.#generation(flag, state), day };
  }

  #sort(outcome: Outcome, subject: Subject): readonly Arm[] {
    const { flag } = this;
    const { reason, variant } = outcome;
    if (reason !== 'rule' && reason !== 'split' && reason !== 'default') return []; // overridden, killed, pinned, failed …
    let arms = NONE;
    if (variant !== flag.off && this.#levels) arms = this.#arms(EVERYBODY, flag.unit, 100, TREATMENT, subject);
    for (const candidate of this.#candidates) {
      const { rule } = candidate;
      const percent = this.#percent(candidate, subject);
      const arm = percent === undefined ? undefined : this.#side(candidate, percent, outcome, subject);
      if (arm !== undefined) {
        const more = this.#arms(rule.name, rule.unit, percent!, arm, subject);
        arms = arms.length === 0 ? more : [...arms, ...more];
      }
      if (rule.name === outcome.rule) break; // it has not come to those after
    }
    return arms;
  }

  /** On which side of a rule a unit is; undefined where the rule does not concern it, or makes no difference to it. */
  #side(candidate: Candidate, percent: number, outcome: Outcome, subject: Subject): string | undefined {
    if (this.flag.definition.experiment) return outcome.exposes ? outcome.variant : undefined;
    const { rule, gives, rest, splits } = candidate;
    if (percent >= 100 && !splits) return undefined;
    if (outcome.rule === rule.name) {
      // Who would have it anyway, by a later rule, is left out of the control, and so is left out here.
      if (rest.length > 0 && gives.has(this.#otherwise(rest, subject))) return undefined;
      return gives.has(outcome.variant) ? TREATMENT : CONTROL;
    }
    if (gives.has(outcome.variant) || !rule.matches(subject)) return undefined;
    const unit = subject.hash(rule.unit);
    return unit === undefined || draw(unit, rule.seeds) * 100 < percent ? undefined : CONTROL;
  }

  #otherwise(rest: readonly CompiledRule[], subject: Subject): string {
    return (walkRules(rest, subject, subject.state.flags.get(this.flag.name)) ?? this.flag.unmatched).variant;
  }

  #percent({ rule, splits }: Candidate, now: Moment): number | undefined {
    const live = now.state.flags.get(this.flag.name)?.rollouts?.get(rule.name);
    return percentOf(rule.rollout, live, now) ?? (splits || this.flag.definition.experiment ? 100 : undefined);
  }

  #arms(rule: string, unit: string, percent: number, arm: string, subject: Subject): readonly Arm[] {
    const { windows, arms } = this.#open(rule, unit, percent, subject);
    let known = arms.get(arm);
    if (!known) arms.set(arm, (known = windows.map((recorded) => ({ recorded, arm }))));
    return known;
  }

  /** What is recorded of a rule now. */
  #open(rule: string, unit: string, percent: number, { state, now }: Moment): Opened {
    const known = this.#opened.get(rule);
    const generation = this.#generation(this.flag.name, state);
    const day = dayOf(now);
    if (known?.percent === percent && known.generation === generation && known.day === day) return known;
    const windows = this.#spans(rule).map((over) => {
      const counts = new Set(this.guardrails.filter((one) => isOver(one, rule, over)).flatMap(({ counts }) => counts));
      const experiment = nameOf(this.window(rule, percent, over, { state, now }));
      return recorded({ experiment, unit, weights: '', counts });
    });
    // Of a step that goes on, what was recorded is remembered.
    const step = known?.percent === percent && known.generation === generation ? known.windows : [];
    const kept = windows.map((one) => step.find(({ experiment }) => experiment === one.experiment) ?? one);
    const opened = { percent, generation, day, windows: kept, arms: new Map() };
    this.#opened.set(rule, opened);
    return opened;
  }

  #spans(rule: string): readonly Over[] {
    return (['day', 'step'] as const).filter((over) => this.guardrails.some((one) => isOver(one, rule, over)));
  }
}

const NONE: readonly Arm[] = [];

/** Whether a guardrail watches a rule (or everybody) over days, or steps. */
function isOver(guardrail: MetricGuardrail, rule: string, over: Over): boolean {
  return (guardrail.limit.kind === 'level') === (rule === EVERYBODY) && spansOf(guardrail).includes(over);
}

/** The rules of a flag that can be watched; a getVariant of its own does not say which of them gave its variant. */
function candidatesOf({ rules, off, imperative, definition }: Flag): readonly Candidate[] {
  if (imperative) return [];
  const all = rules.map((rule, index) => {
    const variants = rule.serve === undefined ? rule.arms.map(({ variant }) => variant) : [rule.serve];
    const gives = new Set(variants.filter((variant) => variant !== off));
    return { rule, rest: rules.slice(index + 1), gives, splits: gives.size > 0 && gives.size < variants.length };
  });
  return definition.experiment ? all.slice(-1) : all.filter(({ gives }) => gives.size > 0);
}
