import type { Flag } from '../../flag';
import type { Experiment } from '../experiment';
import { LEAST } from '../stats/verdict';
import type { MetricGuardrail } from './guardrail';

const DAY = 86_400_000;

/** Whether an experiment is judged by what a guardrail measures, and it is too early for its numbers. */
export function isTooEarly(
  { definition, starts }: Flag,
  { metric: { counted } }: MetricGuardrail,
  { now, enough }: { readonly now: number; readonly enough: boolean },
): boolean {
  if (!definition.experiment) return false;
  const { primary, secondary = [] } = definition as Experiment;
  return [primary, ...secondary].some((one) => one.counted === counted) && (!enough || now - starts < LEAST.days * DAY);
}
