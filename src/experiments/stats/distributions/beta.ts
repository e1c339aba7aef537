import { checkPositive, checkProbability } from '../check';
import { betaLogit, betaTails, logBeta } from './beta-tails';
import type { Tails } from './tails';

function tailsOf(x: number, a: number, b: number): Tails {
  checkProbability('x', x);
  checkPositive('a', a);
  checkPositive('b', b);
  return betaTails(a, b, x, 1 - x);
}

function quantile(p: number, a: number, b: number): number {
  checkProbability('p', p);
  checkPositive('a', a);
  checkPositive('b', b);
  return p === 0 || p === 1 ? p : 1 / (1 + Math.exp(-betaLogit(a, b, p, 1 - p)));
}

/** The beta distribution, with any shapes above 0. */
export const beta = {
  /** P(X ≤ x): the regularised incomplete beta function I_x(a, b). */
  cdf: (x: number, a: number, b: number): number => Math.exp(tailsOf(x, a, b).logLower),
  /** P(X > x), to full relative precision in the far tail. */
  sf: (x: number, a: number, b: number): number => Math.exp(tailsOf(x, a, b).logUpper),
  /** ln P(X ≤ x), also where P itself is too small for a double. */
  logCdf: (x: number, a: number, b: number): number => tailsOf(x, a, b).logLower,
  /** ln P(X > x), also where P itself is too small for a double. */
  logSf: (x: number, a: number, b: number): number => tailsOf(x, a, b).logUpper,
  /** The x with P(X ≤ x) = p. */
  quantile,
  /** ln B(a, b), the logarithm of the beta function. */
  logBeta: (a: number, b: number): number => (checkPositive('a', a), checkPositive('b', b), logBeta(a, b)),
};
