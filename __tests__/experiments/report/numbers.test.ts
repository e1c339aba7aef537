import { monitorEventLoopDelay } from 'node:perf_hooks';
import { GatekeeperError, type DaySums, type DayUnits, type Sink, type Totals } from 'gatekeeper-flags';
import { analyse, conversion, mean, ratio, reportMarkdown, type TreatmentReport } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { checkoutTest, DAY, START, world, type World } from '../../support/experiment-days';
import { having, many, sumsOf, unitsOf } from '../../support/experiment-totals';

const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map(({ engine }) => engine.close())));

const open = { guardrails: [], minimumDetectableEffect: undefined, plannedUnits: 1_000_000_000 };

function over(sink: Sink, members: object = {}): World {
  const made = world({ CHECKOUT_TEST: checkoutTest({ ...open, ...members } as never) }, { sink: () => sink });
  worlds.push(made);
  return made;
}

const FIRST = START / DAY;

/** The report of the one treatment, 8 days on. */
async function reportOf(totals: Partial<Totals>, members: object = {}): Promise<TreatmentReport> {
  const made = over(having(totals), { secondary: [], ...members });
  made.clock.now += 8 * DAY;
  return (await analyse(made.engine, 'CHECKOUT_TEST')).treatments[0]!;
}
const both = (control: number, treatment = control) => [unitsOf('CONTROL', control), unitsOf('ONE_PAGE', treatment)];

describe('the sums are exact', () => {
  test('from sums by day as from every unit, to the last digit', async () => {
    const sink = memorySink();
    const made = over(sink);
    await made.live(9, 300, { CONTROL: { purchase: 0.2 }, ONE_PAGE: { purchase: 0.22, basket: 41.37 } });
    const { now } = made.clock;
    const byDay = await analyse(made.engine, 'CHECKOUT_TEST');
    const whole = over({ ...sink, results: { ...sink.results!, read: (name) => sink.results!.recompute(name) } });
    const byUnit = await analyse(whole.engine, 'CHECKOUT_TEST', { now });
    expect(byDay.treatments[0]!.metrics).toHaveLength(6);
    expect(byUnit.treatments[0]!.metrics).toEqual(byDay.treatments[0]!.metrics);
    expect(byUnit.arms).toEqual(byDay.arms);
  });

  test('where adding doubles would have lost them', async () => {
    const values = [1e9, 1e9 + 0.000_002];
    const control = Array.from({ length: 200 }, (_, n) => values[n % 2]!);
    const { metrics } = await reportOf(
      {
        units: both(200),
        sums: [sumsOf('CONTROL', 'revenue', control), sumsOf('ONE_PAGE', 'revenue', control)],
      },
      { primary: mean('revenue') },
    );
    // Values a millionth from their mean: n/(n − 1) × 1e-12.
    expect(metrics![0]!.control.variance).toBeCloseTo((200 / 199) * 1e-12, 26);
    expect(metrics![0]!.control.mean).toBe(1e9 + 0.000_001);
  });

  test('a ratio has the variance of the delta method', async () => {
    const made = over(memorySink(), { primary: ratio('basket_value'), secondary: [] });
    const seen = new Map<string, { x: number[]; y: number[] }>();
    for (let n = 0; n < 400; n++) {
      const gk = made.engine.for({ user: { id: n } as never });
      const arm = gk.ffVariant('CHECKOUT_TEST' as never) as string;
      const values = Array.from({ length: n % 4 }, (_, item) => ((n * 7 + item * 3) % 50) + 0.25);
      for (const value of values) gk.track('basket_value', { value });
      const { x, y } = seen.get(arm) ?? { x: [], y: [] };
      x.push(values.reduce((all, one) => all + one, 0));
      y.push(values.length);
      seen.set(arm, { x, y });
    }
    made.clock.now += 8 * DAY;
    const [metric] = (await analyse(made.engine, 'CHECKOUT_TEST')).treatments[0]!.metrics!;
    const { x, y } = seen.get('CONTROL')!;
    const total = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
    const share = total(x) / total(y);
    const squares = total(x.map((one, n) => (one - share * y[n]!) ** 2));
    expect(metric!.control.mean).toBeCloseTo(share, 12);
    expect(metric!.control.variance).toBeCloseTo(squares / (x.length - 1) / (total(y) / y.length) ** 2, 9);
  });
});

