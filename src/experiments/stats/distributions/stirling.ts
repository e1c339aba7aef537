/**
 * δ(z) = ln Γ(z) − ((z − ½) ln z − z + ½ ln 2π), for z > 0: what Stirling's main term leaves out. The asymptotic series
 * (DLMF 5.11.1) from 16 on; below, by δ(z) = δ(z + 1) + (z + ½) ln(1 + 1/z) − 1.
 */
export function stirlingError(z: number): number {
  let sum = 0;
  for (; z < 16; z++) sum += (z + 0.5) * Math.log1p(1 / z) - 1;
  const s = 1 / (z * z);
  const series = 1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))));
  return sum + series / z;
}

/**
 * k ln(k/m) + m − k for k ≥ 0 and m > 0, half the deviance of a Poisson count k with mean m, without the cancellation
 * near k = m (Loader 2000, "Fast and accurate computation of binomial probabilities").
 */
export function deviance(k: number, m: number): number {
  if (k === 0) return m;
  const v = (k - m) / (k + m);
  if (Math.abs(v) > 0.1) return k * Math.log(k / m) + m - k;
  let sum = (k - m) * v;
  let term = 2 * k * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}
