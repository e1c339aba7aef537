import { continuedFraction } from './continued-fraction';
import { deviance, stirlingError } from './stirling';
import { fromLower, fromUpper, type Tails } from './tails';

/** ln(x^a e^(−x) / Γ(a)), for a and x > 0 (Loader 2000). */
export function logGammaKernel(a: number, x: number): number {
  return 0.5 * Math.log(a / (2 * Math.PI)) - deviance(a, x) - stirlingError(a);
}

/**
 * The gamma distribution of shape a below and above x ≥ 0: the power series below the mean (DLMF 8.7.1, after Kummer),
 * the continued fraction above (DLMF 8.9.2).
 */
export function gammaTails(a: number, x: number): Tails {
  if (x === 0) return { logLower: -Infinity, logUpper: 0 };
  if (x === Infinity) return { logLower: 0, logUpper: -Infinity };
  const kernel = logGammaKernel(a, x);
  if (x < a + 1) {
    let sum = 1;
    let term = 1;
    for (let k = a + 1; term > sum * 2 ** -54; k++) sum += term *= x / k;
    return fromLower(kernel - Math.log(a) + Math.log(sum));
  }
  const fraction = continuedFraction(
    (k) => k * (a - k),
    (k) => x - a + 2 * k + 1,
  );
  return fromUpper(kernel - Math.log(fraction));
}