describe('what data can be like', () => {
  test('nothing of what is counted happened', async () => {
    const { metrics, verdict } = await reportOf({ units: both(5_000) });
    expect(verdict).toBe('keep-running');
    const none = { notComputable: 'zero-variance' };
    expect(metrics![0]).toMatchObject({ difference: none, lift: none, p: none, chanceToWin: none, shown: 'neither' });
  });

  test('a ratio without any event', async () => {
    const { metrics } = await reportOf({ units: both(5_000) }, { primary: ratio('basket_value') });
    expect(metrics![0]).toMatchObject({ lift: { notComputable: 'no-data' } });
  });

  test('all units alike', async () => {
    const sums = ['CONTROL', 'ONE_PAGE'].map((arm) => sumsOf(arm, 'purchase', many(500, 1)));
    const { metrics } = await reportOf({ units: both(500), sums });
    expect(metrics![0]).toMatchObject({ control: { mean: 1, variance: 0 }, p: { notComputable: 'zero-variance' } });
  });

  test('a control that cannot be told from 0: no lift, but the difference', async () => {
    const sums = [sumsOf('CONTROL', 'purchase', many(1, 1)), sumsOf('ONE_PAGE', 'purchase', many(40, 1))];
    const report = await reportOf({ units: both(2_000), sums });
    const [metric] = report.metrics!;
    expect(metric!.lift).toEqual({ notComputable: 'control-near-zero' });
    expect(metric!.difference).toMatchObject({ value: 0.0195, interval: [expect.any(Number), expect.any(Number)] });
    expect(report.daily!.relative).toBe(false);
  });

  test('an arm in which nobody did it: no lift of −100 % to −100 %, but the difference', async () => {
    const sums = [sumsOf('CONTROL', 'purchase', many(300, 1))];
    const report = await reportOf({ units: both(2_000), sums }, { plannedUnits: 1_000 });
    const [metric] = report.metrics!;
    expect(metric!.lift).toEqual({ notComputable: 'zero-variance' });
    const { value, interval } = metric!.difference as { value: number; interval: readonly number[] };
    expect(value).toBe(-0.15);
    expect(interval[0]).toBeLessThan(-0.15);
    expect(interval[1]).toBeGreaterThan(-0.15);
    expect(report.why).toMatch(/purchase −15\.0\spoints \(−16\.\d to −13\.\d\spoints/u);
  });

  test('few conversions are judged by Fisher’s exact test', async () => {
    const sums = [sumsOf('ONE_PAGE', 'purchase', many(4, 1))];
    const { metrics } = await reportOf({ units: both(5_000), sums });
    // Of 4 events all fall on one side with 2/16, if each side is as likely.
    expect(metrics![0]).toMatchObject({ p: { method: 'fisher' }, shown: 'neither' });
    expect((metrics![0]!.p as { p: number }).p).toBeCloseTo(0.125, 3);
  });

  test('a p-value in the far tail is neither 0 nor NaN', async () => {
    const sums = [sumsOf('CONTROL', 'purchase', many(100_000, 1)), sumsOf('ONE_PAGE', 'purchase', many(900_000, 1))];
    const { metrics, why } = await reportOf({ units: both(1_000_000), sums }, { plannedUnits: 1_000 });
    expect(metrics![0]!.p).toMatchObject({ p: Number.MIN_VALUE, logP: expect.any(Number) });
    expect((metrics![0]!.p as { logP: number }).logP).toBeLessThan(-100_000);
    expect(why).toMatch(/p\s=\s\d\s×\s10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]{5,}/u);
  });

  test('an arm without a unit', async () => {
    const report = await reportOf({ units: [unitsOf('CONTROL', 40)] });
    expect(report).toMatchObject({ verdict: 'invalid', because: 'sample-ratio-mismatch', hidden: true });
    expect(report).not.toHaveProperty('metrics');
  });

  test('variants with colons and commas in their names', async () => {
    const odd = { A: 'a:1,b', B: 'b:50' } as const;
    const members = { variants: odd, off: odd.A, arms: { [odd.A]: 90, [odd.B]: 10 } };
    const weights = 'a:1,b:90,b:50:10';
    const units = [
      { ...unitsOf(odd.A, 9_000), weights },
      { ...unitsOf(odd.B, 1_000), weights },
    ];
    const made = over(having({ units }), members);
    made.clock.now += 8 * DAY;
    const { health } = await analyse(made.engine, 'CHECKOUT_TEST');
    expect(health.sampleRatio).toMatchObject({ mismatch: false, p: 1 });
    expect(health.sampleRatio.steps[0]!.arms.map(({ variant, weight }) => [variant, weight])).toEqual([
      [odd.A, 90],
      [odd.B, 10],
    ]);
  });
});

test('secondary metrics are adjusted for being several: Holm', async () => {
  const sums = [
    sumsOf('CONTROL', 'a', many(1_000, 1)),
    sumsOf('ONE_PAGE', 'a', many(1_095, 1)),
    sumsOf('CONTROL', 'b', many(1_000, 1)),
    sumsOf('ONE_PAGE', 'b', many(1_000, 1)),
  ];
  const members = { secondary: [conversion('a'), conversion('b')], plannedUnits: 1_000 };
  const { metrics, family } = await reportOf({ units: both(10_000), sums }, members);
  const [, a, b] = metrics!;
  expect(family).toBe('2 secondary metrics');
  expect((a!.p as { p: number }).p).toBeLessThan(0.05);
  expect(a!.adjusted).toBeCloseTo(2 * (a!.p as { p: number }).p, 12);
  expect(a!.shown).toBe(a!.adjusted! < 0.05 ? 'better' : 'neither');
  expect(b!.adjusted).toBe(1);
});

