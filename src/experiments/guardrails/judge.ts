import type { Spread } from './durations';
import type { MetricGuardrail } from './guardrail';
import { judgeErrors } from './judge-errors';
import { judgeLatency } from './judge-latency';
import { judgeLevel } from './judge-level';
import { judgeValue } from './judge-value';
import type { ArmReading, GuardrailReading } from './readings';
import type { ArmTally } from './tally';

/** What an arm has done so far. */
export interface ArmData extends ArmTally {
  /** Where requests are measured at a quantile. */
  readonly durations: Spread | undefined;
}

/** Treatment and control; levels have no control. */
export interface Compared {
  readonly treatment: ArmData;
  readonly control: ArmData | undefined;
}

/** What the numbers say of a guardrail. */
export interface Judgement extends Pick<GuardrailReading, 'treatment' | 'control' | 'as' | 'threshold' | 'evidence'> {
  readonly tripped: boolean;
  /** Whether there is as much that a limit that was passed by far would show. */
  readonly enough: boolean;
}

/** So many comparisons share the error that one is allowed. */
export interface Sharing {
  readonly comparisons: number;
}

/** Evidence of 100 to 1, or an error of 1 %: for each flag and window, shared by its comparisons. */
export const ALPHA = 0.01;
/** It takes so many units that had an error, or a slow request, or did what is counted. */
export const LEAST_WITH = 5;
/** Quiet is only said of so many units in each arm, or more. */
export const LEAST_UNITS = 100;

/** Judges a guardrail by what treatment and control have done so far: as often as one likes. */
export function judge(guardrail: MetricGuardrail, compared: Compared, sharing: Sharing): Judgement {
  const { metric, limit, side } = guardrail;
  if (metric.quantile !== undefined) return judgeLatency(guardrail, compared, sharing);
  if (limit.kind === 'level' && limit.unit === '%') return judgeLevel(guardrail, limit.level, compared, sharing);
  if (metric.counted === '$failed' && side === 'above') return judgeErrors(guardrail, compared, sharing);
  return judgeValue(guardrail, compared, sharing);
}

/** The least evidence (an e-value's logarithm) that trips. */
export const needed = ({ comparisons }: Sharing) => Math.log(comparisons / ALPHA);

/** How far evidence is, from 0 to 1. */
export const partOf = (logE: number, sharing: Sharing) => Math.min(1, Math.max(0, logE / needed(sharing)));

/** Units, and the share of them that did it. */
export function shareReading({ arm, units, of }: ArmData, event: string): ArmReading {
  const { units: unitsWith } = of(event);
  return { arm, units, unitsWith, value: units === 0 ? undefined : unitsWith / units };
}
