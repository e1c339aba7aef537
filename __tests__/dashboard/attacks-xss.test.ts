import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { differing, look, plain, XSS } from '../support/xss';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test('what gets out of a page elsewhere is text on all of ours', async () => {
  const texts = XSS.slice(0, 45);
  const [attacked, usual] = [await look(browser, texts), await look(browser, plain(texts))];
  expect(attacked.complaints).toEqual([]);
  expect(usual.complaints).toEqual([]);
  expect(differing(attacked, usual)).toEqual([]);
});
