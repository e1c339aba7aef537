import { continuedFraction } from './continued-fraction';
import { increasingRoot } from './root';
import { deviance, stirlingError } from './stirling';
import { fromLower, fromUpper, type Tails } from './tails';

/** Below it the first term of the power series is all, and x itself may be 0 for being too small for a double. */
const TINY = 1e-290;

/** ln B(a, b), for a and b > 0, by Stirling's terms: nothing large is subtracted from anything large. */
export function logBeta(a: number, b: number): number {
  const n = a + b;
  const main = 0.5 * Math.log((2 * Math.PI * n) / a / b) + a * Math.log(a / n) + b * Math.log(b / n);
  return main + stirlingError(a) + stirlingError(b) - stirlingError(n);
}

/** ln(x^a y^b / B(a, b)) with y = 1 − x (Loader 2000): the density times xy. */
export function logBetaKernel(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const main = 0.5 * Math.log((a * (b / n)) / (2 * Math.PI)) - deviance(a, n * x) - deviance(b, n * y);
  return main + stirlingError(n) - stirlingError(a) - stirlingError(b);
}

/**
 * The beta distribution below and above x, where y = 1 − x, and where it matters ln(x/y), are given as well, so that
 * neither end loses digits. The continued fraction of Didonato and Morris (1992, ACM TOMS 18, algorithm 708) on whichever side of the mean x lies.
 */
export function betaTails(a: number, b: number, x: number, y: number, logit = Math.log(x / y)): Tails {
  if (x < TINY) return fromLower(a * logit - Math.log(a) - logBeta(a, b));
  if (y < TINY) return fromUpper(-b * logit - Math.log(b) - logBeta(a, b));
  const kernel = logBetaKernel(a, b, x, y);
  // How far x lies below the mean, as a − (a + b) x; from the smaller of x and y, which has the digits.
  const below = x < y ? a - (a + b) * x : (a + b) * y - b;
  return below >= 0
    ? fromLower(kernel - Math.log(lowerFraction(a, b, x, y, below)))
    : fromUpper(kernel - Math.log(lowerFraction(b, a, y, x, -below)));
}

function lowerFraction(a: number, b: number, x: number, y: number, below: number): number {
  return continuedFraction(
    (k) => ((a + k - 1) / (a + 2 * k - 1)) * ((a + b + k - 1) / (a + 2 * k - 1)) * k * (b - k) * x * x,
    (k) =>
      k + (k === 0 ? 0 : (k * (b - k) * x) / (a + 2 * k - 1)) + ((a + k) * (below + 1 + k * (1 + y))) / (a + 2 * k + 1),
  );
}

/** ln(x / (1 − x)) of the x whose lower tail is p and upper tail q, the smaller of which counts; sought from `start` on. */
export function betaLogit(a: number, b: number, p: number, q: number, start = Math.log(a / b)): number {
  const f = (logit: number) => {
    const [x, y] = [1 / (1 + Math.exp(-logit)), 1 / (1 + Math.exp(logit))];
    const { logLower, logUpper } = betaTails(a, b, x, y, logit);
    const kernel = logBetaKernel(a, b, x, y);
    return p <= q
      ? ([logLower - Math.log(p), Math.exp(kernel - logLower)] as const)
      : ([Math.log(q) - logUpper, Math.exp(kernel - logUpper)] as const);
  };
  return increasingRoot(f, start);
}
