import { cleanUp, commit, copyOfShop, failedTests, seen, stepsTo, typeErrors } from '../support/cleaned-shop';

// All flags of the shop, in each direction: cleanup-shop.full.test.ts.
test('the shop without WISHLIST answers as with everybody at HIDDEN, and passes its own tests', async () => {
  const steps = stepsTo(['WISHLIST', 'HIDDEN']);
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
