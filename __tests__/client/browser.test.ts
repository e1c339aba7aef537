import type { RequestHandler } from 'express';
import { BY } from '../support/config';
import { clientEngine } from '../support/client';
import { clientSite, setHidden, type Opened } from '../support/client-pages';

const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:";

const engine = clientEngine();
const site = clientSite(engine, { 'Content-Security-Policy': POLICY });
beforeEach(async () => {
  site.trouble = undefined;
  await engine.live.clear(BY);
  site.requests.length = 0;
});

const variant = ({ page }: Opened) => page.evaluate(() => client.ffVariant('CHECKOUT'));
/** Resolves once the page's client says so; it is looked at whenever something could have changed. */
const becomes = ({ page }: Opened, wanted: string | undefined) =>
  page.waitForFunction((wanted) => client.all().CHECKOUT === wanted, wanted);
/** So that a request to the endpoint is seen that is made meanwhile. */
const request = ({ page }: Opened, method: string, path = '/flags') =>
  page.waitForRequest((one) => one.method() === method && new URL(one.url()).pathname === path);

const stop = async ({ page }: Opened) => page.context().close();

describe('with a bootstrap', () => {
  test('the first check is synchronous and the server’s own, asks for nothing, and needs no leave of a policy', async () => {
    const opened = await site.open();
    expect(
      await opened.page.evaluate(() => {
        const client =
          createClient<typeof import('../support/client').clientConfig extends () => infer C ? C : never>();
        const { page, steps } = { page: client.ff('CHECKOUT', 'STEPS'), steps: client.payload('CHECKOUT') };
        const all = client.all();
        client.close();
        return { page, steps, all, size: client.ffVariant('SIZE') };
      }),
    ).toEqual({ page: true, steps: undefined, all: { CHECKOUT: 'STEPS', SIZE: 'L' }, size: 'L' });
    expect(site.requests).not.toContain('GET /flags');
    expect(opened.complaints).toEqual([]);
    await stop(opened);
  });

  test('a flag flipped live changes the open page, in every tab that is seen', async () => {
    const window = await site.window();
    const tabs = [await site.open('/page', window), await site.open('/page', window)];
    const heard = tabs.map(({ page }) => page.evaluate(() => new Promise<void>((resolve) => client.onChange(resolve))));
    const start = performance.now();
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    await Promise.all(heard);
    expect(performance.now() - start).toBeLessThan(5_000);
    for (const { page, complaints } of tabs) {
      expect(await page.evaluate(() => [client.ffVariant('CHECKOUT'), client.payload('CHECKOUT')])).toEqual([
        'ONE_PAGE',
        { steps: 1 },
      ]);
      expect(complaints).toEqual([]);
    }
    await stop(tabs[0]!);
  });

  test('a change that is none to this page wakes nobody, and what stays the same stays the same object', async () => {
    const opened = await site.open();
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    await becomes(opened, 'ONE_PAGE');
    await opened.page.evaluate(() => Object.assign(window, { payload: client.payload('CHECKOUT'), calls: 0 }));
    await opened.page.evaluate(() => void client.onChange(() => ((window as any).calls += 1)));
    site.requests.length = 0;
    await engine.live.pin('SECRET', 'ONE_PAGE', BY);
    await opened.page.evaluate(() => client.refresh());
    expect(await opened.page.evaluate(() => (window as any).calls)).toBe(0);
    await engine.live.pin('SIZE', 'S', BY);
    await opened.page.waitForFunction(() => (window as any).calls === 1);
    expect(await opened.page.evaluate(() => (window as any).payload === client.payload('CHECKOUT'))).toBe(true);
    expect(opened.complaints).toEqual([]);
    await stop(opened);
  });

  test('a page that nobody sees has no connection, and looks again when it is seen', async () => {
    const opened = await site.open();
    const gone = opened.page.waitForEvent('requestfailed', (one) => one.url().endsWith('/events'));
    await Promise.all([gone, setHidden(opened.page, true)]);
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    site.requests.length = 0;
    expect(await variant(opened)).toBe('STEPS');
    await Promise.all([request(opened, 'GET'), setHidden(opened.page, false)]);
    await becomes(opened, 'ONE_PAGE');
    await stop(opened);
  });

  test('a listener that throws is the page’s error, and keeps nothing from the others', async () => {
    const opened = await site.open();
    const heard = opened.page.evaluate(() => {
      client.onChange(() => {
        throw new Error('mine');
      });
      const removed = client.onChange(() => console.error('still called'));
      removed();
      return new Promise<void>((resolve) => client.onChange(resolve));
    });
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    await heard;
    expect(opened.complaints).toEqual(['mine']);
    await stop(opened);
  });
});

test('a flag that the server does not tell of is false and undefined, with one warning', async () => {
  const opened = await site.open();
  const seen = await opened.page.evaluate(() => {
    const { ff, ffVariant, payload } = client as any;
    return ['SECRET', 'SECRET', '__proto__', 'constructor'].map((name) => [
      ff(name, 'STEPS'),
      ffVariant(name),
      payload(name),
    ]);
  });
  expect(seen).toEqual(Array(4).fill([false, undefined, undefined]));
  expect(opened.complaints).toEqual(
    ['SECRET', '__proto__', 'constructor'].map((name) => `gatekeeper: no client-side flag named "${name}"`),
  );
  await stop(opened);
});

