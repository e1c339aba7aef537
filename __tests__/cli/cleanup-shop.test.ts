import {
  cleanUp,
  commit,
  copyOfShop,
  seen,
  stepsTo,
  typeErrors,
  failedTests,
  type Kept,
} from '../support/cleaned-shop';

const cases: readonly Kept[] = [
  ['PRODUCT_CARD', 'EDITORIAL'],
  ['WISHLIST', 'HIDDEN'],
];

// All flags of the shop, in each direction: cleanup-shop.full.test.ts.
test.each(cases)('the shop without %s answers as with everybody at %s', async (flag, keep) => {
  const steps = stepsTo([flag, keep]);
  const folder = copyOfShop();
  const before = await seen(folder, steps);
  for (const step of steps) {
    cleanUp(folder, step);
    commit(folder);
  }
  expect(typeErrors(folder)).toBe('');
  expect(failedTests(folder)).toBe('');
  expect(await seen(folder, steps)).toEqual(before);
});
