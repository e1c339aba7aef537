import { deviance, stirlingError } from './stirling';

/** ln P(X = k) for a binomial of n tries that succeed with probability p = 1 − q (Loader 2000). */
export function logBinomialPmf(k: number, n: number, p: number, q: number): number {
  if (k === 0) return n * Math.log(q);
  if (k === n) return n * Math.log(p);
  const error = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  return error - deviance(k, n * p) - deviance(n - k, n * q) + 0.5 * Math.log(n / (2 * Math.PI) / k / (n - k));
}
