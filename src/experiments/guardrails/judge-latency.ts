import { eValue } from '../stats/e-value';
import { slowEvent, type MetricGuardrail } from './guardrail';
import { LEAST_WITH, needed, partOf, type ArmData, type Compared, type Judgement, type Sharing } from './judge';
import type { ArmReading } from './readings';
import type { EventSums } from './tally';

/** Quiet is only said of so many requests in each arm, or more. */
const LEAST_REQUESTS = 200;
/** The control's quantile is taken so many standard errors of its rank higher: it is an estimate as well. */
const CAUTION = 3;

/**
 * A quantile of durations: trips where the share of the treatment's requests that take longer than the threshold (the
 * control's quantile with the limit's margin, or the level) is more than 1 − quantile, by an e-value of 100, and at least
 * 5 of its units met such a request. Requests of one unit are alike: both counts are divided by how much more slow requests
 * come together in units than chance has it (Rao and Scott 1992, Biometrics 48, 577–585), so that a slow client counts once.
 */
export function judgeLatency(guardrail: MetricGuardrail, compared: Compared, sharing: Sharing): Judgement {
  const { name } = guardrail;
  const share = shareOf(guardrail);
  const treatment = reading(compared.treatment, share, name);
  const control = compared.control && reading(compared.control, share, name);
  const threshold = thresholdOf(guardrail, compared);
  const { requests, longerThan } = compared.treatment.durations!;
  const slow = compared.treatment.of(slowEvent(name));
  const longer = threshold === undefined ? 0 : longerThan(threshold);
  const alike = alikeness(compared.treatment.units, slow);
  const [few, all] = [Math.floor(longer / alike), Math.floor(requests / alike)];
  const { logE } = eValue(
    { control: all - few, treatment: few, treatmentShare: 1 - share },
    { alternative: 'greater' },
  );
  const least = Math.min(requests, control?.requests ?? Infinity);
  return {
    treatment,
    control,
    as: 'milliseconds',
    threshold,
    evidence: partOf(logE, sharing),
    tripped: longer > (1 - share) * requests && slow.units >= LEAST_WITH && logE >= needed(sharing),
    enough: least >= LEAST_REQUESTS && threshold !== undefined,
  };
}

/** What a request of either arm may take; undefined as long as the control has too few. */
export function thresholdOf(guardrail: MetricGuardrail, { control }: Compared): number | undefined {
  const { limit, name } = guardrail;
  if (limit.kind === 'level') return limit.level;
  const share = shareOf(guardrail);
  const { requests, quantile } = control!.durations!;
  const alike = alikeness(control!.units, control!.of(slowEvent(name)));
  const cautious = share + CAUTION * Math.sqrt((share * (1 - share) * alike) / Math.max(1, requests));
  if (cautious >= 1) return undefined;
  const value = quantile(cautious);
  return limit.kind === 'difference' ? value + limit.milliseconds : value * limit.ratio;
}

/** The variance of how many slow requests a unit has over their mean, which is 1 where they come singly by chance. */
function alikeness(units: number, { y, yy }: EventSums): number {
  return units < 2 || y === 0 ? 1 : Math.max(1, (yy - (y * y) / units) / (units - 1) / (y / units));
}

function shareOf({ metric }: MetricGuardrail): number {
  return Number(metric.quantile!.slice(1)) / 100;
}

function reading({ arm, units, of, durations }: ArmData, share: number, name: string): ArmReading {
  const { requests, quantile } = durations!;
  return {
    arm,
    units,
    unitsWith: of(slowEvent(name)).units,
    requests,
    value: requests === 0 ? undefined : quantile(share),
  };
}
