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

/** A control with fewer errors counts as having so many: twice nothing is nothing. */
export const FLOOR = 0.001;

/**
 * Units with an error, of the treatment against the control: trips where their shares have a ratio above the limit, at
 * least 5 of the treatment's units had one, and the evidence that the treatment has more (a Beta-mixture e-value) is 100
 * to 1. Units and not requests, as one client that tries again and again is one unit.
 */
export function judgeErrors({ metric, limit }: MetricGuardrail, compared: Compared, sharing: Sharing): Judgement {
  const treatment = shareReading(compared.treatment, metric.counted);
  const control = shareReading(compared.control!, metric.counted);
  const ratio = limit.kind === 'ratio' ? limit.ratio : 1;
  const threshold = control.value === undefined ? undefined : ratio * Math.max(FLOOR, control.value);
  const data = treatment.units > 0 && control.units > 0;
  const events = {
    control: control.unitsWith,
    treatment: treatment.unitsWith,
    treatmentShare: data ? treatment.units / (treatment.units + control.units) : 0.5,
  };
  const { logE } = eValue(events, { alternative: 'greater', ratio: Math.min(1, ratio) });
  const passed = data && treatment.value! > threshold! && treatment.unitsWith >= LEAST_WITH;
  return {
    treatment,
    control,
    as: 'percent',
    threshold,
    evidence: data ? partOf(logE, sharing) : 0,
    tripped: passed && logE >= needed(sharing),
    enough: Math.min(treatment.units, control.units) >= LEAST_UNITS,
  };
}
