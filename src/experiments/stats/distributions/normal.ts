import { checkFinite, checkProbability } from '../check';
import { continuedFraction } from './continued-fraction';
import { fromUpper, type Tails } from './tails';

const LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

/** e^(−x²/2), the square split so that its rounding error is not magnified in the far tail (Cody 1969). */
function bell(x: number): number {
  if (Math.abs(x) > 40) return 0;
  const head = Math.round(x * 16) / 16;
  return Math.exp((-head * head) / 2) * Math.exp((-(x - head) * (x + head)) / 2);
}

/** x + 1/(x + 2/(x + 3/(x + …))), so that the upper tail is its reciprocal times the density (Laplace; DLMF 7.9.2). */
const tailFraction = (x: number) =>
  continuedFraction(
    (k) => k,
    () => x,
  );

/** P(Z > x) for x ≥ 0. */
function upper(x: number): number {
  if (x >= 2) return bell(x) / Math.sqrt(2 * Math.PI) / tailFraction(x);
  // Φ(x) − ½ = φ(x) (x + x³/3 + x⁵/(3·5) + …): DLMF 7.6.2.
  let sum = x;
  let term = x;
  for (let k = 3; term > sum * 2 ** -54; k += 2) sum += term *= (x * x) / k;
  return 0.5 - (bell(x) / Math.sqrt(2 * Math.PI)) * sum;
}

function tailsOf(x: number): Tails {
  const distance = Math.abs(x);
  const log =
    distance < 2
      ? Math.log(upper(distance))
      : -(distance * distance) / 2 - LOG_SQRT_2_PI - Math.log(tailFraction(distance));
  const { logLower, logUpper } = fromUpper(log);
  return x >= 0 ? { logLower, logUpper } : { logLower: logUpper, logUpper: logLower };
}

function cdf(x: number): number {
  checkFinite('x', x);
  return x > 0 ? 1 - upper(x) : upper(-x);
}

// Coefficients of algorithm AS 241, highest power first.
// prettier-ignore
const CENTRE = [
  [2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608],
  [5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1],
] as const;
// prettier-ignore
const MIDDLE = [
  [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1],
] as const;
// prettier-ignore
const FAR = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720],
  [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1],
] as const;

function rational([top, bottom]: readonly [readonly number[], readonly number[]], x: number): number {
  const horner = (coefficients: readonly number[]) => coefficients.reduce((sum, next) => sum * x + next, 0);
  return horner(top) / horner(bottom);
}

function quantile(p: number): number {
  checkProbability('p', p);
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * rational(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  if (r === Infinity) return q < 0 ? -Infinity : Infinity;
  return Math.sign(q) * (r <= 5 ? rational(MIDDLE, r - 1.6) : rational(FAR, r - 5));
}

/** The standard normal distribution. */
export const normal = {
  /** P(Z ≤ x), to full relative precision in the lower tail. */
  cdf,
  /** P(Z > x), to full relative precision in the upper tail. */
  sf: (x: number): number => cdf(-x),
  /** ln P(Z ≤ x), also where P itself is too small for a double. */
  logCdf: (x: number): number => (checkFinite('x', x), tailsOf(x).logLower),
  /** ln P(Z > x), also where P itself is too small for a double. */
  logSf: (x: number): number => (checkFinite('x', x), tailsOf(x).logUpper),
  /** The density at x. */
  pdf: (x: number): number => (checkFinite('x', x), bell(x) / Math.sqrt(2 * Math.PI)),
  /** The x with P(Z ≤ x) = p; ±Infinity at 0 and 1. Wichura (1988), algorithm AS 241, PPND16. */
  quantile,
};
