import { createEngine, defineConfig } from 'gatekeeper-flags';
import { Experiment, conversion, mean } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import request from 'supertest';
import { quiet, toggle } from '../support/config';
import { clientApp } from '../support/client';
import { clientSite, setHidden } from '../support/client-pages';

enum Checkout {
  CONTROL = 'CONTROL',
  ONE_PAGE = 'ONE_PAGE',
}

class CheckoutTest extends Experiment<Checkout> {
  readonly description = 'One page';
  readonly hypothesis = 'Fewer steps, more orders';
  override readonly clientSide = true;
  override readonly unit = 'visitor';
  readonly variants = Checkout;
  readonly off = Checkout.CONTROL;
  readonly starts = '2026-01-01';
  readonly arms = { CONTROL: 50, ONE_PAGE: 50 };
  readonly primary = conversion('purchase');
  override readonly secondary = [mean('revenue')] as const;
  override readonly minimumDetectableEffect = '5%';
}

const sink = memorySink();
const engine = createEngine(
  defineConfig({
    ...quiet,
    flags: { CHECKOUT: new CheckoutTest(), BANNER: toggle({ clientSide: true }), THEME: toggle({ clientSide: true }) },
    sink: () => sink,
    now: () => Date.parse('2026-06-01'),
  }),
);
const site = clientSite(engine);

/** The bodies of the next so many batches that the server takes. */
function batches(count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  return new Promise((resolve) => {
    site.trouble = (req, res, next) => {
      if (req.method !== 'POST') return next();
      const chunks: Buffer[] = [];
      req.on('data', (chunk) => chunks.push(chunk));
      res.on('finish', () => {
        seen.push([res.statusCode, JSON.parse(Buffer.concat(chunks).toString())]);
        if (seen.length === count) resolve(seen);
      });
      next();
    };
  });
}
const [CHECKOUT, BANNER] = ['CHECKOUT', 'BANNER'].map((flag) => flag as never);

test('what is used is sent in one batch, each flag once; the bootstrap alone is no use', async () => {
  const { page, complaints } = await site.open();
  const sent = batches(1);
  await page.evaluate(
    ([CHECKOUT, BANNER]) => {
      client.all();
      for (let i = 0; i < 3; i++) {
        client.ff(CHECKOUT!, 'ONE_PAGE' as never);
        client.ffVariant(CHECKOUT!);
        client.payload(BANNER!);
      }
      client.track('purchase' as never);
      client.track('revenue' as never, { value: 12.5 });
      for (const value of [NaN, Infinity, 1e300, '7', null, {}] as never[]) client.track('revenue' as never, { value });
    },
    [CHECKOUT, BANNER],
  );
  expect(await sent).toEqual([
    [
      204,
      {
        exposures: ['CHECKOUT', 'BANNER'],
        outcomes: [{ metric: 'purchase' }, { metric: 'revenue', value: 12.5 }],
      },
    ],
  ]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a page that is left sends what is waiting, and what was sent is not sent again', async () => {
  const { page } = await site.open();
  const sent = batches(1);
  await page.evaluate((flag) => void client.ff(flag!, 'ONE_PAGE' as never), CHECKOUT);
  await page.goto(`${site.url}/elsewhere`);
  expect(await sent).toEqual([[204, { exposures: ['CHECKOUT'], outcomes: [] }]]);
  await page.context().close();
});

test('a tab that is turned away from sends what is waiting, and the next batch has only what is new', async () => {
  const { page } = await site.open();
  const sent = batches(2);
  await page.evaluate((flag) => void client.ff(flag!, 'ONE_PAGE' as never), CHECKOUT);
  await setHidden(page, true);
  await page.evaluate((flag) => void client.ff(flag!, 'ON' as never), BANNER);
  await page.evaluate(() => client.close());
  expect((await sent).map((one) => (one as any)[1].exposures)).toEqual([['CHECKOUT'], ['BANNER']]);
  await page.context().close();
});

test('what the browser does not take on is sent when somebody turns back to the tab', async () => {
  const { page } = await site.open();
  await page.evaluate((flag) => {
    navigator.sendBeacon = () => false;
    client.ff(flag!, 'ONE_PAGE' as never);
  }, CHECKOUT);
  await setHidden(page, true);
  const sent = batches(1);
  await setHidden(page, false);
  expect(await sent).toEqual([[204, { exposures: ['CHECKOUT'], outcomes: [] }]]);
  await page.context().close();
});

test.each([503, 429])('what a server could not take (%i) is sent again', async (status) => {
  const { page } = await site.open();
  const refused = new Promise<void>((resolve) => {
    site.trouble = (req, res, next) => {
      if (req.method !== 'POST') return next();
      res.status(status).end();
      resolve();
    };
  });
  await page.evaluate((flag) => void client.ff(flag!, 'ONE_PAGE' as never), CHECKOUT);
  await refused;
  const sent = batches(1);
  await page.evaluate((flag) => void client.ff(flag!, 'ON' as never), BANNER);
  const seen = ((await sent)[0] as any)[1].exposures;
  expect(seen).toContain('CHECKOUT');
  await page.context().close();
});

test('what a server refuses for good is not sent again', async () => {
  const { page } = await site.open();
  const refused = new Promise<void>((resolve) => {
    site.trouble = (req, res, next) => {
      if (req.method !== 'POST') return next();
      res.status(400).end();
      resolve();
    };
  });
  await page.evaluate((flag) => void client.ff(flag!, 'ONE_PAGE' as never), CHECKOUT);
  await refused;
  const sent = batches(1);
  await page.evaluate((flag) => void client.ff(flag!, 'ON' as never), BANNER);
  expect(((await sent)[0] as any)[1].exposures).toEqual(['BANNER']);
  await page.context().close();
});

test('only metrics that the app lets browsers report are', async () => {
  const tracked: string[] = [];
  const app = clientApp(engine, {
    metrics: ['revenue'],
    before: [
      (req, _res, next) => {
        queueMicrotask(() => {
          (req as any).gk.track = (metric: string) => tracked.push(metric);
        });
        next();
      },
    ],
  });
  const outcomes = [{ metric: 'purchase' }, { metric: 'revenue', value: 2 }];
  await request(app).post('/flags/events').set('Sec-Fetch-Site', 'same-origin').send({ outcomes }).expect(204);
  expect(tracked).toEqual(['revenue']);
});

test('in the end the sink knows each visitor once, and what they did', async () => {
  await engine.close();
  const { units, sums } = await sink.results!.read('CHECKOUT');
  expect(units.reduce((all, one) => all + one.units, 0)).toBe(6); // all but the one whose batch was refused for good
  expect(sums.map(({ event, units }) => [event, units]).sort()).toEqual([
    ['purchase', 1],
    ['revenue', 1],
  ]);
});
