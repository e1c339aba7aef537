import { beta, momentsOfSums, normal, type Moments, type Sums } from 'gatekeeper-flags/experiments';

/*
 * Methods that the library does not offer yet, or that others offer, made from its parts here: the reference values hold
 * them, and so there is room for each.
 */

/** One arm with a covariate from before the experiment. */
export interface Adjusted {
  readonly n: number;
  readonly sumY: number;
  readonly sumY2: number;
  readonly sumX: number;
  readonly sumX2: number;
  readonly sumXY: number;
}

const centred = (n: number, sumX: number, sumY: number, sumXY: number) => sumXY - (sumX * sumY) / n;

/** CUPED (Deng, Xu, Kohavi and Walker 2013), as GrowthBook has it: θ and the correlation over both arms as one. */
export function cuped(control: Adjusted, treatment: Adjusted) {
  const total = (key: keyof Adjusted) => control[key] + treatment[key];
  const joint = (x: 'X' | 'Y', y: 'X' | 'Y', xy: keyof Adjusted) =>
    centred(total('n'), total(`sum${x}`), total(`sum${y}`), total(xy));
  const [xx, xy, yy] = [joint('X', 'X', 'sumX2'), joint('X', 'Y', 'sumXY'), joint('Y', 'Y', 'sumY2')];
  const theta = xy / xx;
  const arm = ({ n, sumY, sumY2, sumX, sumX2, sumXY }: Adjusted) => {
    const y = momentsOfSums({ n, sum: sumY, sumSquares: sumY2 });
    const x = momentsOfSums({ n, sum: sumX, sumSquares: sumX2 });
    const covariance = centred(n, sumX, sumY, sumXY) / (n - 1);
    // The variance of r y − θ x.
    const variance = (r: number) => r * r * y.variance + theta * theta * x.variance - 2 * r * theta * covariance;
    return { unadjusted: y, adjusted: { n, mean: y.mean - theta * x.mean, variance: variance(1) }, variance };
  };
  const [c, t] = [arm(control), arm(treatment)];
  // A lift is relative to the control's mean as it was, with which its adjusted mean varies.
  const ratio = t.unadjusted.mean / c.unadjusted.mean;
  const seLift = Math.sqrt(t.variance(1) / treatment.n + c.variance(ratio) / control.n) / c.unadjusted.mean;
  return { theta, corr: xy / Math.sqrt(xx * yy), control: c, treatment: t, seLift };
}

/** R's quantile, type 7. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)]!;
  return below + (at % 1) * (sorted[Math.ceil(at)]! - below);
}

/** The sums of values capped at both ends. */
export function winsorised(values: readonly number[], lowest: number, highest: number): Sums {
  const capped = values.map((value) => Math.min(highest, Math.max(lowest, value)));
  const sum = (of: (value: number) => number) => capped.reduce((all, value) => all + of(value), 0);
  return { n: values.length, sum: sum((value) => value), sumSquares: sum((value) => value * value) };
}

/** P(treatment > control) of two Beta posteriors, the treatment's first shape being whole (Evan Miller 2015). */
export function betaBinomialChance(control: readonly [number, number], treatment: readonly [number, number]): number {
  const [a, b] = control;
  const [c, d] = treatment;
  let sum = 0;
  for (let i = 0; i < c; i++) {
    sum += Math.exp(beta.logBeta(a + i, b + d) - Math.log(d + i) - beta.logBeta(1 + i, d) - beta.logBeta(a, b));
  }
  return sum;
}

/** Upper z bounds that spend `spent[k]` of the error in all by look k (Lan and DeMets 1983; Armitage et al. 1969). */
export function groupSequentialBounds(fractions: readonly number[], spent: readonly number[]): number[] {
  const points = 1000;
  const bounds: number[] = [];
  // The Brownian motion at the last look, where it has not crossed: [place, density × Simpson's weight].
  let alive: [number, number][] = [[0, 1]];
  fractions.forEach((fraction, look) => {
    const sd = Math.sqrt(fraction - (fractions[look - 1] ?? 0));
    const toSpend = spent[look]! - (spent[look - 1] ?? 0);
    const crossing = (z: number) =>
      alive.reduce((sum, [x, weight]) => sum + weight * normal.sf((z * Math.sqrt(fraction) - x) / sd), 0);
    let [low, high] = [0, 10];
    while (high - low > 1e-9) {
      const middle = (low + high) / 2;
      if (crossing(middle) > toSpend) low = middle;
      else high = middle;
    }
    bounds.push(low);
    const [start, end] = [-8 * Math.sqrt(fraction), low * Math.sqrt(fraction)];
    const step = (end - start) / points;
    alive = Array.from({ length: points + 1 }, (_, i) => {
      const place = start + i * step;
      const density = alive.reduce((sum, [x, weight]) => sum + (weight * normal.pdf((place - x) / sd)) / sd, 0);
      return [place, (density * step * (i === 0 || i === points ? 1 : i % 2 ? 4 : 2)) / 3] as [number, number];
    });
  });
  return bounds;
}

/** Statsig's mixture sequential probability ratio test of treatment − control, as their documentation has it. */
export function statsigSequence(control: Moments, treatment: Moments, alpha: number) {
  const critical = normal.quantile(1 - alpha / 2);
  const diff = treatment.mean - control.mean;
  const V = control.variance / control.n + treatment.variance / treatment.n;
  const tau = (critical ** 2 * (control.variance + treatment.variance)) / (control.n + treatment.n);
  const zStar = Math.sqrt(((V + tau) / tau) * (-2 * Math.log(alpha / 2) - Math.log(V / (V + tau))));
  const half = zStar * Math.sqrt(V);
  const pValue = 2 * normal.sf((Math.abs(diff) / Math.sqrt(V)) * (critical / zStar));
  return { diff, V, tau, zStar, ci: [diff - half, diff + half], pValue };
}
