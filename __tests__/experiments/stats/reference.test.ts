import reference from '../../data/stats-reference.json';
import { answers } from '../../support/statistics-reference';

/** A number is right within the case's tolerance of the expected one; `null` stands for "not computable". */
function mistakes(got: unknown, want: unknown, relTol: number, path: string): string[] {
  if (typeof want === 'number') {
    const near = typeof got === 'number' && Math.abs(got - want) <= relTol * Math.max(Math.abs(want), 1e-12);
    return near ? [] : [`${path}: ${String(got)}, not ${want}`];
  }
  if (typeof want !== 'object' || want === null) return got === want ? [] : [`${path}: ${String(got)}, not ${want}`];
  return Object.entries(want).flatMap(([key, part]) =>
    mistakes((got as Record<string, unknown>)?.[key], part, relTol, `${path}.${key}`),
  );
}

test('there are 88 cases, each with its own name', () => {
  expect(new Set(reference.cases.map(({ id }) => id)).size).toBe(88);
});

test.each(reference.cases.map((one) => [one.id, one] as const))('%s', (_, { category, input, expected, relTol }) => {
  const got = answers[category as keyof typeof answers](input as never, expected as never);
  expect(mistakes(got, expected, relTol, category)).toEqual([]);
});
