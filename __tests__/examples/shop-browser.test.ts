import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { FILLED_IN, startShop } from '../support/example-shop';

let url: string;
let browser: Browser;
beforeAll(async () => {
  [{ url }, browser] = await Promise.all([startShop({ SHOP_TODAY: '2026-11-21' }), launchChromium()]);
}, 120_000);
afterAll(() => browser?.close());

/** A page in a browser of its own, and what its console complained about. */
async function open(): Promise<{ page: Page; complaints: string[] }> {
  const page = await (
    await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
  ).newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
  return { page, complaints };
}

async function logIn(page: Page, name: string): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByRole('button', { name: new RegExp(`^${name} `) }).click();
  await page.getByRole('button', { name: `${name} · log out` }).waitFor();
}

const said = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor();

/** From the list of flags to the page of one. */
async function openFlag(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

async function toCheckout(page: Page): Promise<void> {
  await page.goto(`${url}/pots/harbour-teapot`);
  await page.getByRole('button', { name: 'Add to basket' }).click();
  await page.getByRole('link', { name: 'Check out' }).click();
  await page.getByRole('heading', { name: 'Checkout' }).waitFor();
}

test('staff override a flag, see the changed checkout, kill the payments, buy, and clear', async () => {
  const { page, complaints } = await open();
  await logIn(page, 'Ada');
  await page.getByRole('link', { name: 'Flags' }).click();
  await openFlag(page, 'ONE_PAGE_CHECKOUT');
  await page.getByRole('button', { name: 'STEPS' }).click();
  await said(page, 'Overridden, in this browser alone.');
  await toCheckout(page);
  await expect(page.getByRole('listitem').allTextContents()).resolves.toEqual(['Address', 'Delivery', 'Payment']);
  const badge = page.getByRole('complementary', { name: 'Flag overrides' });
  await expect(badge.textContent()).resolves.toContain('ONE_PAGE_CHECKOUT STEPS');

  await badge.getByRole('link', { name: 'Change' }).click();
  await page.getByRole('button', { name: 'ONE_PAGE', exact: true }).click();
  await said(page, 'Overridden, in this browser alone.');
  await page.getByRole('link', { name: 'Flags', exact: true }).click();
  await page.getByLabel('Why kill PAYMENTS').fill('the card provider is down');
  await page.getByRole('button', { name: 'Kill PAYMENTS' }).click();
  await said(page, 'Killed, for everybody.');

  await page.goto(`${url}/basket`);
  await page.getByRole('link', { name: 'Check out' }).click();
  await page.getByLabel('Name', { exact: true }).fill(FILLED_IN.name);
  await page.getByLabel('Street and number').fill(FILLED_IN.street);
  await page.getByLabel('Town').fill(FILLED_IN.city);
  await page.getByLabel('Postcode').fill(FILLED_IN.postcode);
  await page.getByLabel('Wrap it').check();
  await page.getByLabel('By invoice').check();
  await expect(page.getByLabel('Card number').count()).resolves.toBe(0);
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByRole('heading', { name: 'Diolch. Thank you, Mair.' }).waitFor();
  await expect(page.getByRole('main').textContent()).resolves.toContain('By invoice, within 14 days');

  await badge.getByRole('button', { name: 'Clear' }).click();
  await badge.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
}, 60_000);

test('staff move a percentage and list a user, and see why', async () => {
  const { page, complaints } = await open();
  const { page: cafe, complaints: others } = await open();
  const six = cafe.getByRole('button', { name: 'Six for the café' });
  const seenByGrace = async () => {
    await cafe.goto(`${url}/pots/pebble-cup`);
    return six.count();
  };
  await logIn(cafe, 'Grace');
  await expect(seenByGrace()).resolves.toBe(0);

  await logIn(page, 'Ada');
  await page.getByRole('link', { name: 'Flags' }).click();
  await openFlag(page, 'SET_OF_SIX');
  await page.getByLabel('Percent of users, growth plan').fill('31');
  await page.getByLabel('Why move growth plan').fill('a good first week');
  await page.getByRole('button', { name: 'Set' }).click();
  await said(page, 'Moved, for everybody.');
  await expect(seenByGrace()).resolves.toBe(1);
  await six.click();
  await cafe.getByRole('link', { name: 'Basket 6' }).waitFor();

  await page.getByRole('button', { name: 'Back to the code' }).click();
  await said(page, 'As the code has it again.');
  await expect(seenByGrace()).resolves.toBe(0);

  await page.getByLabel('User id').fill('1');
  await page.getByLabel('Variant for the user').selectOption('VISIBLE');
  await page.getByLabel('Why list the user').fill('to look at it');
  await page.getByRole('button', { name: 'Add' }).click();
  await said(page, 'Listed.');
  await page.getByText('user 1 is listed').first().waitFor();
  expect([...complaints, ...others]).toEqual([]);
}, 60_000);

test('no page is wider than a phone', async () => {
  const { page, complaints } = await open();
  await logIn(page, 'Ada');
  await page.goto(`${url}/gatekeeper/flags/GIFT_WRAP`);
  await page.getByRole('button', { name: 'OFFERED' }).click();
  await said(page, 'Overridden, in this browser alone.');
  await toCheckout(page);
  for (const path of ['/', '/pots/reed-vase', '/login', '/basket', '/checkout', '/wishlist', '/gatekeeper/']) {
    await page.goto(url + path);
    for (const details of await page.locator('summary').all()) await details.click();
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect({ path, width }).toEqual({ path, width: 390 });
  }
  expect(complaints).toEqual([]);
}, 60_000);
