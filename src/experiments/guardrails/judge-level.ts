import { eValue } from '../stats/e-value';
import type { MetricGuardrail } from './guardrail';
import {
  LEAST_UNITS,
  LEAST_WITH,
  needed,
  partOf,
  shareReading,
  type Compared,
  type Judgement,
  type Sharing,
} from './judge';

/** The share of all units that did it (or where it may not fall below the level, did not), against a level. */
export function judgeLevel(
  { metric, side }: MetricGuardrail,
  level: number,
  compared: Compared,
  sharing: Sharing,
): Judgement {
  const treatment = shareReading(compared.treatment, metric.counted);
  const { units, unitsWith } = treatment;
  const [bad, worst] = side === 'above' ? [unitsWith, level] : [units - unitsWith, 1 - level];
  const events = { control: units - bad, treatment: bad, treatmentShare: worst };
  const { logE } = eValue(events, { alternative: 'greater' });
  return {
    treatment,
    control: undefined,
    as: 'percent',
    threshold: level,
    evidence: partOf(logE, sharing),
    tripped: bad > worst * units && bad >= LEAST_WITH && logE >= needed(sharing),
    enough: units >= LEAST_UNITS,
  };
}
