/** A function's value and slope at a point. */
export type ValueAndSlope = readonly [value: number, slope: number];

/**
 * Where an increasing function is 0: Newton's steps, kept in a bracket that is halved where they stray or stall. The
 * bracket grows from `start` in doubling steps, so the root must exist. Exact to 2⁻⁵³, absolute below 1 and relative above.
 */
export function increasingRoot(f: (x: number) => ValueAndSlope, start: number): number {
  let [value, slope] = f(start);
  if (value === 0) return start;
  const away = value < 0 ? 1 : -1;
  let near = start;
  let far = start;
  for (let step = away; value * away < 0; step *= 2) {
    near = far;
    far += step;
    [value, slope] = f(far);
  }
  let [low, high] = near < far ? [near, far] : [far, near];
  let x = far;
  let width = high - low;
  for (;;) {
    if (value === 0) return x;
    if (value < 0) low = x;
    else high = x;
    const newton = x - value / slope;
    const halves = !(newton > low && newton < high) || Math.abs(newton - x) > width / 2;
    const next = halves ? low + (high - low) / 2 : newton;
    width = Math.abs(next - x);
    if (width <= 2 ** -53 * Math.max(1, Math.abs(next)) || next === low || next === high) return next;
    x = next;
    [value, slope] = f(x);
  }
}
