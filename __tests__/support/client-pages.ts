import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildSync, type BuildOptions } from 'esbuild';
import type { RequestHandler } from 'express';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Engine } from 'gatekeeper-flags';
import type { Client } from 'gatekeeper-flags/client/browser';
import { launchChromium } from './chromium';
import { clientApp, type ClientConfig } from './client';

const ROOT = join(__dirname, '../..');

/** What a bundler makes of `code` for browsers; imports are looked up from the tests. */
export function bundle(code: string, options: BuildOptions = {}): string {
  const built = buildSync({
    stdin: { contents: code, resolveDir: join(ROOT, '__tests__/client'), loader: 'tsx' },
    ...{ bundle: true, write: false, format: 'iife', target: 'es2022', logLevel: 'error' },
    ...options,
  });
  return built.outputFiles![0]!.text;
}

declare global {
  var createClient: typeof import('gatekeeper-flags/client/browser').createClient;
  /** The client that a page has made. */
  var client: Client<ClientConfig>;
}

export interface Site {
  url: string;
  /** What comes before everything else on the way to an answer; undone by `undefined`. */
  trouble: RequestHandler | undefined;
  /** Requests to the endpoint, such as `GET /flags`, in the order in which they came. */
  readonly requests: string[];
  /** A new browser window. */
  window(): Promise<BrowserContext>;
  /** Opens `path` there, in a window of its own unless one is given; what its console complains about is kept. */
  open(path?: string, window?: BrowserContext): Promise<Opened>;
}

export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

/** A site whose pages make a client (`/page`), or can make one (`/blank`), for the tests of a file. */
export function clientSite(engine: Engine<any>, headers: { readonly [name: string]: string } = {}): Site {
  const script = bundle(
    `import { createClient } from 'gatekeeper-flags/client/browser'; Object.assign(window, { createClient });`,
  );
  const html = (body: string) => `<!doctype html><title>Flags</title><link rel="icon" href="data:,">${body}`;
  const requests: string[] = [];
  const before: RequestHandler[] = [
    (req, res, next) => {
      if (req.path.startsWith('/flags')) requests.push(`${req.method} ${req.path}`);
      if (site.trouble && req.path.startsWith('/flags')) return site.trouble(req, res, next);
      next();
    },
  ];
  const app = clientApp(engine, { before });
  app.get('/client.js', (_req, res) => res.type('js').send(script));
  app.get('/make.js', (_req, res) => res.type('js').send('window.client = createClient({ poll: 400 });'));
  app.get('/page', (req, res) => {
    res
      .set(headers)
      .send(html(`${req.gk.bootstrap()}<script src="/client.js"></script><script src="/make.js"></script>`));
  });
  app.get('/blank', (_req, res) => res.set(headers).send(html('<script src="/client.js"></script>')));
  app.get('/elsewhere', (_req, res) => res.send(html('')));
  const server = createServer(app);
  let browser: Browser;
  beforeAll(async () => {
    [browser] = await Promise.all([launchChromium(), once(server.listen(0, '127.0.0.1'), 'listening')]);
    site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await engine.close();
  });

  const site: Site = {
    url: '',
    trouble: undefined,
    requests,
    window: () => browser.newContext(),
    async open(path = '/page', window) {
      const page = await (window ?? (await browser.newContext())).newPage();
      page.setDefaultTimeout(15_000);
      const complaints: string[] = [];
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
      await page.goto(site.url + path);
      return { page, complaints };
    },
  };
  return site;
}

/** Hides a page from its reader, or shows it again, as when tabs are changed. */
export function setHidden(page: Page, hidden: boolean): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}
