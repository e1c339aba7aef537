import { checkProbability } from './check';

/** p-values adjusted for being several, in the order given: each below alpha is significant among all of them. */
type Adjust = (pValues: readonly number[]) => number[];

/** Holm's adjustment: at most alpha for even one false call among all (Holm 1979, Scand. J. Stat. 6, 65–70). */
export const holm: Adjust = (pValues) => {
  let least = 0;
  return inOrder(pValues, ascending, (p, rank, count) => (least = Math.max(least, Math.min(1, (count - rank) * p))));
};

/**
 * Benjamini and Hochberg's adjustment: at most alpha of the calls are expected to be false (1995, JRSS B 57, 289–300).
 */
export const benjaminiHochberg: Adjust = (pValues) => {
  let most = 1;
  return inOrder(pValues, descending, (p, rank, count) => (most = Math.min(most, (count / (count - rank)) * p)));
};

const ascending = (a: number, b: number) => a - b;
const descending = (a: number, b: number) => b - a;

function inOrder(
  pValues: readonly number[],
  compare: (a: number, b: number) => number,
  adjust: (p: number, rank: number, count: number) => number,
): number[] {
  pValues.forEach((p) => checkProbability('a p-value', p));
  const adjusted = new Array<number>(pValues.length);
  pValues
    .map((p, index) => ({ p, index }))
    .sort((a, b) => compare(a.p, b.p))
    .forEach(({ p, index }, rank) => (adjusted[index] = adjust(p, rank, pValues.length)));
  return adjusted;
}
