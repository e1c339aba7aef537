/** A seeded source of numbers in [0, 1) (mulberry32), so that what is tested with it is the same in every run. */
export function randomOf(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How likely counts at least as uneven as these are where every cell is equally likely (Pearson's chi-square test). */
export function evenness(counts: ArrayLike<number>): number {
  const cells = Array.from(counts);
  const expected = cells.reduce((sum, count) => sum + count, 0) / cells.length;
  const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquareTail(chiSquare, cells.length - 1);
}

/** How likely a table of counts, row after row, at least as uneven is where rows and columns are independent. */
export function independence(table: ArrayLike<number>, columns: number): number {
  const cells = Array.from(table);
  const rows = cells.length / columns;
  const sums = (length: number, key: (cell: number) => number) => {
    const totals = new Array<number>(length).fill(0);
    cells.forEach((count, cell) => (totals[key(cell)]! += count));
    return totals;
  };
  const ofRow = sums(rows, (cell) => Math.floor(cell / columns));
  const ofColumn = sums(columns, (cell) => cell % columns);
  const total = ofRow.reduce((sum, count) => sum + count, 0);
  const chiSquare = cells.reduce((sum, count, cell) => {
    const expected = (ofRow[Math.floor(cell / columns)]! * ofColumn[cell % columns]!) / total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return chiSquareTail(chiSquare, (rows - 1) * (columns - 1));
}

/** P(X ≥ x) of the chi-square distribution: the regularised upper incomplete gamma function, by its series or fraction. */
export function chiSquareTail(x: number, degrees: number): number {
  const [a, z] = [degrees / 2, x / 2];
  if (z <= 0) return 1;
  const scale = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-15; n++) sum += term *= z / (a + n);
    return 1 - sum * scale;
  }
  // Lentz's method.
  let b = z + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1, step = 0; Math.abs(step - 1) > 1e-15; n++) {
    const factor = n * (a - n);
    b += 2;
    d = 1 / (factor * d + b);
    c = b + factor / c;
    step = c * d;
    fraction *= step;
  }
  return fraction * scale;
}

/** Lanczos's approximation, g = 7. */
function logGamma(x: number): number {
  const series = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ].reduce((sum, coefficient, n) => sum + coefficient / (x + n), 0.9999999999998099);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

/**
 * Whether p-values look as they should where nothing is wrong: the chance of their distribution being this far from
 * uniform (Kolmogorov and Smirnov's test, Stephens's correction), and of the least being this small (Bonferroni's bound).
 */
export function family(pValues: readonly number[]): { readonly spread: number; readonly least: number } {
  const sorted = pValues.toSorted((a, b) => a - b);
  const { length } = sorted;
  const gap = Math.max(...sorted.map((p, index) => Math.max(p - index / length, (index + 1) / length - p)));
  const root = Math.sqrt(length);
  const scaled = (root + 0.12 + 0.11 / root) * gap;
  let spread = 0;
  for (let k = 1; k <= 100; k++) spread += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * scaled * scaled);
  return { spread: Math.min(1, Math.max(0, spread)), least: Math.min(1, sorted[0]! * length) };
}

/** How many standard deviations `count` of `trials` is from what `chance` lets expect. */
export function deviations(count: number, trials: number, chance: number): number {
  return Math.abs(count - trials * chance) / Math.sqrt(trials * chance * (1 - chance));
}
