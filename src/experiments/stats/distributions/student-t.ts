import { checkFinite, checkPositive, checkProbability } from '../check';
import { betaLogit, betaTails } from './beta-tails';
import { normal } from './normal';
import { logOneMinusExp } from './tails';

/** ln P(|T| > |t|) = ln I_x(df/2, ½) with x = df/(df + t²) (DLMF 8.17; Abramowitz and Stegun 26.7.1). */
function logTwoSided(t: number, df: number): number {
  checkFinite('t', t);
  checkPositive('df', df);
  const r = Math.abs(t) / Math.sqrt(df);
  const [x, y] = r < 1 ? [1 / (1 + r * r), (r * r) / (1 + r * r)] : [1 / r / (1 / r + r), r / (1 / r + r)];
  return betaTails(df / 2, 0.5, x, y, -2 * Math.log(r)).logLower;
}

function logSf(t: number, df: number): number {
  const tail = logTwoSided(t, df) - Math.LN2;
  return t >= 0 ? tail : logOneMinusExp(tail);
}

function quantile(p: number, df: number): number {
  checkProbability('p', p);
  checkPositive('df', df);
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  // x = df/(df + t²) is beta-distributed; ln(y/x) = ln(t²/df) keeps the digits of both ends.
  const start = Math.log(normal.quantile(tail) ** 2 / df);
  const logit = betaLogit(0.5, df / 2, 1 - 2 * tail, 2 * tail, start);
  return Math.sign(p - 0.5) * Math.sqrt(df) * Math.exp(logit / 2);
}

/** Student's t distribution; degrees of freedom are any number above 0. */
export const studentT = {
  /** P(T ≤ t), to full relative precision in the lower tail. */
  cdf: (t: number, df: number): number => Math.exp(logSf(-t, df)),
  /** P(T > t), to full relative precision in the upper tail. */
  sf: (t: number, df: number): number => Math.exp(logSf(t, df)),
  /** ln P(T ≤ t), also where P itself is too small for a double. */
  logCdf: (t: number, df: number): number => logSf(-t, df),
  /** ln P(T > t), also where P itself is too small for a double. */
  logSf,
  /** ln P(|T| > |t|): the logarithm of the two-sided p-value. */
  logTwoSided,
  /** The t with P(T ≤ t) = p; ±Infinity at 0 and 1. */
  quantile,
};
