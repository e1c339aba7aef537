import Ajv from 'ajv/dist/2020';
import axe from 'axe-core';
import express, { type Express } from 'express';
import { analyse, reportMarkdown } from 'gatekeeper-flags/experiments';
import { gatekeeper } from 'gatekeeper-flags/express';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { client, dashboardApp } from '../support/dashboard';
import { checkoutTest, DAY, world, type World } from '../support/experiment-days';
import { having, many, sumsOf, unitsOf } from '../support/experiment-totals';
import { listening } from '../support/http-express';

let browser: Browser;
let lived: World;
/** Three weeks of five experiments: one that is won, one of three arms, one on revenue, one that is young, one to come. */
beforeAll(async () => {
  browser = await launchChromium();
  const flags = {
    CHECKOUT_TEST: checkoutTest({ minimumDetectableEffect: '12%' } as never),
    THREE_ARMS: checkoutTest({ salt: 'b', arms: { CONTROL: 40, ONE_PAGE: 30, NO_ACCOUNT: 30 } } as never),
    DELIVERY_PROMISE_IN_THE_BASKET_AND_ON_THE_CONFIRMATION: checkoutTest({ salt: 'c', ends: '2026-12-01', minimumDetectableEffect: undefined } as never),
    YOUNG: checkoutTest({ salt: 'd', starts: '2026-11-20' } as never),
    TO_COME: checkoutTest({ salt: 'e', starts: '2026-12-24' } as never),
  }; // prettier-ignore
  lived = world(flags, { environment: 'staging', secret: 'a-secret-of-at-least-32-characters' });
  await lived.live(22, 500, {
    CONTROL: { purchase: 0.2, failed: 0.03 },
    ONE_PAGE: { purchase: 0.24, failed: 0.03, milliseconds: 190 },
  });
  lived.clock.now += DAY / 2;
  app = express().use(gatekeeper(lived.engine) as never, dashboardApp(lived.engine));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await lived.engine.close();
});

const paths = [
  '/experiments',
  '/experiments/CHECKOUT_TEST',
  '/experiments/THREE_ARMS',
  '/experiments/DELIVERY_PROMISE_IN_THE_BASKET_AND_ON_THE_CONFIRMATION',
  '/experiments/YOUNG',
  '/experiments/TO_COME',
  '/calculator',
  '/calculator?kind=mean&baseline=31.5&sd=44&effect=3',
  '/calculator?baseline=none',
];

async function open(options: object = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    extraHTTPHeaders: { 'x-role': 'viewer' },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => complaints.push(line.text()));
  return { page, complaints };
}

let app: Express;

test.each([
  ['a desktop', 1280, 'dark'],
  ['a phone', 390, 'light'],
] as const)(
  'on %s of %d pixels, %s, axe finds nothing, and no page is too wide',
  async (_, width, colorScheme) => {
    await listening(app, async (origin) => {
      const { page } = await open({ viewport: { width, height: 844 }, colorScheme });
      const found: string[] = [];
      for (const path of paths) {
        await page.goto(`${origin}/gatekeeper${path}`);
        await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
        for (const { id, nodes } of violations) found.push(...nodes.map(({ html }) => `${path}: ${id}: ${html}`));
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        if (wide !== width) found.push(`${path} is ${wide} wide`);
      }
      expect(found).toEqual([]);
    });
  },
  120_000,
);

test.each([true, false])('from the list to a verdict and its numbers; with scripts: %p', async (javaScriptEnabled) => {
  await listening(app, async (origin) => {
    const { page, complaints } = await open({ javaScriptEnabled });
    await page.goto(`${origin}/gatekeeper/`);
    await page.getByRole('link', { name: 'Experiments' }).click();
    const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'CHECKOUT_TEST' }) });
    await row.getByText('Ship', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'CHECKOUT_TEST' }).click();
    const verdict = page.getByRole('region', { name: 'Verdict on ONE_PAGE' });
    await verdict.getByText('ONE_PAGE is shown better than CONTROL: purchase +').waitFor();
    await verdict.getByText('Decided on the numbers as of the end of').waitFor();
    const numbers = page.getByRole('region', { name: 'ONE_PAGE against CONTROL' });
    expect(await numbers.getByRole('img', { name: /^(purchase|revenue|basket_value|support_ticket|request)/ }).count()).toBe(6);
    await numbers.getByRole('img', { name: /^ONE_PAGE by day: last \+/ }).waitFor();
    await numbers.getByText('As a table').click();
    expect(await numbers.getByRole('row').filter({ hasText: /^\d+ Nov/ }).count()).toBe(17);
    await page.getByText('How to read this').click();
    await page.getByText('stopping once it passes 95 % is peeking').waitFor();
    await page.getByRole('link', { name: 'its flag' }).click();
    await page.getByRole('link', { name: 'experiment', exact: true }).click();
    await verdict.waitFor();
    expect(complaints).toEqual([]);
  });
}); // prettier-ignore

