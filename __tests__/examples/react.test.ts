import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { startExample } from '../support/start-example';

let url: string;
let browser: Browser;
let window: BrowserContext;
beforeAll(async () => {
  [{ url }, browser] = await Promise.all([startExample('react'), launchChromium()]);
}, 120_000);
afterAll(() => browser?.close());
beforeEach(async () => {
  window = await browser.newContext({ viewport: { width: 390, height: 844 } });
  window.setDefaultTimeout(15_000);
});
afterEach(() => window.close());

/** Opens a page once it is hydrated; what its console complains about is kept. */
async function open(path = '/'): Promise<{ page: Page; complaints: string[] }> {
  const page = await window.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
  // It listens for changes as soon as it runs.
  await Promise.all([path === '/' && page.waitForRequest(/\/flags\/events$/), page.goto(url + path)]);
  return { page, complaints };
}

const plan = (page: Page) => page.getByRole('heading', { name: 'Pick your seats on the plan' });
const list = (page: Page) => page.getByRole('group', { name: 'Row C' });
const said = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor();

test('the server renders the page with its flags, and tells the browser nothing else', async () => {
  const html = await (await fetch(url)).text();
  expect(html).toContain('Pick your seats on the plan');
  expect(html).toContain('"flags":{"SEAT_PICKER":["PLAN"],"HOUSE_NOTICE":["NONE"]}');
  expect(html).not.toMatch(/LATE_TRAIN|everybody|rollout/);
});

test('what is killed on the dashboard changes the open pages, which keep what was picked, and comes back', async () => {
  const tabs = [await open(), await open()];
  const { page, complaints } = tabs[0]!;
  await page.getByRole('button', { name: 'Row C, seat 4' }).click();
  const { page: staff } = await open('/gatekeeper/flags/SEAT_PICKER');
  await staff.getByLabel(/^Why kill/).fill('the plan is wrong');
  await staff.getByRole('button', { name: /^Kill/ }).click();
  await said(staff, 'Killed, for everybody.');
  for (const tab of tabs) await list(tab.page).waitFor();
  expect(await list(page).getByLabel('4', { exact: true }).isChecked()).toBe(true);
  await page.getByText('36 €', { exact: true }).last().waitFor();

  await staff.getByLabel(/^Why restore/).fill('it was not');
  await staff.getByRole('button', { name: /^Restore/ }).click();
  await said(staff, 'Restored.');
  for (const tab of tabs) await plan(tab.page).waitFor();
  expect(await page.getByRole('button', { name: 'Row C, seat 4' }).getAttribute('aria-pressed')).toBe('true');
  expect([...complaints, ...tabs[1]!.complaints]).toEqual([]);
});

test('offline, the page goes on with the flags that it has', async () => {
  const { page } = await open();
  await window.setOffline(true);
  await page.getByRole('button', { name: 'Row D, seat 1,' }).click();
  await page.getByText('36 €', { exact: true }).waitFor();
  await plan(page).waitFor();
});

test('it fits a phone', async () => {
  const { page } = await open();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
