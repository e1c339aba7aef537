import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import express from 'express';
import type { Browser } from 'playwright-core';
import { BY, recorder } from '../support/config';
import { launchChromium } from '../support/chromium';
import { ofrepApp, ofrepEngine } from '../support/ofrep';

const engine = ofrepEngine({ logger: recorder().logger });
let server: Server;
let origin: string;

const PACKAGES = join(__dirname, '../../node_modules/@openfeature');
const MODULES: { readonly [name: string]: string } = {
  '@openfeature/core': 'core/dist/esm/index.js',
  '@openfeature/web-sdk': 'web-sdk/dist/esm/index.js',
  '@openfeature/ofrep-core': 'ofrep-web-provider/node_modules/@openfeature/ofrep-core/index.esm.js', // newer than the server's
  '@openfeature/ofrep-web-provider': 'ofrep-web-provider/index.esm.js',
};

beforeAll(async () => {
  const app = express();
  for (const [name, file] of Object.entries(MODULES))
    app.get(`/modules/${name}.js`, (_req, res) => res.type('js').sendFile(join(PACKAGES, file)));
  app.get('/', (_req, res) => {
    const imports = Object.fromEntries(Object.keys(MODULES).map((name) => [name, `/modules/${name}.js`]));
    res.send(
      `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>`,
    );
  });
  app.use(ofrepApp(engine));
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await OpenFeature.close();
  server.closeAllConnections();
  server.close();
  await engine.close();
});

test("OpenFeature's server provider", async () => {
  const headers: [string, string][] = [['Authorization', 'Bearer backend']];
  await OpenFeature.setProviderAndWait('remote', new OFREPProvider({ baseUrl: origin, headers }));
  const client = OpenFeature.getClient('remote');
  const seven = { targetingKey: '7', plan: 'growth' };
  expect(await client.getBooleanDetails('BANNER', false, seven)).toMatchObject({
    ...{ value: true, variant: 'ON', reason: 'TARGETING_MATCH' },
  });
  expect(await client.getStringValue('THEME', 'PLAIN', seven)).toBe('BLUE');
  expect(await client.getNumberValue('LIMIT', 0, seven)).toBe(10);
  expect(await client.getBooleanValue('SECRET_PLAN', true, seven)).toBe(false);
  expect(await client.getBooleanDetails('NOPE', true, seven)).toMatchObject({
    value: true,
    errorCode: 'FLAG_NOT_FOUND',
  });
  expect(await client.getBooleanDetails('BANNER', true, {})).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' });
  await engine.live.pin('LAYOUT', 'ON', BY);
  expect(await client.getObjectValue('LAYOUT', {}, seven)).toEqual({ columns: 2 });
});

describe("OpenFeature's web provider, in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test('another user of the same page is told of theirs, a live change is seen, and where nothing changed it is told so', async () => {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    const statuses: number[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/ofrep/')) statuses.push(response.status());
    });
    await page.goto(origin);
    await page.evaluate(`(async () => {
      const { OpenFeature } = await import('@openfeature/web-sdk');
      const { OFREPWebProvider } = await import('@openfeature/ofrep-web-provider');
      const provider = new OFREPWebProvider({
        baseUrl: location.origin,
        headers: [['Authorization', 'Bearer browser']],
        pollInterval: 100,
        cacheMode: 'disabled',
      });
      await OpenFeature.setContext({ targetingKey: '7' });
      await OpenFeature.setProviderAndWait(provider);
      window.api = OpenFeature;
      window.client = OpenFeature.getClient();
    })()`);
    const banner = () => page.evaluate(`client.getBooleanDetails('BANNER', false)`);
    expect(await banner()).toMatchObject({ value: true, variant: 'ON', reason: 'TARGETING_MATCH' });
    expect(await page.evaluate(`client.getStringDetails('SECRET_PLAN', 'mine')`)).toMatchObject({
      ...{ value: 'mine', errorCode: 'FLAG_NOT_FOUND' },
    });
    await page.waitForResponse((response) => response.status() === 304);

    await page.evaluate(`api.setContext({ targetingKey: '8', plan: 'growth' })`);
    expect(await banner()).toMatchObject({ value: false, variant: 'OFF' });
    expect(await page.evaluate(`client.getStringValue('THEME', 'PLAIN')`)).toBe('BLUE');

    const changed = page.evaluate(
      `new Promise((resolve) => client.addHandler('PROVIDER_CONFIGURATION_CHANGED', ({ flagsChanged }) => resolve(flagsChanged)))`,
    );
    await engine.live.pin('BANNER', 'ON', BY);
    expect(await changed).toContain('BANNER');
    expect(await banner()).toMatchObject({ value: true, reason: 'STATIC' });
    expect(errors).toEqual([]);
    expect([...new Set(statuses)].sort()).toEqual([200, 304]);
  });
});
