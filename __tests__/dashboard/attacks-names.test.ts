import { FeatureFlag } from 'gatekeeper-flags';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { dashboardApp, dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

/** Names that forms change on their way, unless care is taken. */
const names = [' padded ', 'two  spaces', '+&=%;\ufeff', '"<option>'];

class Odd extends FeatureFlag {
  readonly description = 'A flag with odd names';
  readonly variants = Object.fromEntries(['off', ...names].map((name, n) => [`v${n}`, name]));
  readonly off = 'off';
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test.each([true, false])('forms send each name as it is; with scripts: %p', async (javaScriptEnabled) => {
  const engine = dashboardEngine({}, { ODD: new Odd(), [names[0]!]: new Odd() });
  // None is too fast.
  const authorize = () => ({ name: `Ada ${Math.random()}`, role: 'operator' }) as const;
  await listening(dashboardApp(engine, { authorize }), async (origin) => {
    const page = await browser.newPage({ javaScriptEnabled });
    page.setDefaultTimeout(10_000);
    const live = (flag = 'ODD') => engine.live.state.flags.get(flag);
    const here = page.getByRole('region', { name: 'In this browser' });
    const done = (what: string) => page.getByRole('status').getByText(what).waitFor();
    for (const name of names) {
      await page.goto(`${origin}/gatekeeper/flags/ODD`);
      await page.getByLabel('User id', { exact: true }).fill(`user of ${name}`);
      await page.getByLabel('Variant for the user').selectOption({ value: name });
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await done('Listed');
      expect(live()?.users?.get(`user of ${name}`)).toBe(name);
      await here
        .locator('button[name=variant]')
        .nth(names.indexOf(name) + 1)
        .click();
      await done('in this browser alone');
      const overridden = here.locator('[aria-pressed=true]');
      expect(await overridden.getAttribute('value')).toBe(name);
    }
    await page.goto(`${origin}/gatekeeper/`);
    await page
      .locator('.kill')
      .filter({ has: page.locator(`[name=flag][value=${JSON.stringify(names[0])}]`) })
      .getByRole('button')
      .click();
    await done('Killed');
    expect(live(names[0])?.killed).toBeDefined();
    await page.close();
  });
});
