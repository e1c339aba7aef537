import type { Metric } from '../metric';
import type { Moments, Proportion } from '../stats/arms';
import { chanceToWin } from '../stats/chance-to-win';
import { fiellerLift, type Lift } from '../stats/lift';
import { isNotComputable, notComputable, type Outcome } from '../stats/outcome';
import type { Interval } from '../stats/p-value';
import { newcombe, proportionTest } from '../stats/proportions';
import { welch } from '../stats/welch';
import type { Design } from './design';
import { momentsOf } from './moments';
import type { MetricReport } from './report';
import type { Standing } from './standing';

/** A metric of a treatment against the control's. */
export function compare(
  metric: Metric,
  role: MetricReport['role'],
  { control: name, alpha }: Design,
  standing: Standing,
  variant: string,
): Omit<MetricReport, 'shown'> {
  const control = momentsOf(metric, standing, name);
  const treatment = momentsOf(metric, standing, variant);
  const test = welch(control, treatment, { alpha });
  const p = exactP(metric, standing, name, variant);
  const better = metric.better === 'higher' ? 1 : -1;
  const chance = isNotComputable(test) ? test : chanceToWin({ estimate: better * test.difference, se: test.se });
  return {
    ...{ name: metric.name, kind: metric.kind, better: metric.better, role, control, treatment },
    ...unitOf(metric),
    difference: isNotComputable(test) ? test : { value: test.difference, interval: intervalOf() },
    lift: liftOf(control, treatment, alpha),
    p: isNotComputable(test)
      ? test
      : p === undefined
        ? { p: test.p, logP: test.logP, method: 'welch' }
        : { ...p, method: 'fisher' },
    chanceToWin: isNotComputable(chance) ? chance : chance.chance,
  };

  /** Of conversions, one that keeps between 0 and 1. */
  function intervalOf(): Interval {
    if (metric.kind === 'conversion') {
      const interval = newcombe(...proportions(metric, standing, name, variant), { alpha });
      if (!isNotComputable(interval)) return interval;
    }
    return (test as Exclude<typeof test, { notComputable: unknown }>).interval;
  }
}

/** A relative lift. An arm whose units are all alike, as where nobody did it, has no variance to make an interval of. */
export function liftOf(control: Moments, treatment: Moments, alpha: number): Outcome<Lift> {
  if (control.variance === 0 || treatment.variance === 0)
    return notComputable(control.n === 0 ? 'no-data' : 'zero-variance');
  return fiellerLift(control, treatment, { alpha });
}

/** Of few conversions, Fisher's exact test; undefined where Welch's will do. */
export function exactP(
  { kind, counted }: Pick<Metric, 'kind' | 'counted'>,
  standing: Standing,
  control: string,
  treatment: string,
) {
  if (kind !== 'conversion') return undefined;
  const test = proportionTest(...proportions({ counted }, standing, control, treatment));
  return isNotComputable(test) || test.method !== 'fisher' ? undefined : { p: test.p, logP: test.logP };
}

function proportions(
  { counted }: Pick<Metric, 'counted'>,
  standing: Standing,
  ...arms: [string, string]
): [Proportion, Proportion] {
  return arms.map((arm) => ({ n: standing.unitsOf(arm), successes: standing.sumsOf(counted, arm).units })) as [
    Proportion,
    Proportion,
  ];
}

/** What its values are in, where it says. */
export function unitOf({ kind, counted }: Pick<Metric, 'kind' | 'counted'>): { readonly unit?: string } {
  return kind === 'ratio' && counted.startsWith('$') ? { unit: 'ms' } : {};
}
