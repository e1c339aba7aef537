import { createReadStream } from 'node:fs';
import { gzipSync } from 'node:zlib';
import express, { type Express } from 'express';
import type { Engine } from 'gatekeeper-flags';
import { overrideBadge, type BadgeOptions } from 'gatekeeper-flags/dashboard';
import request from 'supertest';
import { launchChromium } from '../support/chromium';
import { toggle } from '../support/config';
import { dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

const PAGE = '<!doctype html><title>Shop</title><body><h1>Pots</h1></body>';
const BADGE = '<aside id="gatekeeper-badge"';
const COOKIE = `gatekeeper=${encodeURIComponent(JSON.stringify({ BANNER: 'ON' }))}`;

function shop(options?: BadgeOptions, engine: Engine<any> = dashboardEngine()): Express {
  const app = express();
  app.use((_req, res, next) => {
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'self'; form-action 'self'; img-src data:");
    next();
  });
  app.use(overrideBadge(engine, options));
  app.get('/', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send(PAGE));
  app.get('/fragment', (_req, res) => void res.send('<p>Just this</p>'));
  app.get('/streamed', (_req, res) => {
    res.type('html').write('<h1>Slow</h1>');
    res.end();
  });
  app.get('/json', (_req, res) => void res.json({ html: '</body>' }));
  app.get('/file', (_req, res) => void createReadStream(__filename).pipe(res.type('text')));
  app.get('/zipped', (_req, res) => void res.type('html').set('Content-Encoding', 'gzip').end(gzipSync(PAGE)));
  return app;
}
const get = (path: string, app = shop()) => request(app).get(path).set('Cookie', COOKIE);

test.each(['/', '/fragment', '/streamed'])(
  '%s has a badge while something is overridden, and nobody keeps it',
  async (path) => {
    const { text, headers } = await get(path);
    expect(text.split(BADGE)).toHaveLength(2);
    expect(text).toContain('BANNER <b>ON</b>');
    if (path !== '/streamed')
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-length': String(Buffer.byteLength(text)) });
    expect(headers.etag).toBeUndefined();
  },
);

test('it stands at the end of the body', async () => {
  expect((await get('/')).text).toMatch(/<\/h1><link [\s\S]*<\/aside><\/body>$/);
});

test.each(['/json', '/file', '/zipped'])('%s is as it was', async (path) => {
  const [withCookie, without] = await Promise.all([get(path), request(shop()).get(path)]);
  expect(withCookie.text).toBe(without.text);
});

test('without overrides nothing is changed', async () => {
  const { text, headers } = await request(shop()).get('/');
  expect(text).toBe(PAGE);
  expect(headers['cache-control']).toBe('public, max-age=60');
  const forged = await request(shop()).get('/').set('Cookie', 'gatekeeper=nonsense');
  expect(forged.text).toBe(PAGE);
});

test('what a browser keeps without the badge is not taken for the page with it', async () => {
  const { etag } = (await request(shop()).get('/')).headers;
  await request(shop()).get('/').set('If-None-Match', etag!).expect(304);
  await get('/').set('If-None-Match', etag!).expect(200);
});

test('its button clears all overrides and leads back, and no other site presses it', async () => {
  const post = (headers: object) =>
    request(shop())
      .post('/gatekeeper-badge')
      .set({ Cookie: COOKIE, Host: 'shop.test', ...headers });
  const back = await post({
    'Sec-Fetch-Site': 'same-origin',
    Referer: 'http://shop.test//evil.example/pots?a=1',
  }).expect(303);
  expect(back.headers.location).toBe('/evil.example/pots?a=1');
  expect(back.headers['set-cookie']).toEqual([expect.stringMatching(/^gatekeeper=;.*Max-Age=0/)]);
  const elsewhere = await post({ 'Sec-Fetch-Site': 'same-origin', Referer: 'http://evil.example/' });
  expect(elsewhere.headers.location).toBe('/');
  for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'null' }, {}]) await post(headers).expect(403);
});

test('names in it are text', async () => {
  const name = '<img src=x onerror=alert(1)>';
  const engine = dashboardEngine({}, { [name]: toggle() });
  const cookie = `gatekeeper=${encodeURIComponent(JSON.stringify({ [name]: 'ON' }))}`;
  const { text } = await request(shop({}, engine)).get('/').set('Cookie', cookie);
  expect(text).toContain('&lt;img');
  expect(text).not.toContain(name);
});

test('in Chromium: seen under a strict policy, clicked, and gone', async () => {
  const browser = await launchChromium();
  await listening(shop({ dashboard: '/gatekeeper/overrides' }), async (origin) => {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'gatekeeper', value: encodeURIComponent('{"BANNER":"ON"}'), url: origin }]);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`${origin}/`);
    const badge = page.getByRole('complementary', { name: 'Flag overrides' });
    expect(await badge.innerText()).toMatch(/BANNER ON[\s\S]*Change[\s\S]*Clear/);
    expect(await badge.evaluate('getComputedStyle(document.getElementById("gatekeeper-badge")).position')).toBe(
      'fixed',
    );
    await badge.getByRole('button', { name: 'Clear' }).click();
    await page.waitForURL(`${origin}/`);
    await page.getByRole('heading', { name: 'Pots' }).waitFor();
    expect(await badge.count()).toBe(0);
    expect(complaints.filter((line) => !line.includes('favicon'))).toEqual([]);
  }).finally(() => browser.close());
});
