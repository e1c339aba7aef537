import type { MetricGuardrail } from '../guardrails/guardrail';
import type { Moments } from '../stats/arms';
import { studentT } from '../stats/distributions/student-t';
import { nonInferiority, type NonInferiority } from '../stats/non-inferiority';
import { isNotComputable, notComputable, type Outcome } from '../stats/outcome';
import { wilson } from '../stats/proportions';
import { welch } from '../stats/welch';
import { unitOf } from './compare';
import type { Design } from './design';
import { momentsOf } from './moments';
import type { GuardrailReport } from './report';
import type { Standing } from './standing';

type Status = NonInferiority['status'];

/** Is a treatment shown not to have passed a guardrail's limit, or shown to have passed it? */
export function readGuardrail(
  guardrail: MetricGuardrail,
  { control: name, alpha }: Design,
  standing: Standing,
  variant: string,
): GuardrailReport {
  const { metric, action } = guardrail;
  const control = momentsOf(metric, standing, name);
  const treatment = momentsOf(metric, standing, variant);
  const happened = standing.sumsOf(metric.counted, variant).units > 0;
  const base = { name: guardrail.name, action, kind: metric.kind, ...unitOf(metric) };
  // Sums by day say nothing of a quantile.
  if (metric.quantile !== undefined) return { ...base, status: 'unknown', reason: 'quantile' };
  const status = statusOf(guardrail, control, treatment, happened, alpha);
  return {
    ...base,
    ...(control.n > 0 && { control: control.mean }),
    ...(treatment.n > 0 && { treatment: treatment.mean }),
    ...(isNotComputable(status) ? { status: 'unknown', reason: status.notComputable } : { status }),
  };
}

function statusOf(
  { limit, side, metric }: MetricGuardrail,
  control: Moments,
  treatment: Moments,
  happened: boolean,
  alpha: number,
): Outcome<Status> {
  if (treatment.n === 0) return notComputable('no-data');
  // What did not happen once is not above anything.
  if (side === 'above' && !happened && metric.kind !== 'ratio') return 'non-inferior';
  if (limit.kind === 'level')
    return metric.kind === 'conversion'
      ? ofShare(treatment, limit.level, side, alpha)
      : ofMean(treatment, limit.level, side, alpha);
  if (limit.kind === 'difference') return ofDifference(control, treatment, limit.milliseconds, alpha);
  const margin = Math.abs(limit.ratio - 1);
  const worse = side === 'above' ? 'higher' : 'lower';
  if (margin === 0 || limit.ratio > 1 !== (side === 'above'))
    return ofScaled(control, treatment, limit.ratio, side, alpha);
  const test = nonInferiority(control, treatment, { margin, worse, alpha });
  return isNotComputable(test) ? test : test.status;
}

/** A limit of the control's own height, or on its other side, such as `below 1.2x`: no margin, but the same test. */
function ofScaled(
  control: Moments,
  treatment: Moments,
  ratio: number,
  side: 'above' | 'below',
  alpha: number,
): Outcome<Status> {
  const limit = { ...control, mean: control.mean * ratio, variance: control.variance * ratio * ratio };
  const test = welch(limit, treatment, { alpha });
  return isNotComputable(test) ? test : statusBy(test.t, test.df, side, alpha);
}

function ofDifference(control: Moments, treatment: Moments, more: number, alpha: number): Outcome<Status> {
  const test = welch({ ...control, mean: control.mean + more }, treatment, { alpha });
  return isNotComputable(test) ? test : statusBy(test.t, test.df, 'above', alpha);
}

function ofMean(
  { n, mean, variance }: Moments,
  level: number,
  side: 'above' | 'below',
  alpha: number,
): Outcome<Status> {
  if (n < 2) return notComputable('too-few');
  if (variance === 0) return notComputable('zero-variance');
  return statusBy((mean - level) / Math.sqrt(variance / n), n - 1, side, alpha);
}

/** By Wilson's interval, one-sided. */
function ofShare({ n, mean }: Moments, level: number, side: 'above' | 'below', alpha: number): Outcome<Status> {
  const interval = wilson({ n, successes: Math.round(mean * n) }, { alpha: 2 * alpha });
  if (isNotComputable(interval)) return interval;
  const [under, over] = [interval[1] < level, interval[0] > level];
  if (!under && !over) return 'unknown';
  return under === (side === 'above') ? 'non-inferior' : 'inferior';
}

function statusBy(t: number, df: number, side: 'above' | 'below', alpha: number): Status {
  const beyond = side === 'above' ? t : -t;
  if (studentT.sf(beyond, df) < alpha) return 'inferior';
  return studentT.cdf(beyond, df) < alpha ? 'non-inferior' : 'unknown';
}
