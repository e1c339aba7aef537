import fc from 'fast-check';

/** What is to hold for so many drawn arguments, which are the same in every run. */
export const holdsFor =
  (numRuns: number) =>
  <T extends [unknown, ...unknown[]]>(...args: Parameters<typeof fc.property<T>>): void => {
    fc.assert(fc.property(...args), { seed: 6, numRuns });
  };
