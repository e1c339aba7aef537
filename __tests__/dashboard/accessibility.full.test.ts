import axe from 'axe-core';
import express from 'express';
import { gatekeeper } from 'gatekeeper-flags/express';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { dashboardApp } from '../support/dashboard';
import { bringToLife, engineOfMany } from '../support/dashboard-many';
import { listening } from '../support/http-express';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

const WIDTHS = { desktop: 1280, phone: 390 };
const COUNT = 40;

/** What axe has against the page as it stands, each with the elements it is about. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

test.each([
  ['desktop', 'light', 'staging'],
  ['phone', 'dark', 'production'],
] as const)(
  'axe finds nothing wrong with any page on a %s, %s, in %s',
  async (size, colorScheme, environment) => {
    const engine = engineOfMany(COUNT, { environment });
    await bringToLife(engine);
    const names = engine.flags().map(({ name }) => `/flags/${name}`);
    const app = express().use(gatekeeper(engine) as never, dashboardApp(engine));
    await listening(app, async (origin) => {
      const context = await browser.newContext({
        extraHTTPHeaders: { 'x-role': 'operator' },
        viewport: { width: WIDTHS[size], height: 844 },
        ...{ colorScheme, reducedMotion: 'reduce' },
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const found: string[] = [];
      const look = async (what: string) => {
        await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
        for (const violation of await violations(page)) found.push(`${what}: ${violation}`);
      };
      const visit = async (path: string) => {
        await page.goto(`${origin}/gatekeeper${path}`);
        await look(path);
      };
      for (const path of [
        '/',
        '/?q=nothing-is-called-so',
        '/playground',
        '/segments',
        '/history',
        '/hygiene',
        '/hygiene?q=nothing-is-called-so',
        '/experiments',
        '/calculator',
        '/calculator?kind=mean',
        '/health',
        '/nope',
      ])
        await visit(path);
      for (const path of names.slice(0, 5)) await visit(path);
      await visit(`/playground?user=42&flag=${names[1]!.slice('/flags/'.length)}`);
      await visit('/playground?context=nonsense');

      await page.goto(`${origin}/gatekeeper${names[5]}`);
      await page.getByRole('region', { name: 'In this browser' }).getByRole('button', { name: 'ON' }).click();
      await page.getByRole('status').getByText('Overridden').waitFor();
      await look('a flag that is overridden here');
      const link = await page.getByLabel('Link', { exact: true }).inputValue();
      await visit('/overrides');
      await page.goto(link);
      await look('what the link opens');
      expect(found).toEqual([]);
    });
  },
  120_000,
);
