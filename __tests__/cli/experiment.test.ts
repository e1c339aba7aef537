import { project } from '../support/cli';

/** A config with an experiment, and a sink that has what this says came of it. */
const configWith = (sink: string, more = '') => `
  import { defineConfig, type Sink } from 'gatekeeper-flags';
  import { Experiment, conversion, errorRate, mean } from 'gatekeeper-flags/experiments';
  import { memorySink } from 'gatekeeper-flags/sinks/memory';

  enum Checkout { CONTROL = 'CONTROL', ONE_PAGE = 'ONE_PAGE' }
  class CheckoutTest extends Experiment<Checkout> {
    readonly description = 'Checkout on one page';
    readonly hypothesis = 'With everything on one page, fewer people give up before they pay.';
    readonly variants = Checkout;
    readonly off = Checkout.CONTROL;
    readonly starts = '2026-11-01';
    readonly arms = { CONTROL: 50, ONE_PAGE: 50 };
    readonly primary = conversion('purchase');
    override readonly secondary = [mean('revenue')] as const;
    override readonly guardrails = [errorRate().above('20%')];
    override readonly plannedUnits = 3_000;
  }
  const at = Date.parse('2026-11-02');
  function filled(): Sink {
    const sink = memorySink();
    const units = Array.from({ length: 4_000 }, (_, n) => ({ unit: String(n), arm: n % 2 ? 'ONE_PAGE' : 'CONTROL', n }));
    const event = (unit: string, event: string, value: number) =>
      ({ experiment: 'CHECKOUT_TEST', unit, event, count: 1, sum: BigInt(value * 1_000_000), at });
    const buying = units.filter(({ arm, n }) => (arm === 'CONTROL' ? n % 20 === 0 : n % 14 === 1));
    void sink.write({
      id: 'all',
      exposures: units.map(({ unit, arm }) => ({ experiment: 'CHECKOUT_TEST', arm, unit, at, weights: 'CONTROL:50,ONE_PAGE:50' })),
      events: buying.flatMap(({ unit, n }) => [event(unit, 'purchase', 1), event(unit, 'revenue', 20 + (n % 30))]),
      histograms: [],
    });
    return sink;
  }
  export const config = defineConfig({
    flags: { CHECKOUT_TEST: new CheckoutTest() },
    now: () => Date.parse('2026-11-15T09:00Z'),
    ${sink}
    ${more}
  });
`;
const FILLED = configWith('sink: filled,');
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('size', () => {
  test('how many units, and how long that is, without a config', async () => {
    const { code, stdout } = await project().gatekeeper([
      ...['experiment', 'size', '--baseline', '10%', '--mde', '10%', '--per-day', '2,000'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^29,502 units, 3 weeks to find a change of 10\s%: 14,751 in the control, 14,751 in/u);
    expect(stdout).toMatch(/^3 weeks {3,}42,000 {2}8\.35\s%$/mu);
    expect(stdout).toContain('plannedUnits = 29502');
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test('of a mean, in JSON', async () => {
    const { stdout } = await project().gatekeeper([
      ...['experiment', 'size', '--baseline', '31.50', '--sd', '44', '--mde', '3%', '--treatments', '2', '--json'],
    ]);
    const size = JSON.parse(stdout);
    expect(size).toMatchObject({ control: expect.any(Number), treatment: size.control, weekly: [] });
    expect(size.total).toBe(3 * size.control);
  });

  test.each([
    [['--baseline', '10', '--mde', '5%'], '--baseline 10 is no percentage, such as 5%'],
    [['--baseline', '10%', '--mde', '5'], '--mde 5 is no percentage'],
    [['--baseline', '10%', '--mde', '0%'], 'effect must be a finite number above 0'],
    [['--baseline', '60%', '--mde', '80%'], 'baseline with the effect must be a number between 0 and 1'],
    [['--baseline', '10%', '--mde', '5%', '--per-day', 'many'], '--per-day many is no number'],
    [['--mde', '5%'], "required option '--baseline <rate>' not specified"],
  ])('%j is refused', async (options, message) => {
    const { code, stdout, stderr } = await project().gatekeeper(['experiment', 'size', ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('results', () => {
  const results = (config: string, ...more: string[]) =>
    project({ 'gatekeeper.config.ts': config }).gatekeeper(['experiment', 'results', 'CHECKOUT_TEST', ...more]);

  test('the verdict, why, and the numbers, in 80 columns', async () => {
    const { code, stdout, stderr } = await results(FILLED);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^CHECKOUT_TEST {2}14 days since 1 November\n {2}With everything on one page/);
    expect(stdout).toMatch(/^Ship {2}ONE_PAGE\n {2}ONE_PAGE is shown better than CONTROL: purchase \+/m);
    expect(stdout).toMatch(/^METRIC +CONTROL +ONE_PAGE +CHANGE +95\s% INTERVAL +P$/mu);
    expect(stdout).toMatch(/^request errors above 20%: kept$/m);
    expect(stdout).toMatch(/^CONTROL 2,000, ONE_PAGE 2,000: as they were split \(p = 1\.00\)\.$/m);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test('as JSON, and as Markdown', async () => {
    const report = JSON.parse((await results(FILLED, '--json')).stdout);
    expect(report).toMatchObject({
      experiment: 'CHECKOUT_TEST',
      treatments: [{ verdict: 'ship', decided: '2026-11-07' }],
    });
    expect((await results(FILLED, '--markdown')).stdout).toMatch(/^# `CHECKOUT_TEST`\n\n> With everything/);
  });

  test.each([
    ['nothing is kept', configWith(''), 2, 'give defineConfig a sink'],
    ['the sink only sends on', configWith(`sink: () => ({ ...filled(), kind: 'opentelemetry', results: undefined }),`), 2, 'only sends on'],
    [
      'the sink is down',
      configWith(`sink: () => ({ ...filled(), results: { ...filled().results!, read: () => Promise.reject(new Error('no route to host')) } }),`),
      3,
      'the memory sink does not answer (no route to host)',
    ],
  ])('%s: one line says so', async (_, config, code, message) => {
    const ran = await results(config);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
    expect(ran.stderr).toMatch(/^gatekeeper: [^\n]*\n$/);
    expect(ran.stderr).toContain(message);
  }); // prettier-ignore

  test('a name that is none suggests one', async () => {
    const made = project({ 'gatekeeper.config.ts': FILLED });
    const { code, stderr } = await made.gatekeeper(['experiment', 'results', 'CHECKOUT']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no experiment named "CHECKOUT"') });
  });
});
