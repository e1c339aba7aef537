/** So near the next convergent, the fraction is taken to have converged. */
const ENOUGH = 2 ** -53;
/** From here on what follows changes nothing, and its reciprocals soon have no place in a double. */
const HUGE = 1e150;
/** Stands in for a denominator of 0. */
const TINY = 1e-300;

/**
 * b₀ + a₁/(b₁ + a₂/(b₂ + …)), with `b` of 0, 1, … and `a` of 1, 2, …: Lentz's method as modified by Thompson and
 * Barnett (1986, J. Comput. Phys. 64, 490–509).
 */
export function continuedFraction(a: (k: number) => number, b: (k: number) => number): number {
  let value = b(0) || TINY;
  if (Math.abs(value) > HUGE) return value;
  let c = value;
  let d = 0;
  for (let k = 1; ; k++) {
    d = 1 / (b(k) + a(k) * d || TINY);
    c = b(k) + a(k) / c || TINY;
    const step = c * d;
    value *= step;
    // Written so that a value that is no number ends the loop as well.
    if (!(step - 1 > ENOUGH || 1 - step > ENOUGH)) return value;
  }
}
