import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { Engine } from 'gatekeeper-flags';
import { launchChromium } from '../support/chromium';
import { clientApp, clientEngine, type ClientConfig } from '../support/client';
import { bundle } from '../support/client-pages';
import { BY } from '../support/config';
import { run, temporaryFolder } from '../support/packed';

declare global {
  var seen: unknown[];
  var commits: string[][];
  function hydrate(): void;
  function mount(): void;
  function showList(): void;
}

const folder = temporaryFolder();
let browser: Browser;
beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', 'react@18.3', 'react-dom@18.3'];
  [browser] = await Promise.all([launchChromium(), run('npm', install, folder)]);
}, 120_000);
afterAll(() => browser.close());

const HERE = join(__dirname, '../../node_modules');
const THERE = join(folder, 'node_modules');

describe.each([
  ['19', HERE],
  ['18', THERE],
])('React %s', (version, modules) => {
  let engine: Engine<ClientConfig>;
  let url: string;
  let page: Page;
  let complaints: string[];
  const server = createServer();

  beforeAll(async () => {
    expect(JSON.parse(readFileSync(join(modules, 'react/package.json'), 'utf8')).version).toMatch(`${version}.`);
    const options: BuildOptions = {
      alias: { react: join(modules, 'react'), 'react-dom': join(modules, 'react-dom') },
      define: { 'process.env.NODE_ENV': '"development"' },
      ...{ jsx: 'automatic', jsxImportSource: 'react' },
    };
    const onServer = join(folder, `server-${version}.cjs`);
    const code = `
      import { createElement } from 'react';
      import { renderToString } from 'react-dom/server';
      import { App } from './react-app';
      export const render = (client) => renderToString(createElement(App, { client }));`;
    writeFileSync(onServer, bundle(code, { ...options, format: 'cjs', platform: 'node' }));
    const { render } = require(onServer);
    // This package says that its files do nothing but export.
    const inBrowser = bundle(`import './react-app'`, { ...options, ignoreAnnotations: true });

    engine = clientEngine({ user: () => ({ id: 1, plan: 'growth' }) as never });
    const app = clientApp(engine);
    app.get('/app.js', (_req, res) => res.type('js').send(inBrowser));
    app.get('/page', (req, res) => {
      const html = `<!doctype html><title>Flags</title><link rel="icon" href="data:,"><script src="/app.js"></script>`;
      res.send(
        `${html}<div id="root">${req.query.empty ? '' : render(req.gk)}</div>${req.query.empty ? '' : req.gk.bootstrap()}`,
      );
    });
    await once(server.on('request', app).listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await engine.close();
  });

  beforeEach(async () => {
    await engine.live.clear(BY);
    page = await (await browser.newContext()).newPage();
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
  });
  afterEach(async () => {
    await page.context().close();
    expect(complaints).toEqual([]);
  });
  const text = () => page.evaluate(() => document.getElementById('checkout')!.textContent);
  const ready = (wanted: string) =>
    page.waitForFunction((wanted) => document.getElementById('checkout')?.textContent === wanted, wanted);
  const ONE_PAGE = 'true ONE_PAGE 1on one page';
  const STEPS = 'false STEPS ';

  test('what the server rendered is hydrated without a mismatch, and without a flash', async () => {
    await page.goto(`${url}/page`);
    expect(await text()).toBe(ONE_PAGE);
    const changes = await page.evaluate(async () => {
      let changes = 0;
      const watch = new MutationObserver((records) => (changes += records.length));
      watch.observe(document.getElementById('root')!, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
      client = createClient();
      hydrate();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return changes;
    });
    expect(changes).toBe(0);
    expect(await text()).toBe(ONE_PAGE);
    expect(await page.evaluate(() => seen.includes(undefined))).toBe(false);
  });

  test('a change that comes before hydration is shown after it, and is no mismatch', async () => {
    await page.goto(`${url}/page`);
    await engine.live.kill('CHECKOUT', BY);
    await page.evaluate(async () => {
      client = createClient();
      await client.refresh();
      hydrate();
    });
    await ready(STEPS);
    expect(await page.evaluate(() => seen[0])).toBe(true);
  });

  test('a flag flipped live changes the page, and back', async () => {
    await page.goto(`${url}/page`);
    await page.evaluate(() => {
      client = createClient();
      hydrate();
    });
    await engine.live.kill('CHECKOUT', BY);
    await ready(STEPS);
    await engine.live.restore('CHECKOUT', BY);
    await ready(ONE_PAGE);
  });

  test('without a bootstrap it is undefined until there are answers', async () => {
    await page.goto(`${url}/page?empty=1`);
    await page.evaluate(() => {
      client = createClient();
      mount();
    });
    await ready(ONE_PAGE);
    expect(await page.evaluate(() => [seen[0], seen.at(-1)])).toEqual([undefined, true]);
  });

  test('nothing is torn: however long a render takes, all of a commit shows one answer', async () => {
    await page.goto(`${url}/page`);
    const shown = await page.evaluate(async () => {
      client = createClient();
      hydrate();
      await new Promise((resolve) => setTimeout(resolve, 50));
      showList();
      // In the middle of rendering sixty items, 4 ms each, the answer changes.
      await new Promise((resolve) => setTimeout(resolve, 60));
      await client.override('CHECKOUT', 'STEPS');
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return commits;
    });
    expect(shown.at(-1)).toEqual(Array(60).fill('STEPS'));
    for (const items of shown) expect(new Set(items).size).toBe(1);
  });

  test('what is shown is used: once by the server, which rendered it, and once by the browser', async () => {
    const used = async () => {
      const counts = (await engine.live.counts()).filter(({ flag }) => flag === 'CHECKOUT');
      return counts.reduce((sum, { count }) => sum + count, 0);
    };
    const before = await used();
    await page.goto(`${url}/page`);
    expect((await used()) - before).toBe(1);
    const sent = page.waitForRequest((one) => one.method() === 'POST');
    await page.evaluate(() => {
      client = createClient();
      hydrate();
    });
    expect((await sent).postDataJSON()).toEqual({ exposures: ['CHECKOUT'], outcomes: [] });
  });
});
