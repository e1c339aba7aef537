import { momentsOfProportion, momentsOfRatio, momentsOfSums, type Moments } from '../stats/arms';
import { confidenceBounds } from '../stats/confidence-sequence';
import type { MetricGuardrail } from './guardrail';
import { ALPHA, LEAST_UNITS, LEAST_WITH, type ArmData, type Compared, type Judgement, type Sharing } from './judge';
import type { ArmReading } from './readings';

/** The confidence sequence is narrowest at so many units of the treatment. */
const TUNED_FOR = 500;

/**
 * A value of units, or of events: trips where a one-sided confidence sequence of treatment − limit × control (of a level:
 * of treatment − level) has an error of 1 % at most and leaves out 0, with at least 5 units that did what is counted. The
 * treatment's variance counts as at least what the control's would be at the limit, so that a few units of whom none has
 * bought anything are not taken for many.
 */
export function judgeValue(guardrail: MetricGuardrail, compared: Compared, { comparisons }: Sharing): Judgement {
  const { metric, limit, side } = guardrail;
  const mean = meanOf(guardrail, compared.treatment);
  const ofControl = compared.control && meanOf(guardrail, compared.control);
  const ratio = limit.kind === 'ratio' ? limit.ratio : 1;
  // 5 % below a loss of 10 is one of 10.5.
  const factor = ofControl !== undefined && ofControl < 0 ? 2 - ratio : ratio;
  const margin = limit.kind === 'difference' ? limit.milliseconds : 0;
  const threshold =
    limit.kind === 'level' ? limit.level : ofControl === undefined ? undefined : factor * ofControl + margin;
  const units = [compared.treatment, compared.control].flatMap((arm) => (arm ? [arm.units] : []));
  const enough = Math.min(...units) >= LEAST_UNITS;
  const part = threshold === undefined || !enough || mean === undefined ? 0 : evidence();

  /** How much of the sequence's width the treatment is beyond the threshold. */
  function evidence(): number {
    const treatment = momentsOf(guardrail, compared.treatment);
    const other = compared.control && momentsOf(guardrail, compared.control);
    const atLimit = other ? factor * factor * other.variance : 0;
    const ofTreatment = Math.max(treatment.variance, atLimit) / treatment.n;
    const se = Math.sqrt(ofTreatment + (other ? atLimit / other.n : 0));
    const n = units.reduce((all, one) => all + one, 0);
    const tuningN = (TUNED_FOR * n) / treatment.n;
    const beyond = (treatment.mean - threshold!) * (side === 'above' ? 1 : -1);
    const bounds = confidenceBounds({ estimate: beyond, se, n }, { alpha: ALPHA / comparisons, tuningN });
    if ('notComputable' in bounds || beyond <= 0) return 0;
    return Math.min(1, beyond / (beyond - bounds.lower));
  }

  const readings = [compared.treatment, compared.control].map((arm) => arm && reading(guardrail, arm));
  const most = Math.max(...readings.map((arm) => arm?.unitsWith ?? 0));
  return {
    treatment: readings[0]!,
    control: readings[1],
    as: metric.counted === '$request' ? 'milliseconds' : metric.kind === 'conversion' ? 'percent' : 'number',
    threshold,
    evidence: part,
    tripped: part >= 1 && (side === 'above' ? readings[0]!.unitsWith : most) >= LEAST_WITH,
    enough,
  };
}

/** An arm's mean and variance by kind of metric: of many units, as of a few these sums may have no digit left for it. */
function momentsOf({ metric: { kind, counted } }: MetricGuardrail, arm: ArmData): Moments {
  const { units: n } = arm;
  const sums = arm.of(counted);
  if (kind === 'conversion') return momentsOfProportion({ n, successes: sums.units });
  if (kind === 'count') return momentsOfSums({ n, sum: sums.y, sumSquares: sums.yy });
  if (kind === 'mean') return momentsOfSums({ n, sum: sums.x, sumSquares: sums.xx });
  const { x, xx, y, yy, xy } = sums;
  return momentsOfRatio({
    n,
    sum: x,
    sumSquares: xx,
    sumDenominator: y,
    sumDenominatorSquares: yy,
    sumProducts: xy,
  });
}

/** An arm's mean; of a ratio of which nothing has happened there is none. */
function meanOf({ metric: { kind, counted } }: MetricGuardrail, { units: n, of }: ArmData): number | undefined {
  const { units, x, y } = of(counted);
  const [sum, among] = { conversion: [units, n], count: [y, n], mean: [x, n], ratio: [x, y] }[kind] as [number, number];
  return among === 0 ? undefined : sum / among;
}

function reading(guardrail: MetricGuardrail, arm: ArmData): ArmReading {
  const { units: unitsWith } = arm.of(guardrail.metric.counted);
  return { arm: arm.arm, units: arm.units, unitsWith, value: meanOf(guardrail, arm) };
}
