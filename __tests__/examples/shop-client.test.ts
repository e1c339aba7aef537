import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { loggedIn, startShop } from '../support/example-shop';

let url: string;
let browser: Browser;
beforeAll(async () => {
  [{ url }, browser] = await Promise.all([startShop(), launchChromium()]);
}, 120_000);
afterAll(() => browser?.close());

test('a pot is found while one types, until staff switch that off: in the open page, and for good', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
  await page.goto(url);
  const field = page.getByRole('searchbox', { name: 'Find a pot' });
  const pots = page.locator('#pots').getByRole('link').filter({ visible: true });
  const all = await pots.count();
  await field.fill('TEAPOT');
  expect(await pots.count()).toBe(1);
  await field.fill('bicycle');
  await page.getByText('Nothing like that on this month’s shelf.').waitFor();
  expect(await pots.count()).toBe(0);

  const ada = await loggedIn(url, 1);
  await ada.act('kill', { flag: 'SHELF_SEARCH', reason: 'it finds bicycles' });
  await field.waitFor({ state: 'hidden' });
  expect(await pots.count()).toBe(all);
  await page.reload();
  expect(await field.count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('the browser is told of that flag, and of no other', async () => {
  const home = await (await fetch(url)).text();
  const [, told] = /id="gatekeeper">(.*?)<\/script>/.exec(home)!;
  expect(Object.keys(JSON.parse(told!).flags)).toEqual(['SHELF_SEARCH']);
});
