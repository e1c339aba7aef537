import type { Engine } from '../../engine';
import { reportOf } from '../../report/report';
import type { Action, Trip } from './guardrail';
import { patrolOf } from './patrol';

/**
 * How a guardrail is doing. The list is closed.
 * `tripped`: its limit was passed, and what it did stands; `quiet`: enough data, and the limit is not shown to be passed;
 * `watching`: not enough data yet; `no-control`: nobody to compare with, such as at 100 %; `off`: nobody gets the flag, as
 * it is killed, pinned, or at 0 %; `unreadable`: the sink could not be read, or gives nothing back.
 */
export type GuardrailState = 'tripped' | 'quiet' | 'watching' | 'no-control' | 'off' | 'unreadable';

/** One side of what is compared. */
export interface ArmReading {
  /** `treatment` or `control`; of an experiment, the variant. */
  readonly arm: string;
  readonly units: number;
  /** Of request metrics: units with a request that failed, or that was slow. Of others: units that did it at all. */
  readonly unitsWith: number;
  /** How many requests took part, where requests are measured at a quantile. */
  readonly requests?: number;
  /** The metric: a share of units, milliseconds, or a value per unit or event; undefined without data. */
  readonly value: number | undefined;
}

/** What a guardrail sees of a rule at its percentage just now: for each guardrail, rule and treatment. */
export interface GuardrailReading {
  readonly flag: string;
  /** As it was written: `request errors above 2x`. */
  readonly name: string;
  /** The rule whose rollout is watched; `''` where all who have the flag are, without a control. */
  readonly rule: string;
  /** The rule's percentage now. */
  readonly percent: number;
  readonly action: Action;
  readonly state: GuardrailState;
  /** The same in a sentence, with the numbers. */
  readonly sentence: string;
  /** What the numbers are counted over: since midnight (UTC), or since the percentage was last changed. */
  readonly over: 'day' | 'step';
  readonly treatment: ArmReading;
  /** Undefined for levels, which have none. */
  readonly control: ArmReading | undefined;
  /** How `value` is to be shown. */
  readonly as: 'percent' | 'milliseconds' | 'number';
  /** The treatment's value beyond which the limit is passed; undefined while the control has no value. */
  readonly threshold: number | undefined;
  /** How far the evidence is, from 0 to 1: it trips at 1. */
  readonly evidence: number;
  /** The last trip, where it is `tripped`. */
  readonly trip: Trip | undefined;
}

/**
 * How the guardrails of a flag are doing, by what all processes have written so far. Never rejects: what cannot be read is
 * `unreadable`. Empty where the flag has none.
 */
export async function guardrailReadings(engine: Engine<any>, flag: string): Promise<readonly GuardrailReading[]> {
  if (!reportOf(engine).observer) return [];
  return patrolOf(engine)?.readings(flag) ?? [];
}