test.each([true, false])('a size is worked out; with scripts: %p', async (javaScriptEnabled) => {
  await listening(app, async (origin) => {
    const { page, complaints } = await open({ javaScriptEnabled });
    await page.goto(`${origin}/gatekeeper/experiments`);
    await page.getByRole('link', { name: 'Plan one' }).click();
    await page.getByRole('textbox', { name: /^Baseline/ }).fill('4 %');
    await page.getByRole('textbox', { name: /^Effect to find/ }).fill('5');
    await page.getByRole('textbox', { name: /^New units a day/ }).fill('20,000');
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('In the class: plannedUnits = 308').waitFor();
    expect(await page.getByRole('row').filter({ hasText: '3 weeks' }).getAttribute('aria-current')).toBe('true');
    expect(await page.getByRole('textbox', { name: /^Baseline/ }).inputValue()).toBe('4 %');
    await page.getByRole('textbox', { name: /^Effect to find/ }).fill('much');
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('Check what you wrote: effect must be').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('the API', () => {
  const viewer = () => client(app, 'viewer');

  test('gives the report as it is, and as Markdown', async () => {
    const report = await analyse(lived.engine, 'CHECKOUT_TEST');
    const { body } = await viewer().get('/api/experiments/CHECKOUT_TEST').expect(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(report)));
    const { text, headers } = await viewer().get('/experiments/CHECKOUT_TEST/report.md').expect(200);
    expect(headers['content-type']).toMatch(/^text\/markdown/);
    expect(text).toBe(reportMarkdown(report));
  });

  test('is as documented', async () => {
    const api = (await viewer().get('/api/openapi.json').expect(200)).body;
    const ajv = new Ajv({ allErrors: true, strict: false });
    ajv.addSchema(api, 'api');
    const problems: unknown[] = [];
    for (const path of paths) {
      const schema = path.startsWith('/calculator')
        ? 'Calculator'
        : path === '/experiments'
          ? 'Experiments'
          : 'Experiment';
      const check = ajv.getSchema(`api#/components/schemas/${schema}`)!;
      const { body } = await viewer().get(`/api${path}`).expect(200);
      if (!check(body)) problems.push(path, ...check.errors!);
    }
    expect(problems).toEqual([]);
  });

  test('the numbers of one that is too early are nowhere', async () => {
    const text = async (path: string) => (await viewer().get(path).expect(200)).text;
    expect(await text('/api/experiments/YOUNG')).not.toMatch(
      /"(metrics|lift|difference|chanceToWin|daily|guardrails)"/,
    );
    expect(await text('/experiments/YOUNG')).not.toMatch(/<table|class="interval|→/);
    expect(await text('/experiments/YOUNG/report.md')).not.toMatch(/^\|/m);
    expect(await text('/experiments/CHECKOUT_TEST/report.md')).toMatch(/^\|/m);
    const { experiments } = (await viewer().get('/api/experiments').expect(200)).body;
    const young = experiments.find(({ experiment }: { experiment: string }) => experiment === 'YOUNG');
    expect(young.treatments).toEqual([{ variant: 'ONE_PAGE', verdict: 'too-early', because: 'under-a-week' }]);
  });

  test('what is no experiment is not found', async () => {
    const { body } = await viewer().get('/api/experiments/CHEKCOUT_TEST').expect(404);
    expect(body.error).toMatchObject({ code: 'flag-unknown', message: expect.stringContaining('CHECKOUT_TEST') });
    await viewer().get('/experiments/nope').expect(404);
  });
});

describe('a sink that gives no results', () => {
  const { results: _, ...sendsOn } = { ...memorySink(), kind: 'opentelemetry' };
  const down = { ...memorySink(), results: { ...memorySink().results!, read: () => Promise.reject(new Error('password "x"')) } };

  test.each([
    ['sends on', sendsOn, 501, 'the opentelemetry sink only sends on'],
    ['is down', down, 503, 'the memory sink does not answer'],
  ])('%s', async (_, sink, status, said) => {
    const { engine } = world({ CHECKOUT_TEST: checkoutTest() }, { sink: () => sink });
    const viewer = client(dashboardApp(engine), 'viewer');
    const list = await viewer.get('/experiments').expect(200);
    expect(list.text).toContain(said);
    const one = await viewer.get('/experiments/CHECKOUT_TEST').expect(status);
    expect(one.text).toContain(said);
    expect(list.text + one.text).not.toContain('password');
    await engine.close();
  });
}); // prettier-ignore

test('a page over a million units is there at once', async () => {
  const arms = ['CONTROL', 'ONE_PAGE'];
  const sink = having({
    units: arms.map((arm) => unitsOf(arm, 500_000)),
    sums: arms.map((arm) => sumsOf(arm, 'purchase', many(50_000, 1))),
  });
  const { engine, clock } = world({ CHECKOUT_TEST: checkoutTest() }, { sink: () => sink });
  clock.now += 30 * DAY;
  const viewer = client(dashboardApp(engine), 'viewer');
  let fastest = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await viewer.get('/experiments/CHECKOUT_TEST').expect(200);
    fastest = Math.min(fastest, performance.now() - start);
  }
  expect(fastest).toBeLessThan(200);
  await engine.close();
});

test('without an experiment, it says how a flag becomes one', async () => {
  const { engine } = world({});
  expect((await client(dashboardApp(engine)).get('/experiments').expect(200)).text).toContain(
    'extends <code>Experiment',
  );
  await engine.close();
});