test('it is JSON: plain numbers, ISO dates, and the same when read again', async () => {
  const made = over(memorySink(), { plannedUnits: 1_000 });
  await made.live(8, 300, { CONTROL: { purchase: 0.2 }, ONE_PAGE: { purchase: 0.3 } });
  const report = await analyse(made.engine, 'CHECKOUT_TEST');
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(JSON.stringify(report)).not.toMatch(/null|NaN|Infinity/);
  expect(report).toMatchObject({ at: '2026-11-09T00:00:00.000Z', starts: '2026-11-01T00:00:00.000Z' });
  expect(report.health.perDay[0]).toEqual({ day: '2026-11-01', units: expect.any(Number) });
});

test('as of an earlier day, it is what it was on that day', async () => {
  const made = over(memorySink());
  await made.live(8, 300, { CONTROL: { purchase: 0.2 }, ONE_PAGE: { purchase: 0.3 } });
  const then = made.clock.now - 1;
  const before = await analyse(made.engine, 'CHECKOUT_TEST', { now: then });
  await made.live(8, 300, { CONTROL: { purchase: 0.4 }, ONE_PAGE: { purchase: 0.1 } });
  expect(await analyse(made.engine, 'CHECKOUT_TEST', { now: then })).toEqual(before);
});

describe('one clear answer', () => {
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'a report',
      (error) => (error instanceof GatekeeperError ? `${error.code}: ${error.message}` : error),
    );

  test('where there is no such experiment', async () => {
    const made = over(memorySink());
    expect(await codeOf(analyse(made.engine, 'CHECKOUT_TSET'))).toMatch(
      /^flag-unknown: .*did you mean "CHECKOUT_TEST"/,
    );
  });
  test('where the sink only sends on', async () => {
    const { results: _, ...sink } = { ...memorySink(), kind: 'opentelemetry' };
    expect(await codeOf(analyse(over(sink).engine, 'CHECKOUT_TEST'))).toMatch(
      /^results-missing: the opentelemetry sink/,
    );
  });
  test('where the sink is down, without what the driver said', async () => {
    const sink = memorySink();
    const read = () => Promise.reject(new Error('password authentication failed for user "shop"'));
    const down = { ...sink, results: { ...sink.results!, read } };
    expect(await codeOf(analyse(over(down).engine, 'CHECKOUT_TEST'))).toBe(
      'results-unavailable: the memory sink does not answer',
    );
  });
  test('where what is pending cannot be written: the report of what was, and how much is missing', async () => {
    const made = over({ ...memorySink(), write: () => Promise.reject(new Error('full')) });
    made.engine.for({ user: { id: 1 } as never }).ffVariant('CHECKOUT_TEST' as never);
    const report = await analyse(made.engine, 'CHECKOUT_TEST');
    expect(report.remarks).toEqual(['1 exposure or event is not written yet, and not in this report.']);
    expect(reportMarkdown(report)).toContain('not written yet');
  });
});

describe('however much there is', () => {
  /** A million units over so many days, with three events. */
  function much(days: number): Sink {
    const [units, sums]: [DayUnits[], DaySums[]] = [[], []];
    for (let day = 0; day < days; day++)
      for (const arm of ['CONTROL', 'ONE_PAGE']) {
        const share = 500_000 / days;
        units.push(unitsOf(arm, share, FIRST + day));
        for (const event of ['purchase', 'revenue', 'basket_value'])
          sums.push(sumsOf(arm, event, many(Math.round(share / 10), 10 + (day % 7)), FIRST + day));
      }
    return having({ units, sums });
  }

  test.each([
    [50, 200],
    [10_000, 3_000],
  ])('over %d days, a report takes less than %d ms, and blocks nobody for 50', async (days, limit) => {
    const made = over(much(days));
    made.clock.now += days * DAY;
    // The best of a few, so that a busy machine does not show.
    const best = { took: Infinity, blocked: Infinity };
    for (let round = 0; round < 5; round++) {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const start = performance.now();
      const { health, treatments } = await analyse(made.engine, 'CHECKOUT_TEST');
      best.took = Math.min(best.took, performance.now() - start);
      delay.disable();
      best.blocked = Math.min(best.blocked, delay.max / 1e6);
      expect(health.exposed).toBe(1_000_000);
      expect(treatments[0]!.daily!.points.length).toBeLessThanOrEqual(60);
    }
    expect(best.took).toBeLessThan(limit);
    expect(best.blocked).toBeLessThan(50);
  });
});
