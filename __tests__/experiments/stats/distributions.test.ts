import stdlibBetaCdf from '@stdlib/stats-base-dists-beta-cdf';
import stdlibBetaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import stdlibChiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import stdlibChiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import stdlibNormalCdf from '@stdlib/stats-base-dists-normal-cdf';
import stdlibNormalLogCdf from '@stdlib/stats-base-dists-normal-logcdf';
import stdlibTCdf from '@stdlib/stats-base-dists-t-cdf';
import stdlibTQuantile from '@stdlib/stats-base-dists-t-quantile';
import fc from 'fast-check';
import { beta, chiSquare, normal, studentT } from 'gatekeeper-flags/experiments';
import { holdsFor } from '../../support/property';

const DF = [1, 1.5, 2, 3, 4.7, 10, 29.7, 100, 998.4, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const T = [-36, -20, -10, -6, -4, -2.5, -1.96, -1.4, -1, -0.3, -0.01, 0, 0.01, 0.3, 1, 1.4, 1.96, 2.5, 4, 6, 10];
const P = [1e-20, 1e-8, 1e-3, 0.025, 0.1, 0.3, 0.5, 0.6, 0.9, 0.975, 0.9999];
const SHAPES = [0.5, 1, 2, 7.3, 100, 1e4, 1e6];

/** All pairs of both. */
const pairs = <A, B>(some: readonly A[], others: readonly B[]) =>
  some.flatMap((a) => others.map((b) => [a, b] as const));
/** How far apart, relative to the second; 0 where they are the same, infinities included. */
const apart = (got: number, want: number) => (Object.is(got, want) || got === want ? 0 : Math.abs(got / want - 1));

/** Those of a grid whose values are not as near as they should be. */
function off(
  grid: readonly (readonly number[])[],
  ours: (...args: number[]) => number,
  theirs: (...args: number[]) => number,
  tolerance: number,
) {
  expect(grid.length).toBeGreaterThan(0);
  return grid
    .map((args) => ({ args, ours: ours(...args), theirs: theirs(...args) }))
    .filter((one) => !(apart(one.ours, one.theirs) <= tolerance));
}

describe('as @stdlib has it, over a grid', () => {
  const normals = [...T, -37, -30, 8].map((x) => [x]);

  test('normal cdf', () => {
    expect(off(normals, normal.cdf as never, (x) => stdlibNormalCdf(x!, 0, 1), 1e-12)).toEqual([]);
  });
  test('normal log cdf', () => {
    const far = [...normals, [-1e3], [-1e6]];
    expect(off(far, normal.logCdf as never, (x) => stdlibNormalLogCdf(x!, 0, 1), 1e-12)).toEqual([]);
  });
  test('t cdf', () => {
    expect(off(pairs(T, DF), studentT.cdf as never, stdlibTCdf as never, 1e-12)).toEqual([]);
  });
  test('t quantile', () => {
    expect(off(pairs(P, DF), studentT.quantile as never, stdlibTQuantile as never, 1e-9)).toEqual([]);
  });
  // From 10,000 degrees of freedom on @stdlib's is off by up to 1 % near the mean: see "sums of Poisson terms".
  const small = DF.filter((df) => df < 1e4);
  test('chi-square cdf', () => {
    const grid = pairs([0.01, 0.1, 0.5, 0.9, 1, 1.01, 1.1, 1.5, 3], small).map(([ratio, df]) => [ratio * df, df]);
    expect(off(grid, chiSquare.cdf as never, stdlibChiSquareCdf as never, 1e-12)).toEqual([]);
  });
  test('chi-square quantile', () => {
    expect(off(pairs(P, small), chiSquare.quantile as never, stdlibChiSquareQuantile as never, 1e-11)).toEqual([]);
  });
  test('beta cdf', () => {
    const grid = pairs(pairs(SHAPES, SHAPES), [0.01, 0.3, 0.9, 1, 1.05]).map(([[a, b], ratio]) => {
      return [Math.min(0.999, (ratio * a) / (a + b)), a, b];
    });
    // @stdlib's own error: at x = ½ and both shapes 1e6, where ½ is exact, it is off by 4e-11.
    expect(off(grid, beta.cdf as never, stdlibBetaCdf as never, 1e-10)).toEqual([]);
  });
  test('beta quantile', () => {
    const grid = pairs(P.slice(0, -1), pairs(SHAPES, SHAPES)).map(([p, shapes]) => [p, ...shapes]);
    expect(off(grid, beta.quantile as never, stdlibBetaQuantile as never, 1e-9)).toEqual([]);
  });
});

describe('as closed forms have it', () => {
  test.each([1e-300, 1e-12, 0.3, 1, 40, 1e8, 1e160, 1e300])('t with 1 degree of freedom at %d', (t) => {
    expect(apart(studentT.sf(t, 1), Math.atan(1 / t) / Math.PI)).toBeLessThan(1e-12);
  });
  test.each([1e-300, 1e-12, 0.3, 1, 40, 1e8, 1e150])('t with 2 degrees of freedom at %d', (t) => {
    const root = Math.hypot(t, Math.SQRT2);
    expect(apart(studentT.sf(t, 2), 1 / root / (root + t))).toBeLessThan(1e-12);
  });
  test.each([1e-300, 1e-5, 1, 60, 1300])('chi-square with 2 degrees of freedom at %d', (x) => {
    expect(apart(chiSquare.sf(x, 2), Math.exp(-x / 2))).toBeLessThan(1e-12);
    expect(apart(chiSquare.cdf(x, 2), -Math.expm1(-x / 2))).toBeLessThan(1e-12);
  });
  test.each([1e-300, 1e-9, 0.2, 0.999])('beta with one shape of 1 at %d', (x) => {
    for (const shape of [0.3, 1, 8, 1e5]) {
      expect(Math.abs(beta.logCdf(x, shape, 1) - shape * Math.log(x))).toBeLessThan(
        1e-11 * Math.max(1, -shape * Math.log(x)),
      );
      expect(Math.abs(beta.logSf(x, 1, shape) - shape * Math.log1p(-x))).toBeLessThan(1e-11 * Math.max(1, shape));
    }
  });
  test.each([10, 1_000, 20_000])(
    'sums of Poisson terms are the chi-square of twice as many degrees as terms: %d',
    (k) => {
      for (const ratio of [0.9, 1, 1.1]) {
        const mean = k * ratio;
        // From the largest term downwards, so that nothing is lost.
        let [sum, term] = [0, 1];
        for (let i = k - 1; i >= 0 && term > 1e-30; i--) {
          sum += term;
          term *= i / mean;
        }
        const largest = (k - 1) * Math.log(mean) - mean - logFactorial(k - 1);
        expect(Math.abs(chiSquare.logSf(2 * mean, 2 * k) - largest - Math.log(sum))).toBeLessThan(1e-8);
      }
    },
  );
  test.each([1e5, 1e7, 1e9])('chi-square with %d degrees of freedom is near Wilson and Hilferty’s cube', (df) => {
    for (const z of [-6, -1, 0, 2, 6]) {
      const x = df * (1 - 2 / (9 * df) + z * Math.sqrt(2 / (9 * df))) ** 3;
      expect(apart(chiSquare.sf(x, df), normal.sf(z))).toBeLessThan(100 / df);
    }
  });
  test.each([7, 1e3, 1e6, 1e9])('beta with both shapes %d has its median at ½', (shape) => {
    expect(apart(beta.cdf(0.5, shape, shape), 0.5)).toBeLessThan(1e-12);
    expect(beta.quantile(0.5, shape, shape)).toBeCloseTo(0.5, 14);
  });
  test('normal quantiles far out', () => {
    // From mpmath's erfinv at 50 digits: Φ⁻¹(1e-100), Φ⁻¹(1e-300).
    expect(apart(normal.quantile(1e-100), -21.273453560965332)).toBeLessThan(1e-14);
    expect(apart(normal.quantile(1e-300), -37.0470962993612)).toBeLessThan(1e-14);
  });
});

/** Σ ln i. */
function logFactorial(n: number) {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}

describe('whatever the arguments', () => {
  const df = fc.double({ min: 0, max: 9, noNaN: true }).map((power) => 10 ** power);
  const shape = fc.double({ min: -1, max: 6, noNaN: true }).map((power) => 10 ** power);
  /** From 1e-300 to ½. */
  const tail = fc.double({ min: Math.log(1e-300), max: Math.log(0.5), noNaN: true }).map(Math.exp);
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const check = holdsFor(300);

  const families = [
    { name: 'normal', of: df.map(() => ({ cdf: normal.cdf, sf: normal.sf, quantile: normal.quantile })), x: finite },
    { name: 't', of: df.map((v) => bind(studentT, v)), x: finite },
    { name: 'chi-square', of: df.map((v) => bind(chiSquare, v)), x: finite.map(Math.abs) },
    {
      name: 'beta',
      of: fc.tuple(shape, shape).map(([a, b]) => bind(beta, a, b)),
      x: fc.double({ min: 0, max: 1, noNaN: true }),
    },
  ];

  test.each(families)('$name: cdf and sf make 1, and are never NaN', ({ of, x }) => {
    check(of, x, (dist, at) => {
      expect(dist.cdf(at) + dist.sf(at)).toBeCloseTo(1, 12);
    });
  });
  test.each(families)('$name: the cdf rises', ({ of, x }) => {
    check(of, x, x, (dist, one, other) => {
      const [low, high] = one < other ? [one, other] : [other, one];
      expect(dist.cdf(low)).toBeLessThanOrEqual(dist.cdf(high) * (1 + 1e-11));
      expect(dist.sf(high)).toBeLessThanOrEqual(dist.sf(low) * (1 + 1e-11));
    });
  });
  test.each(families)('$name: the cdf of a quantile is its probability, in the far tail as well', ({ of }) => {
    check(of, tail, (dist, p) => {
      const x = dist.quantile(p);
      // Where the quantile is too small for a double of full precision, or next to 1, x cannot carry p.
      if (Math.abs(x) < 1e-290 || x === 1) return;
      expect(apart(dist.cdf(x), p)).toBeLessThan(1e-8);
    });
  });
  test.each(families)('$name: quantiles rise', ({ of }) => {
    check(of, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (dist, p, q) => {
      const [low, high] = p < q ? [p, q] : [q, p];
      const [a, b] = [dist.quantile(low), dist.quantile(high)];
      expect(a <= b || apart(a, b) < 1e-11).toBe(true);
    });
  });
  test('t is symmetric, and so is beta with its shapes exchanged', () => {
    check(df, finite, (v, t) => expect(studentT.cdf(-t, v)).toBe(studentT.sf(t, v)));
    check(df, tail, (v, p) => expect(studentT.quantile(1 - p, v)).toBeCloseTo(-studentT.quantile(1 - (1 - p), v), 5));
    check(shape, shape, fc.integer({ min: 1, max: 2 ** 20 - 1 }), (a, b, k) => {
      const x = k / 2 ** 20;
      expect(Math.abs(beta.logCdf(x, a, b) - beta.logSf(1 - x, b, a))).toBeLessThan(
        1e-9 * Math.max(1, -beta.logCdf(x, a, b)),
      );
    });
  });
  test('the logarithm of a tail goes on where the tail is too small for a double', () => {
    expect(normal.sf(1e4)).toBe(0);
    expect(normal.logSf(1e4)).toBeCloseTo(-5e7 - Math.log(1e4 * Math.sqrt(2 * Math.PI)), 6);
    expect(chiSquare.logSf(1e6, 2)).toBeCloseTo(-5e5, 6);
    expect(studentT.logSf(1e300, 100)).toBeCloseTo(
      -100 * 300 * Math.LN10 + 50 * Math.log(100) - Math.log(100) - beta.logBeta(50, 0.5),
      5,
    );
  });
});

function bind<A extends number[]>(
  dist: Record<'cdf' | 'sf' | 'quantile', (x: number, ...args: A) => number>,
  ...args: A
) {
  return {
    cdf: (x: number) => dist.cdf(x, ...args),
    sf: (x: number) => dist.sf(x, ...args),
    quantile: (p: number) => dist.quantile(p, ...args),
  };
}

test.each([
  ['x must be a finite number, not NaN', () => normal.cdf(NaN)],
  ['p must be a number from 0 to 1, not 1.5', () => normal.quantile(1.5)],
  ['df must be a finite number above 0, not 0', () => studentT.cdf(1, 0)],
  ['x must be a finite number of 0 or more, not -1', () => chiSquare.sf(-1, 3)],
  ['x must be a number from 0 to 1, not 2', () => beta.cdf(2, 1, 1)],
  ['b must be a finite number above 0, not Infinity', () => beta.cdf(0.5, 1, Infinity)],
])('refused: %s', (message, call) => {
  expect(call).toThrow(expect.objectContaining({ code: 'field-invalid', message }));
});
