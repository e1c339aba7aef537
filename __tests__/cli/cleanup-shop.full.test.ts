import {
  cleanUp,
  commit,
  copyOfShop,
  everyDirection,
  seen,
  stepsTo,
  typeErrors,
  failedTests,
} from '../support/cleaned-shop';

jest.setTimeout(5 * 60_000);

test.each(everyDirection)('the shop without %s answers as with everybody at %s', async (flag, keep) => {
  const steps = stepsTo([flag, keep]);
  const folder = copyOfShop();
  const before = await seen(folder, steps);
  for (const step of steps) {
    cleanUp(folder, step);
    commit(folder);
    expect(cleanUp(folder, step)).toContain('Nothing to do');
  }
  expect(typeErrors(folder)).toBe('');
  expect(failedTests(folder)).toBe('');
  expect(await seen(folder, steps)).toEqual(before);
});
