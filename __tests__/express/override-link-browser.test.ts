import type { Browser, BrowserContextOptions } from 'playwright-core';
import { overrideLink } from 'gatekeeper-flags/express';
import { launchChromium } from '../support/chromium';
import { listening } from '../support/http-express';
import { appWith, engineWith, SIGNED } from '../support/http-flags';

describe('an override link in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  /** A page on which nothing may go wrong: neither in its scripts nor with its Content-Security-Policy. */
  async function open(options: BrowserContextOptions) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    return { context, page, complaints };
  }

  /** `/checkout` shows its variant, and counts who is told of the link by a referrer. */
  function shop() {
    const { engine } = engineWith(SIGNED);
    const app = appWith(engine);
    const referrers: unknown[] = [];
    app.get('/checkout', (req, res) => {
      referrers.push(req.headers.referer ?? '');
      res.send(
        `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><h1>${req.gk.ffVariant('CHECKOUT')}</h1>`,
      );
    });
    return { engine, app, referrers };
  }

  // Over plain http, a browser says where a form was posted from only on this machine itself; a phone that opens a
  // developer's machine by its address sends no Sec-Fetch-Site. The server is its own proxy, to be reached by any name.
  test.each([
    ['on this machine', (origin: string) => [origin, {}] as const],
    ['on a phone, over plain http', (origin: string) => ['http://shop.test', { proxy: { server: origin } }] as const],
  ])('is opened, read and clicked %s', async (_, reachedAt) => {
    const { engine, app, referrers } = shop();
    await listening(app, async (server) => {
      const [origin, options] = reachedAt(server);
      const { context, page, complaints } = await open(options);
      await page.goto(overrideLink(engine, { CHECKOUT: 'ON' }, { baseUrl: `${origin}/checkout?from=mail` }));
      expect(await page.locator('dl').innerText()).toMatch(/CHECKOUT\s+ON\s+One-page checkout/);
      expect(await page.evaluate('getComputedStyle(document.querySelector("button")).fontWeight')).toBe('600');
      expect(await context.cookies()).toEqual([]);

      await page.getByRole('button', { name: 'Use them here' }).click();
      await page.waitForURL(`${origin}/checkout?from=mail`);
      expect(await page.locator('h1').innerText()).toBe('ON');
      expect(await context.cookies()).toMatchObject([{ name: 'gatekeeper', httpOnly: true, sameSite: 'Lax' }]);
      expect(referrers.join()).not.toContain('gatekeeper-override');
      expect(complaints).toEqual([]);
      await context.close();
    });
  });

  test('is declined', async () => {
    const { engine, app } = shop();
    await listening(app, async (origin) => {
      const { context, page, complaints } = await open({});
      await page.goto(overrideLink(engine, { CHECKOUT: 'ON' }, { baseUrl: `${origin}/checkout` }));
      await page.getByRole('link', { name: 'No, go on without' }).click();
      await page.waitForURL(`${origin}/checkout`);
      expect(await page.locator('h1').innerText()).toBe('OFF');
      expect(await context.cookies()).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    });
  });

  test("is not clicked by another site's form", async () => {
    const { engine, app } = shop();
    await listening(app, async (origin) => {
      const link = overrideLink(engine, { CHECKOUT: 'ON' }, { baseUrl: `${origin}/checkout` });
      const { context, page } = await open({});
      const evil = 'http://evil.example/';
      const form = `<form method="post" action="${link}"><button>Win a teapot</button></form>`;
      await page.route(evil, (route) => route.fulfill({ contentType: 'text/html', body: form }));
      await page.goto(evil);
      await page.getByRole('button').click();
      await page.getByRole('heading', { name: 'Please open the link itself' }).waitFor();
      expect(await context.cookies(origin)).toEqual([]);
      await context.close();
    });
  });
});
