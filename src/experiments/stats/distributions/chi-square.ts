import { checkNotNegative, checkPositive, checkProbability } from '../check';
import { gammaTails, logGammaKernel } from './gamma-tails';
import { increasingRoot } from './root';
import type { Tails } from './tails';

function tailsOf(x: number, df: number): Tails {
  checkNotNegative('x', x);
  checkPositive('df', df);
  return gammaTails(df / 2, x / 2);
}

function quantile(p: number, df: number): number {
  checkProbability('p', p);
  checkPositive('df', df);
  if (p === 0) return 0;
  if (p === 1) return Infinity;
  // Solved for ln(x / df), on the logarithm of the smaller tail.
  const f = (log: number) => {
    const [a, x] = [df / 2, (df / 2) * Math.exp(log)];
    const { logLower, logUpper } = gammaTails(a, x);
    const kernel = logGammaKernel(a, x);
    return p <= 0.5
      ? ([logLower - Math.log(p), Math.exp(kernel - logLower)] as const)
      : ([Math.log1p(-p) - logUpper, Math.exp(kernel - logUpper)] as const);
  };
  return df * Math.exp(increasingRoot(f, 0));
}

/** The chi-square distribution; degrees of freedom are any number above 0. */
export const chiSquare = {
  /** P(X ≤ x). */
  cdf: (x: number, df: number): number => Math.exp(tailsOf(x, df).logLower),
  /** P(X > x), to full relative precision in the far tail. */
  sf: (x: number, df: number): number => Math.exp(tailsOf(x, df).logUpper),
  /** ln P(X ≤ x). */
  logCdf: (x: number, df: number): number => tailsOf(x, df).logLower,
  /** ln P(X > x), also where P itself is too small for a double. */
  logSf: (x: number, df: number): number => tailsOf(x, df).logUpper,
  /** The x with P(X ≤ x) = p. */
  quantile,
};
