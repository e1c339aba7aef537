/** Values beyond are refused: what is a million times as large has no digits left. */
const MOST = 1e12;

/** A value in whole millionths, so that sums have no rounding; undefined where it is no finite number, or too large. */
export function inMillionths(value: number): bigint | undefined {
  return typeof value === 'number' && Math.abs(value) <= MOST ? BigInt(Math.round(value * 1e6)) : undefined;
}
