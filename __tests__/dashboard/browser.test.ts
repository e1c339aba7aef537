import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { BY } from '../support/config';
import { dashboardApp, dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

/** A page of somebody's browser, on which nothing may go wrong: neither its scripts nor its policy. */
async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ extraHTTPHeaders: { 'x-role': 'operator' }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => complaints.push(line.text()));
  return { page, complaints };
}
const status = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor();

test.each([true, false])('an operator kills a flag and puts it back; with scripts: %p', async (javaScriptEnabled) => {
  const engine = dashboardEngine();
  await listening(dashboardApp(engine), async (origin) => {
    const { page, complaints } = await open({ javaScriptEnabled });
    await page.goto(`${origin}/gatekeeper/`);
    const row = page.getByRole('listitem').filter({ hasText: 'BANNER' });
    await row.getByLabel('Why kill BANNER').fill('it is upside down');
    await row.getByRole('button', { name: 'Kill BANNER' }).click();
    await status(page, 'Killed, for everybody.');
    await row.getByText('killed by Ada: it is upside down').waitFor();
    await row.getByRole('button', { name: 'Restore' }).click();
    await status(page, 'Restored');
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('restored BANNER').waitFor();
    expect(await page.getByText('killed BANNER').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});

test.each([true, false])(
  'QA overrides a flag here, sees why, and clears it; with scripts: %p',
  async (javaScriptEnabled) => {
    await listening(dashboardApp(dashboardEngine()), async (origin) => {
      const { page, complaints } = await open({ javaScriptEnabled, extraHTTPHeaders: { 'x-role': 'qa' } });
      await page.goto(`${origin}/gatekeeper/flags/CHECKOUT`);
      const here = page.getByRole('region', { name: 'In this browser' });
      await here.getByRole('button', { name: 'ONE_PAGE' }).click();
      await status(page, 'Overridden, in this browser alone.');
      expect(await here.getByLabel('Link').inputValue()).toContain('gatekeeper-override=');
      await here.getByText('Why', { exact: true }).click();
      await here.getByText('chosen in this browser').last().waitFor();
      await page.getByRole('link', { name: 'My overrides' }).click();
      await page.getByRole('button', { name: 'Clear all' }).click();
      await status(page, 'Nothing is overridden');
      expect(complaints).toEqual([]);
    });
  },
);

test('what is changed elsewhere shows within a second, and what is being typed stays', async () => {
  const engine = dashboardEngine();
  await listening(dashboardApp(engine), async (origin) => {
    const { page, complaints } = await open();
    await page.goto(`${origin}/gatekeeper/flags/CHECKOUT`);
    await page.locator('#connection.on').waitFor();
    await page.getByText('Pin one variant').click();
    const reason = page.getByLabel('Why move growth');
    await reason.fill('half a sent');
    const start = Date.now();
    await engine.live.setRollout('CHECKOUT', 'growth', 40, BY);
    await page.getByText('40 % of users').waitFor();
    expect(Date.now() - start).toBeLessThan(1_000);
    await page.keyboard.type('ence');
    expect(await reason.inputValue()).toBe('half a sentence');
    expect(await page.getByLabel('Exact percent, growth').inputValue()).toBe('40');
    expect(await page.getByLabel('Variant to pin').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});

test('a form at the foot of a page leaves the page where it is; what is refused is scrolled to', async () => {
  const engine = dashboardEngine({ environment: 'production' });
  await listening(dashboardApp(engine), async (origin) => {
    const { page } = await open({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    await page.goto(`${origin}/gatekeeper/flags/CHECKOUT`);
    await page.getByLabel('User id').fill('77');
    await page.getByRole('button', { name: 'Add' }).scrollIntoViewIfNeeded();
    const before = Number(await page.evaluate('scrollY'));
    expect(before).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'Add' }).click();
    await status(page, 'Listed.');
    expect(Number(await page.evaluate('scrollY'))).toBeGreaterThan(100);
    await page.getByLabel('Exact percent, growth').fill('60');
    await page.getByLabel('Exact percent, growth').press('Enter');
    await page.getByLabel('Type production').waitFor();
    const { y } = (await page.getByLabel('Type production').boundingBox())!;
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(844);
  });
});

test('a double click kills, and does not restore at once', async () => {
  const engine = dashboardEngine();
  await listening(dashboardApp(engine), async (origin) => {
    const { page } = await open({ reducedMotion: 'reduce' });
    await page.goto(`${origin}/gatekeeper/`);
    const { x, y } = (await page.getByRole('button', { name: 'Kill BANNER' }).boundingBox())!;
    await page.mouse.move(x + 20, y + 10);
    await page.mouse.down();
    await page.mouse.up();
    await status(page, 'Killed, for everybody.');
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await page.waitForLoadState('networkidle');
    expect(engine.live.state.flags.get('BANNER')?.killed).toBeDefined();
    expect(await engine.live.history()).toHaveLength(1);
  });
});

test('a slider and its number are one', async () => {
  const engine = dashboardEngine();
  await listening(dashboardApp(engine), async (origin) => {
    const { page } = await open();
    await page.goto(`${origin}/gatekeeper/flags/CHECKOUT`);
    await page.getByLabel('Percent of users, growth').fill('60');
    expect(await page.getByLabel('Exact percent, growth').inputValue()).toBe('60');
    await page.getByLabel('Exact percent, growth').fill('0.5');
    await page
      .locator('form.slide')
      .filter({ has: page.getByLabel('Why move growth') })
      .getByRole('button')
      .click();
    await status(page, 'Moved, for everybody.');
    expect(engine.live.state.flags.get('CHECKOUT')?.rollouts?.get('growth')?.percent).toBe(0.5);
  });
});

test('a search is done while it is typed', async () => {
  await listening(dashboardApp(dashboardEngine()), async (origin) => {
    const { page, complaints } = await open();
    await page.goto(`${origin}/gatekeeper/`);
    await page.getByLabel('Search flags').pressSequentially('one page');
    await page.getByRole('link', { name: 'BANNER' }).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Search flags').inputValue()).toBe('one page');
    expect(await page.getByRole('link', { name: 'CHECKOUT' }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});

test('turning something on in production is typed once more', async () => {
  const engine = dashboardEngine({ environment: 'production' });
  await engine.live.kill('BANNER', BY);
  await listening(dashboardApp(engine), async (origin) => {
    const { page } = await open();
    await page.goto(`${origin}/gatekeeper/flags/BANNER`);
    await page.getByLabel('Why restore BANNER').fill('it is right again');
    await page.getByRole('button', { name: 'Restore' }).click();
    await status(page, 'You wanted: restore, reason “it is right again”.');
    await page.getByLabel('Type production').fill('production');
    await page.getByRole('status').getByRole('button', { name: 'Restore' }).click();
    await status(page, 'Restored');
    expect((await engine.live.history())[0]).toMatchObject({ action: 'restore', reason: 'it is right again' });
  });
});

test.each(['light', 'dark'] as const)('no page is wider than a phone (%s)', async (colorScheme) => {
  const engine = dashboardEngine();
  await engine.live.kill('BANNER', BY);
  await engine.live.addToSegment('beta testers', [1, 'a very long id '.repeat(9)], BY);
  await listening(dashboardApp(engine), async (origin) => {
    const { page } = await open({ viewport: { width: 390, height: 844 }, colorScheme });
    const paths = ['/', '/flags/CHECKOUT', '/flags/BANNER', '/overrides', '/playground?user=42&flag=CHECKOUT'];
    for (const path of [
      ...paths,
      '/segments',
      '/history',
      '/hygiene',
      '/experiments',
      '/calculator',
      '/health',
      '/nope',
    ]) {
      await page.goto(`${origin}/gatekeeper${path}`);
      for (const details of await page.locator('summary').all()) await details.click();
      expect({ path, width: await page.evaluate('document.documentElement.scrollWidth') }).toEqual({
        path,
        width: 390,
      });
    }
  });
});
