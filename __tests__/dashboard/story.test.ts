import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { startShop } from '../support/example-shop';

/** Where screenshots are put: beside the README only when they are to be replaced. */
const SCREENSHOTS = join(tmpdir(), 'gatekeeper-screenshots');
const COMMITTED = join(__dirname, '../../docs/images');
/** Those that the README shows. */
const SHOWN = ['flag-desktop-light.png', 'flag-desktop-dark.png', 'why-phone-light.png', 'why-phone-dark.png'];

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

let url: string;
let browser: Browser;
beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [{ url }, browser] = await Promise.all([startShop({ SHOP_TODAY: '2026-11-21T10:00Z' }), launchChromium()]);
}, 120_000);
afterAll(() => browser?.close());

describe.each([
  ['desktop', true],
  ['phone', true],
  ['phone', false],
] as const)('on a %s, with scripts: %p', (size, javaScriptEnabled) => {
  const complaints: string[] = [];

  /** Somebody with a browser of their own. */
  async function somebody(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: SIZES[size],
      ...{ javaScriptEnabled, reducedMotion: 'reduce', ...options },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
    await page.goto(url);
    return page;
  }

  async function logIn(page: Page, name: string): Promise<Page> {
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByRole('button', { name: new RegExp(`^${name} `) }).click();
    await page.getByRole('button', { name: `${name} · log out` }).waitFor();
    return page;
  }

  /** Whether the checkout that this browser gets is the new one, on one page. */
  async function hasOnePage(page: Page): Promise<boolean> {
    await page.goto(`${url}/pots/harbour-teapot`);
    await page.getByRole('button', { name: 'Add to basket' }).click();
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.getByRole('heading', { name: 'Checkout', exact: true }).waitFor();
    const steps = await page.getByRole('listitem').filter({ hasText: 'Delivery' }).count();
    expect(steps).toBe((await page.getByLabel('Card number').count()) > 0 ? 0 : 1);
    return steps === 0;
  }

  async function keep(page: Page, name: string): Promise<void> {
    if (!javaScriptEnabled) return;
    for (const colorScheme of ['dark', 'light'] as const) {
      const file = `${name}-${size}-${colorScheme}.png`;
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, file) });
      if (process.env.UPDATE_SCREENSHOTS === '1' && SHOWN.includes(file))
        await page.screenshot({ path: join(COMMITTED, file) });
    }
  }

  const open = (page: Page, link: string) => page.getByRole('link', { name: link, exact: true }).click();
  const said = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor();

  test('QA sees the new checkout, hands it to a phone, sees why user 42 is left out of something, and clears it', async () => {
    const stranger = await somebody();
    const phone = await somebody({ viewport: SIZES.phone });
    expect(await hasOnePage(phone)).toBe(false);
    const page = await logIn(await somebody(), 'Ada');
    await open(page, 'Flags');
    await keep(page, 'flags');

    await open(page, 'ONE_PAGE_CHECKOUT');
    const here = page.getByRole('region', { name: 'In this browser' });
    await here.getByRole('button', { name: 'ONE_PAGE' }).click();
    await said(page, 'ONE_PAGE_CHECKOUT Overridden, in this browser alone.');
    await keep(page, 'flag');
    const link = await here.getByLabel('Link', { exact: true }).inputValue();
    expect(await hasOnePage(page)).toBe(true);
    await page.getByRole('complementary', { name: 'Flag overrides' }).getByText('ONE_PAGE_CHECKOUT').waitFor();
    await keep(page, 'checkout');
    expect(await hasOnePage(stranger)).toBe(false);

    await phone.goto(link);
    await phone.getByText('ONE_PAGE_CHECKOUT').waitFor();
    await keep(phone, 'link');
    await phone.getByRole('button', { name: 'Use them here' }).click();
    expect(await hasOnePage(phone)).toBe(true);
    await phone.getByRole('complementary', { name: 'Flag overrides' }).getByRole('button', { name: 'Clear' }).click();
    expect(await hasOnePage(phone)).toBe(false);

    await page.goto(`${url}/gatekeeper/`);
    await open(page, 'SET_OF_SIX');
    await page.getByLabel('Whose variant').fill('42');
    await page.getByRole('button', { name: 'Which, and why?' }).click();
    const asked = page.getByRole('region', { name: 'SET_OF_SIX' });
    await asked.getByText('is what user 42 gets').waitFor();
    await expect(asked.getByRole('listitem').filter({ hasText: 'growth plan' }).textContent()).resolves.toMatch(
      /matches, and bucket 30\.75\d* is not under 25 %/,
    );
    await keep(page, 'why');

    await page.getByRole('link', { name: 'My overrides 1' }).click();
    await keep(page, 'overrides');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await said(page, 'Nothing is overridden in this browser any more.');
    expect(await page.getByRole('complementary', { name: 'Flag overrides' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('an operator kills it everywhere and puts it back, and both are in the history', async () => {
    const grace = await logIn(await somebody(), 'Grace');
    expect(await hasOnePage(grace)).toBe(true);
    const page = await logIn(await somebody(), 'Ada');
    await open(page, 'Flags');
    await page.getByLabel('Why kill ONE_PAGE_CHECKOUT').fill('the postcode field is gone');
    await page.getByRole('button', { name: 'Kill ONE_PAGE_CHECKOUT' }).click();
    await said(page, 'ONE_PAGE_CHECKOUT Killed, for everybody.');
    await keep(page, 'killed');
    expect(await hasOnePage(grace)).toBe(false);

    await open(page, 'ONE_PAGE_CHECKOUT');
    await page.getByLabel('Why restore ONE_PAGE_CHECKOUT').fill('it is back');
    await keep(page, 'restore');
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await said(page, 'ONE_PAGE_CHECKOUT Restored.');
    expect(await hasOnePage(grace)).toBe(true);

    await open(page, 'History');
    const changes = await page.locator('.changes').getByRole('listitem').allTextContents();
    expect(changes.slice(0, 2)).toEqual([
      expect.stringContaining('Ada restored ONE_PAGE_CHECKOUT it is back'),
      expect.stringContaining('Ada killed ONE_PAGE_CHECKOUT the postcode field is gone'),
    ]);
    await keep(page, 'history');
    expect(complaints).toEqual([]);
  }, 60_000);
});
