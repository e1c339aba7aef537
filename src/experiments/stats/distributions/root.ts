/** A function's value and slope at a point. */
export type ValueAndSlope = readonly [value: number, slope: number];

/** So many of Newton's steps are trusted before the root is between two points. */
const TRUSTED = 5;

/**
 * Where an increasing function is 0: Newton's steps, no longer than a reach that doubles until the root lies between two
 * points, then halving these where a step strays or stalls. The root must exist. Exact to 2⁻⁵⁰, absolute below 1 and
 * relative above.
 */
export function increasingRoot(f: (x: number) => ValueAndSlope, start: number): number {
  let [low, high] = [-Infinity, Infinity];
  let x = start;
  let width = Infinity;
  for (let steps = 0; ; steps++) {
    const [value, slope] = f(x);
    if (value === 0) return x;
    if (value < 0) low = x;
    else high = x;
    let next = x - value / slope;
    if (high - low === Infinity) {
      const reach = 2 ** steps;
      const trusted = steps < TRUSTED && Math.abs(next - x) <= reach;
      if (!trusted) next = value < 0 ? x + reach : x - reach;
    } else if (!(next > low && next < high) || Math.abs(next - x) > width / 2) next = low + (high - low) / 2;
    width = Math.abs(next - x);
    if (width <= 2 ** -50 * Math.max(1, Math.abs(next)) || next === low || next === high) return next;
    x = next;
  }
}