test('after a login without a new page, `refresh()` has the answers of whoever is there now, and so have changes', async () => {
  const opened = await site.open('/blank');
  await opened.page.evaluate(async () => {
    client = createClient(); // which has no need to look by itself for minutes
    await client.ready;
  });
  expect(await variant(opened)).toBe('STEPS');
  await opened.page.setExtraHTTPHeaders({ 'x-user': 'ada', 'x-plan': 'growth' });
  await opened.page.evaluate(() => client.refresh());
  expect(await variant(opened)).toBe('ONE_PAGE');
  await engine.live.kill('CHECKOUT', BY);
  await becomes(opened, 'STEPS');
  await engine.live.restore('CHECKOUT', BY);
  await becomes(opened, 'ONE_PAGE');
  await stop(opened);
});

describe('without a bootstrap', () => {
  test('there is no answer until the server has given one, and no warning', async () => {
    const opened = await site.open('/blank');
    const seen = await opened.page.evaluate(async () => {
      client = createClient();
      const before = [client.ff('CHECKOUT', 'STEPS'), client.ffVariant('CHECKOUT'), client.all()];
      await client.ready;
      return [...before, client.ffVariant('CHECKOUT')];
    });
    expect(seen).toEqual([false, undefined, {}, 'STEPS']);
    expect(opened.complaints).toEqual([]);
    await stop(opened);
  });

  test('an answer that comes late does not undo a newer one', async () => {
    let first = true;
    let release = () => {};
    site.trouble = (req, res, next) => {
      if (req.path !== '/flags' || !first) return next();
      first = false;
      release = () => res.json({ tag: 'old', flags: { CHECKOUT: ['ONE_PAGE'] } });
    };
    const opened = await site.open('/blank');
    await opened.page.evaluate(async () => {
      client = createClient();
      await client.refresh();
    });
    release();
    await opened.page.evaluate(() => client.ready);
    expect(await variant(opened)).toBe('STEPS');
    await stop(opened);
  });
});

const troubles: [string, RequestHandler][] = [
  ['is down', (req) => req.socket.destroy()],
  ['answers 401', (_req, res) => void res.status(401).json({ flags: { CHECKOUT: ['ONE_PAGE'] } })],
  ['answers 429', (_req, res) => void res.status(429).set('Retry-After', '1').end()],
  ['answers 500', (_req, res) => void res.status(500).end()],
  ['answers with a page', (_req, res) => void res.send('<!doctype html><title>Log in</title>')],
  ['answers with other JSON', (_req, res) => void res.json({ error: 'log in' })],
  ['answers null', (_req, res) => void res.json(null)],
  ['answers with answers that are none', (_req, res) => void res.json({ flags: null })],
  [
    'breaks off in the middle',
    (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' });
      res.write('{"tag":"x","flags":{"CHECKOUT":["ONE_');
      setTimeout(() => res.destroy(), 20);
    },
  ],
  [
    'sends half a stream',
    (req, res, next) => {
      if (!req.path.endsWith('/events')) return next();
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.write('data: ano');
      setTimeout(() => res.destroy(), 20);
    },
  ],
];

