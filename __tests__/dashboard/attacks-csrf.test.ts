import express from 'express';
import { FeatureFlag } from 'gatekeeper-flags';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { BY, Toggle, toggle } from '../support/config';
import { allRoutes, form, OPERATOR, send, standing } from '../support/dashboard-attacks';
import { dashboardApp, dashboardEngine } from '../support/dashboard';
import { until } from '../support/fragile-store';
import { listening } from '../support/http-express';

const routes = allRoutes();
const posts = routes.filter(({ method }) => method === 'POST');

/** Remembers, of who looks, as much as a flag can. */
class Remembering extends FeatureFlag<Toggle> {
  readonly description = 'A test of anonymous visitors';
  readonly variants = Toggle;
  readonly off = Toggle.OFF;
  override readonly unit = 'either';
  override readonly sticky = true;
  override readonly rules = [{ name: 'half', split: { ON: 50, OFF: 50 } }] as never;
}

describe('GET changes nothing', () => {
  const queries = [
    '',
    '?flag=BANNER&variant=ON&user=7&done=kill&_method=POST&confirm=staging',
    '?context={"user":{"id":7}}&flag=MEMORY',
  ];

  test.each(routes.filter(({ method }) => method === 'GET'))('$path', async ({ path }) => {
    const engine = dashboardEngine(
      {},
      { MEMORY: new Remembering(), ANONYMOUS: toggle({ unit: 'visitor', rollouts: {} }) },
    );
    await engine.live.kill('BANNER', BY);
    const before = await standing(engine);
    const counted = engine.stats();
    await listening(dashboardApp(engine), async (origin) => {
      for (const query of queries)
        for (const method of ['GET', 'HEAD'])
          for (const filled of [path, path.replace('CHECKOUT', 'MEMORY')]) {
            const { headers } = await send(origin, {
              method,
              path: `/gatekeeper${filled}${encodeURI(query)}`,
              headers: OPERATOR,
            });
            expect(headers['set-cookie']).toBeUndefined();
          }
    });
    expect(await standing(engine)).toEqual(before);
    expect(engine.stats()).toEqual(counted);
  });
});

describe('every action refuses what another site sends', () => {
  const foreign: readonly { readonly [name: string]: string }[] = [
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site', Origin: 'http://a.shop.test' },
    { 'Sec-Fetch-Site': 'none' },
    { 'Sec-Fetch-Site': '' },
    { 'Sec-Fetch-Site': 'Same-Origin' },
    { 'Sec-Fetch-Site': 'cross-site, same-origin' },
    { 'Sec-Fetch-Site': 'same-origin, cross-site' },
    { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' },
    { Origin: 'null' },
    { Origin: 'https://shop.test.evil.example' },
    { Origin: 'http://shop.test@evil.example' },
    { Origin: 'http://evil.example#shop.test' },
    { Origin: 'http://shop.test:8080' },
    { Origin: 'http://shop.test.' },
    { Origin: 'http://xn--shp-0qa.test' },
    { Origin: 'http://shop.test, http://evil.example' },
    { Origin: 'shop.test' },
    { Origin: 'http:' },
    { Origin: 'file://' },
    { Referer: 'http://shop.test/gatekeeper/' },
    { Origin: 'http://evil.example', 'X-Forwarded-Host': 'evil.example' },
    { 'X-Requested-With': 'XMLHttpRequest', 'HX-Request': 'true' },
  ];
  const types = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/json',
    'application/json; charset=utf-7',
    'text/xml',
    '',
  ];

  test.each(posts)('$path', async ({ path }) => {
    const engine = dashboardEngine();
    await engine.live.kill('BANNER', BY);
    const before = await standing(engine);
    await listening(dashboardApp(engine), async (origin) => {
      for (const [n, headers] of foreign.entries()) {
        const type = types[n % types.length]!;
        const sent = form(
          `/gatekeeper${path}`,
          { flag: 'BANNER', variant: 'ON' },
          { 'x-role': 'operator', Host: 'shop.test', ...headers },
        );
        const answer = await send(origin, { ...sent, headers: { ...sent.headers, 'Content-Type': type } });
        expect([headers, answer.status]).toEqual([headers, 403]);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    });
    expect(await standing(engine)).toEqual(before);
  });
});

describe('in Chromium, a page of another site', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  const fields = '<input name="flag" value="BANNER"><input name="variant" value="ON">';
  const submit = '<script>document.forms[0].submit()</script>';
  const post = (to: string, type: string) =>
    `<form method="post" enctype="${type}" action="${to}">${fields}</form>${submit}`;
  const inFrame = (html: string) => `<iframe sandbox="allow-scripts allow-forms" srcdoc='${html}'></iframe>`;
  const fetched = (to: string, init: object) =>
    `<script>fetch('${to}', ${JSON.stringify({ method: 'POST', credentials: 'include', ...init })}).catch(() => {})</script>`;
  const attacks: readonly (readonly [string, (to: string) => string])[] = [
    ['a form', (to) => post(to, 'application/x-www-form-urlencoded')],
    ['a form with files', (to) => post(to, 'multipart/form-data')],
    ['a form of plain text', (to) => post(to, 'text/plain')],
    ['a form in a sandbox, whose Origin is null', (to) => inFrame(post(to, 'application/x-www-form-urlencoded'))],
    [
      'fetch without CORS',
      (to) =>
        fetched(to, {
          mode: 'no-cors',
          body: 'flag=BANNER&variant=ON',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        }),
    ],
    [
      'fetch of JSON',
      (to) =>
        fetched(to, { body: '{"flag":"BANNER","variant":"ON"}', headers: { 'Content-Type': 'application/json' } }),
    ],
    [
      'a beacon',
      (to) => `<script>navigator.sendBeacon('${to}', new URLSearchParams('flag=BANNER&variant=ON'))</script>`,
    ],
    ['a frame', (to) => `<iframe src="${to.replace(/(\/api)?\/actions.*/, '/')}"></iframe>`],
    ['a script', (to) => `<script src="${to.replace(/(\/api)?\/actions.*/, '/api/flags')}"></script>`],
  ];

  test.each(attacks)('has no luck with %s', async (_, attack) => {
    const engine = dashboardEngine();
    const arrived: number[] = [];
    const watched = express().use((_req, res, next) => {
      res.on('finish', () => arrived.push(res.statusCode));
      next();
    });
    await listening(watched.use(dashboardApp(engine)), async (origin) => {
      const elsewhere = origin.replace('127.0.0.1', 'localhost'); // the evil page is same-site to the one, and not to the other
      const targets = [`${origin}/gatekeeper/actions/kill`, `${elsewhere}/gatekeeper/api/actions/kill`];
      const evil = express().get(
        '/:n',
        (req, res) => void res.type('html').send(attack(targets[Number(req.params.n)]!)),
      );
      await listening(evil, async (site) => {
        // The header is what a cookie without SameSite would be: sent along with everything.
        const context = await browser.newContext({ extraHTTPHeaders: { 'x-role': 'operator' } });
        const attempts = targets.map(async (_, n) => {
          const page = await context.newPage();
          await page.goto(`${site}/${n}`).catch(() => {}); // the answer to a form may come first
          for (const frame of page.frames().slice(1)) expect(await frame.content()).not.toContain('CHECKOUT');
        });
        await Promise.all(attempts);
        await until(() => arrived.length >= targets.length);
        expect(await context.cookies()).toEqual([]);
        await context.close();
      });
    });
    expect(engine.live.state.revision).toBe(0);
  });
});
