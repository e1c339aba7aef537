import { logGammaKernel } from './gamma-tails';
import { normal } from './normal';

/** Terms of the sum below this share of it are left out. */
const NEGLIGIBLE = 1e-18;

/**
 * P(T > c) for the noncentral t with `df` degrees of freedom: the mean of Φ(shift − c S) over S² ~ χ²/df (Johnson, Kotz
 * and Balakrishnan 1995, ch. 31). The trapezium rule over ln χ², where the integrand is smooth and dies out on both
 * sides, converges faster than any power of its step (Trefethen and Weideman 2014).
 */
export function noncentralTSf(c: number, df: number, shift: number): number {
  const a = df / 2;
  const step = 0.25 * Math.min(1, 1 / Math.sqrt(a));
  const at = (k: number) => {
    const x = a * Math.exp(k * step);
    const density = Math.exp(logGammaKernel(a, x));
    return { weight: density, term: density * normal.cdf(shift - c * Math.sqrt(x / a)) };
  };
  let sum = at(0).term;
  for (const side of [1, -1]) {
    for (let k = side; ; k += side) {
      const { weight, term } = at(k);
      sum += term;
      if (weight < NEGLIGIBLE) break;
    }
  }
  return sum * step;
}
