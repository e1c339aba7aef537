import { normal } from './distributions/normal';
import { studentT } from './distributions/student-t';

/** A p-value. `p` is never 0: what is too small for a double is the smallest one. `logP` is ln p, and has no such end. */
export interface PValue {
  readonly p: number;
  readonly logP: number;
}

/** Lower and upper end. */
export type Interval = readonly [lower: number, upper: number];

/** From its natural logarithm. */
export function pValue(log: number): PValue {
  const logP = Math.min(0, log);
  return { p: Math.max(Math.exp(logP), Number.MIN_VALUE), logP };
}

/** Two-sided, of a statistic that is standard normal if there is no effect. */
export function twoSidedZ(z: number): PValue {
  return pValue(Math.LN2 + normal.logSf(Math.abs(z)));
}

/** Two-sided, of a statistic that has Student's t distribution if there is no effect. */
export function twoSidedT(t: number, df: number): PValue {
  return pValue(studentT.logTwoSided(t, df));
}
