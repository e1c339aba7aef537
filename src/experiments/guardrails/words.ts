import type { MetricGuardrail } from './guardrail';
import type { Judgement } from './judge';
import type { ArmReading, GuardrailReading } from './readings';

const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en');

/** A value as people read it: `4.1 %`, `312 ms`, `12.5`. */
export function inWords(value: number, as: GuardrailReading['as']): string {
  if (as === 'percent') return `${short.format(100 * value)} %`;
  return as === 'milliseconds' ? `${short.format(value)} ms` : short.format(value);
}

/** The numbers of a judgement in a sentence: `31 of 402 units failed (7.71 %), of the control 4 of 7,650 (0.0523 %)`. */
export function numbersInWords(
  { metric }: MetricGuardrail,
  judgement: Pick<Judgement, 'treatment' | 'control' | 'as' | 'threshold'>,
): string {
  const { treatment, control, as, threshold } = judgement;
  const named = /^(treatment|control)$/.test(treatment.arm) ? '' : `${treatment.arm}: `;
  const what =
    metric.quantile ?? (metric.counted === '$failed' ? 'with a failed request' : `with ${metric.event ?? 'a request'}`);
  const arms = [armInWords(treatment, as, what)];
  if (control) arms.push(`of the control ${armInWords(control, as, what)}`);
  const limit = threshold === undefined ? '' : `; the limit is now ${inWords(threshold, as)}`;
  return `${named}${arms.join(', ')}${limit}`;
}

function armInWords(
  { units, unitsWith, requests, value }: ArmReading,
  as: GuardrailReading['as'],
  what: string,
): string {
  const is = value === undefined ? '' : inWords(value, as);
  if (requests !== undefined)
    return `${what} ${is || 'unknown'} in ${whole.format(requests)} requests of ${whole.format(units)} units`;
  const of = `${whole.format(unitsWith)} of ${whole.format(units)} units ${what}`;
  return is === '' ? of : `${of} (${is}${as === 'percent' ? '' : ' on average'})`;
}
