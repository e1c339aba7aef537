import type { Metric } from '../metric';
import { momentsOfProportion, type Moments } from '../stats/arms';
import type { ArmSums, Standing } from './standing';

type Kind = Pick<Metric, 'kind' | 'counted'>;

const NOTHING: Moments = { n: 0, mean: 0, variance: 0 };
/** Values are kept in whole millionths. */
const MILLION = 1e6;

/** An arm's mean and variance of a metric: centred in whole numbers, and only then divided, so that no digit is lost. */
export function momentsOf({ kind, counted }: Kind, standing: Standing, arm: string): Moments {
  const n = standing.unitsOf(arm);
  const sums = standing.sumsOf(counted, arm);
  if (n === 0) return NOTHING;
  if (kind === 'conversion') return momentsOfProportion({ n, successes: sums.units });
  if (kind === 'ratio') return ofRatio(n, sums);
  const [sum, squares, scale] = kind === 'count' ? [sums.sumY, sums.sumYY, 1] : [sums.sumX, sums.sumXX, MILLION];
  const centred = Number(BigInt(n) * squares - sum * sum) / n;
  return { n, mean: Number(sum) / n / scale, variance: centred / Math.max(1, n - 1) / scale / scale };
}

/** Σx/Σy, and the variance of (x − Ry)/ȳ by the delta method: with R in it, Σ(x − Ry)² (Σy)² is a whole number. */
function ofRatio(n: number, { sumX, sumXX, sumY, sumYY, sumXY }: ArmSums): Moments {
  if (sumY === 0n) return NOTHING;
  const residual = sumXX * sumY * sumY - 2n * sumX * sumY * sumXY + sumX * sumX * sumYY;
  const y = Number(sumY);
  const perUnit = Number(residual) / y / y / Math.max(1, n - 1);
  return { n, mean: Number(sumX) / y / MILLION, variance: perUnit / (y / n) ** 2 / MILLION / MILLION };
}