describe.each(troubles)('where the server %s', (_, trouble) => {
  /** What Chromium itself says of a request that failed is no error of the page. */
  const ofThePage = ({ complaints }: Opened) =>
    complaints.filter((line) => !/^Failed to load resource|ERR_|EventSource's response/.test(line));

  test('the last answers stay, nothing is thrown, and it is seen when the server is back', async () => {
    site.trouble = trouble;
    const opened = await site.open();
    await opened.page.evaluate(() => client.refresh());
    expect(await variant(opened)).toBe('STEPS');
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    site.trouble = undefined;
    await becomes(opened, 'ONE_PAGE');
    expect(ofThePage(opened)).toEqual([]);
    await stop(opened);
  });
});

test('while the server stays away it is asked ever more seldom', async () => {
  const opened = await site.open('/blank');
  await opened.page.clock.install();
  site.trouble = (_req, res) => void res.status(503).end();
  await opened.page.evaluate(async () => {
    client = createClient();
    await client.ready;
  });
  const before = site.requests.length;
  for (let second = 0; second < 600; second += 5) await opened.page.clock.runFor(5_000);
  const asked = site.requests.length - before;
  // 2 + 4 + … + 60 seconds and then each minute, or up to twice as often, since not all are to come at once.
  expect(asked).toBeGreaterThan(5);
  expect(asked).toBeLessThan(35);
  await stop(opened);
});

describe('offline', () => {
  test('the last answers stay, and what has changed is seen when the browser is online again', async () => {
    const window = await site.window();
    const opened = await site.open('/page', window);
    await window.setOffline(true);
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    await opened.page.evaluate(() => client.refresh());
    expect(await variant(opened)).toBe('STEPS');
    await window.setOffline(false);
    await becomes(opened, 'ONE_PAGE');
    await stop(opened);
  });

  /** What a page without a bootstrap knows while there is no server, after one that had heard from it. */
  async function offline(between: (opened: Opened) => Promise<unknown> = async () => {}): Promise<unknown> {
    const window = await site.window();
    const first = await site.open('/blank', window);
    await first.page.evaluate(() => createClient().ready);
    await between(first);
    site.trouble = (req) => req.socket.destroy();
    const second = await site.open('/blank', window);
    const known = await second.page.evaluate(async () => {
      client = createClient();
      await client.ready;
      return [client.ffVariant('CHECKOUT') ?? null, client.all()];
    });
    expect(second.complaints.filter((line) => !/ERR_|no client-side flag/.test(line))).toEqual([]);
    await stop(second);
    return known;
  }

  test('a page that comes without answers has those of the last time', async () => {
    expect(await offline()).toEqual(['STEPS', { CHECKOUT: 'STEPS', SIZE: 'L' }]);
  });

  test('a server that does not answer is waited for ten seconds', async () => {
    const window = await site.window();
    const opened = await site.open('/blank', window);
    await opened.page.evaluate(() => createClient().ready);
    site.trouble = () => {};
    const [known, seconds] = await opened.page.evaluate(async () => {
      const start = performance.now();
      client = createClient();
      await client.ready;
      return [client.ffVariant('CHECKOUT'), (performance.now() - start) / 1_000] as const;
    });
    expect(known).toBe('STEPS');
    expect(Math.round(seconds)).toBe(10);
    await stop(opened);
  });

  test.each([
    ['no JSON', '{"flags":'],
    ['null', 'null'],
    ['a list', '[]'],
    ['flags that are none', '{"flags":7}'],
    ['nothing', ''],
  ])('a storage that holds %s is as one that holds nothing', async (_, text) => {
    const known = await offline(({ page }) =>
      page.evaluate((text) => localStorage.setItem('gatekeeper /flags', text), text),
    );
    expect(known).toEqual([null, {}]);
  });

  test('answers in the storage that are none are left out', async () => {
    const odd = JSON.stringify({ flags: { CHECKOUT: 7, SIZE: null, OTHER: ['x'] } });
    const known = await offline(({ page }) =>
      page.evaluate((text) => localStorage.setItem('gatekeeper /flags', text), odd),
    );
    expect(known).toEqual([null, { OTHER: 'x' }]);
  });
});

describe('storage', () => {
  test('that is full changes nothing', async () => {
    const opened = await site.open('/blank');
    const known = await opened.page.evaluate(async () => {
      for (let size = 2 ** 22; size > 0; size = Math.floor(size / 2))
        for (let i = 0; ; i++)
          try {
            localStorage.setItem(`${size}-${i}`, 'x'.repeat(size));
          } catch {
            break;
          }
      client = createClient();
      await client.ready;
      return [localStorage.getItem('gatekeeper /flags'), client.ffVariant('CHECKOUT')];
    });
    expect(known).toEqual([null, 'STEPS']);
    expect(opened.complaints).toEqual([]);
    await stop(opened);
  });

  test('that is forbidden changes nothing', async () => {
    const window = await site.window();
    await window.addInitScript(() =>
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      }),
    );
    const opened = await site.open('/blank', window);
    const known = await opened.page.evaluate(async () => {
      client = createClient();
      await client.ready;
      return client.ffVariant('CHECKOUT');
    });
    expect(known).toBe('STEPS');
    await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
    await becomes(opened, 'ONE_PAGE');
    expect(opened.complaints).toEqual([]);
    await stop(opened);
  });
});

describe('override', () => {
  test('holds in this browser alone, for the server too, and in pages that are open', async () => {
    const window = await site.window();
    const [opened, other] = [await site.open('/page', window), await site.open()];
    expect(await opened.page.evaluate(() => client.override('CHECKOUT', 'ONE_PAGE'))).toBe(true);
    expect(await variant(opened)).toBe('ONE_PAGE');
    const next = await site.open('/page', window);
    expect(await variant(next)).toBe('ONE_PAGE');
    expect(await variant(other)).toBe('STEPS');
    expect(await next.page.evaluate(() => client.override('CHECKOUT', ''))).toBe(true);
    expect(await variant(next)).toBe('STEPS');
    await Promise.all([stop(opened), stop(other)]);
  });

  test('of what the server does not allow changes nothing', async () => {
    const opened = await site.open();
    expect(await opened.page.evaluate(() => client.override('CHECKOUT', 'TWO' as never))).toBe(false);
    expect(await opened.page.evaluate(() => client.override('SECRET' as never, 'ONE_PAGE' as never))).toBe(false);
    site.trouble = (req) => req.socket.destroy();
    expect(await opened.page.evaluate(() => client.override('CHECKOUT', 'ONE_PAGE'))).toBe(false);
    expect(await variant(opened)).toBe('STEPS');
    await stop(opened);
  });
});
