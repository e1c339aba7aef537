import {
  Experiment,
  analyse,
  conversion,
  count,
  errorRate,
  latency,
  mean,
  ratio,
  reportMarkdown,
  type MetricGuardrail,
} from 'gatekeeper-flags/experiments';
import { seededRandom } from '../../support/simulated-experiment';
import { toggle } from '../../support/config';
import { NINE, world } from './world';

const HALF = [{ name: 'half', rollout: 50, serve: 'ON' as const }];
const over = (...guardrails: MetricGuardrail<any>[]) => world(toggle({ rules: HALF, guardrails }));
/** Cases with the name of their guardrail first. */
const named = <R extends readonly unknown[]>(...cases: readonly (readonly [MetricGuardrail<any>, ...R])[]) =>
  cases.map(([guardrail, ...rest]) => [guardrail.name, guardrail, ...rest] as const);
const killed = ({ engine }: Pick<ReturnType<typeof world>, 'engine'>) =>
  engine.live.state.flags.get('FLAG')?.killed !== undefined;

describe('latency at a quantile', () => {
  /** Requests of so many users, three each; the treatment's take so many milliseconds more, or times as long. */
  async function requests(
    guardrail: MetricGuardrail<any>,
    users: number,
    slower: { add?: number; times?: number } = {},
  ) {
    const all = over(guardrail);
    const random = seededRandom(3);
    for (let round = 0; round < 3; round++) {
      all.crowd(users, (_, variant) => {
        const took = 50 + 100 * random();
        return { milliseconds: variant === 'ON' ? took * (slower.times ?? 1) + (slower.add ?? 0) : took };
      });
      await all.look();
    }
    return all;
  }

  test.each<[string, MetricGuardrail<any>, { add?: number; times?: number }, boolean]>([
    ['p95 above +500ms: as fast', latency('p95').above('+500ms'), {}, false],
    ['p95 above +500ms: 400 ms slower', latency('p95').above('+500ms'), { add: 400 }, false],
    ['p95 above +500ms: 700 ms slower', latency('p95').above('+500ms'), { add: 700 }, true],
    ['p95 above 2x: half as slow again', latency('p95').above('2x'), { times: 1.5 }, false],
    ['p95 above 2x: three times', latency('p95').above('2x'), { times: 3 }, true],
    ['p50 above +20%: as fast', latency('p50').above('+20%'), {}, false],
    ['p50 above +20%: twice', latency('p50').above('+20%'), { times: 2 }, true],
    ['p95 above 800ms: 600 ms slower', latency('p95').above('800ms'), { add: 600 }, false],
    ['p95 above 800ms: 900 ms slower', latency('p95').above('800ms'), { add: 900 }, true],
  ])('%s', async (_, guardrail, slower, trips) => {
    expect(killed(await requests(guardrail, 300, slower))).toBe(trips);
  });

  test('says what both take, and where the limit is', async () => {
    const all = await requests(latency('p95').above('+500ms'), 300);
    const { state, treatment, control, threshold, as, sentence } = await all.reading();
    expect([state, as]).toEqual(['quiet', 'milliseconds']);
    expect(treatment.requests! + control!.requests!).toBe(900);
    expect(treatment.value).toBeCloseTo(145, -1);
    expect(control!.value).toBeCloseTo(145, -1);
    expect(threshold).toBeGreaterThan(640); // somewhat cautiously
    expect(threshold).toBeLessThan(655);
    expect(sentence).toMatch(/^p95 14\d ms in 4\d\d requests of 1\d\d units, of the control p95 14\d ms in/);
  });

  test('a slow client trips nothing, however many requests it makes', async () => {
    const all = over(latency('p95').above('+500ms'));
    all.crowd(400);
    await all.look();
    const inside = [...Array(400).keys()].find((id) => all.engine.for({ user: { id } }).ff('FLAG', 'ON'))!;
    for (let i = 0; i < 1_000; i++) all.request({ user: { id: inside }, milliseconds: 5_000 });
    await all.look();
    const { treatment, threshold, evidence } = await all.reading();
    expect(treatment.value).toBeGreaterThan(threshold!); // most requests are slow, but one client's
    expect(evidence).toBeLessThan(0.5);
    expect(killed(all)).toBe(false);
  });

  test('with few requests it waits', async () => {
    const all = over(latency('p95').above('+500ms'));
    all.crowd(40, (_, variant) => ({ milliseconds: variant === 'ON' ? 2_000 : 10 }));
    await all.look();
    expect(await all.reading()).toMatchObject({ state: 'watching', threshold: undefined });
  });
});

describe('latency on the average', () => {
  test.each(
    named<[number, boolean]>(
      [latency().above('+500ms'), 300, false],
      [latency().above('+500ms'), 900, true],
      [latency().above('2x'), 60, false],
      [latency().above('2x'), 400, true],
      [latency().above('800ms'), 500, false],
      [latency().above('800ms'), 900, true],
    ),
  )('%s', async (_, guardrail, add, trips) => {
    const all = over(guardrail);
    const random = seededRandom(4);
    all.crowd(1_000, (_, variant) => ({ milliseconds: 80 + 40 * random() + (variant === 'ON' ? add : 0) }));
    await all.look();
    expect(killed(all)).toBe(trips);
    expect((await all.reading()).as).toBe('milliseconds');
  });
});

describe('what is tracked', () => {
  /** So many users, of whom so many do it in each arm, for about so much. */
  async function tracked(
    guardrail: MetricGuardrail<any>,
    event: string,
    of: (variant: string, random: () => number) => readonly number[],
    users = 3_000,
  ) {
    const all = over(guardrail);
    const random = seededRandom(5);
    for (let id = 0; id < users; id++) {
      const variant = all.request({ user: { id } });
      for (const value of of(variant, random)) all.engine.for({ user: { id } }).track(event, { value });
    }
    await all.look();
    return all;
  }
  const sold = (times: number) => (variant: string, random: () => number) =>
    random() < 0.3 ? [(20 + 20 * random()) * (variant === 'ON' ? times : 1)] : [];

  test.each(
    named<[number, boolean]>(
      [mean('revenue').below('-5%'), 1, false],
      [mean('revenue').below('-5%'), 0.97, false],
      [mean('revenue').below('-5%'), 0.6, true],
      [mean('revenue').below('-5%'), 0, true],
      [mean('revenue').above('2x'), 1.5, false],
      [mean('revenue').above('2x'), 4, true],
      [ratio('revenue').below('-5%'), 1, false],
      [ratio('revenue').below('-5%'), 0.7, true],
      [ratio('revenue').below('0.5x'), 0.7, false],
    ),
  )('%s, at %d of the control', async (_, guardrail, times, trips) => {
    expect(killed(await tracked(guardrail, 'revenue', sold(times)))).toBe(trips);
  });

  test.each(
    named<[number, boolean]>(
      [mean('margin').below('-5%'), 1, false],
      [mean('margin').below('-5%'), 2, true],
      [mean('margin').below('-5%'), -1, false],
      [mean('margin').above('1.5x'), 1, false],
      [mean('margin').above('1.5x'), -1, true],
      [ratio('margin').below('0.5x'), 1.2, false],
    ),
  )('of a loss, %s, at %d of the control', async (_, guardrail, times, trips) => {
    const lost = (variant: string, random: () => number) => [-(9 + 2 * random()) * (variant === 'ON' ? times : 1)];
    expect(killed(await tracked(guardrail, 'margin', lost))).toBe(trips);
  });

  test.each<[number, boolean]>([
    [1, false],
    [1.4, false],
    [4, true],
  ])('support tickets above 1.5x, at %d times', async (times, trips) => {
    const guardrail = count('support_ticket').above('1.5x');
    const of = (variant: string, random: () => number) => (random() < 0.05 * (variant === 'ON' ? times : 1) ? [1] : []);
    expect(killed(await tracked(guardrail, 'support_ticket', of))).toBe(trips);
  });

  test('a single unit that does it a thousand times trips nothing', async () => {
    const guardrail = count('support_ticket').above('1.5x');
    let first = true;
    const of = (variant: string) => {
      if (variant === 'OFF' || !first) return [];
      first = false;
      return Array<number>(1_000).fill(1);
    };
    expect(killed(await tracked(guardrail, 'support_ticket', of))).toBe(false);
  });

  test.each(
    named<[number, boolean]>(
      [conversion('purchase').below('-5%'), 0.3, false],
      [conversion('purchase').below('-5%'), 0.15, true],
      [conversion('refund').above('20%'), 0.18, false],
      [conversion('refund').above('20%'), 0.3, true],
      [conversion('purchase').below('20%'), 0.22, false],
      [conversion('purchase').below('20%'), 0.1, true],
    ),
  )('%s, at %d (the control: 0.3)', async (_, guardrail, rate, trips) => {
    const of = (variant: string, random: () => number) => (random() < (variant === 'ON' ? rate : 0.3) ? [1] : []);
    const all = await tracked(guardrail, guardrail.event, of);
    expect(killed(all)).toBe(trips);
    expect((await all.reading()).as).toBe('percent');
  });

  test('by too few units it waits, also where nobody did it', async () => {
    const all = await tracked(mean('revenue').below('-5%'), 'revenue', sold(0), 90);
    expect(await all.reading()).toMatchObject({ state: 'watching' });
    expect(killed(all)).toBe(false);
  });

  test.each([mean, ratio])('of one unit, whatever its value, it waits: %p', async (metric) => {
    const all = over(metric('revenue').below('-5%'));
    const id = [...Array(100).keys()].find((id) => all.request({ user: { id } }) === 'ON');
    // Its square, as a double, is less than the square of the double.
    all.engine.for({ user: { id } }).track('revenue', { value: 705_089.542372 });
    expect(await all.reading()).toMatchObject({ state: 'watching', treatment: { units: 1, value: 705_089.542372 } });
    expect(all.failures).toEqual([]);
  });

  test('over days it adds up', async () => {
    const all = over(mean('revenue').below('-5%'));
    for (let day = 0; day < 3; day++) {
      all.clock.now = NINE + day * 86_400_000;
      all.crowd(100);
    }
    expect(await all.reading()).toMatchObject({ over: 'step' });
    const { treatment, control } = await all.reading();
    expect(treatment.units + control!.units).toBe(100);
  });
});

describe('errors', () => {
  test('the ratio has to be above the limit, not only above 1', async () => {
    for (const [failing, trips] of [
      [0.15, false],
      [0.6, true],
    ] as const) {
      const all = over(errorRate().above('2x'));
      const random = seededRandom(6);
      all.crowd(3_000, (_, variant) => ({ status: random() < (variant === 'ON' ? failing : 0.1) ? 500 : 200 }));
      await all.look();
      expect(killed(all)).toBe(trips);
    }
  });

  test('it takes five units', async () => {
    const all = over(errorRate().above('2x'));
    all.crowd(2_000);
    const inside = [...Array(200).keys()].filter((id) => all.engine.for({ user: { id } }).ff('FLAG', 'ON'));
    for (const id of inside.slice(0, 4)) all.request({ user: { id }, status: 500 });
    await all.look();
    expect(killed(all)).toBe(false);
  });

  test('of twice nothing, the floor of 0.1 % stands for the control', async () => {
    const all = over(errorRate().above('2x'));
    all.crowd(12_000, (id, variant) => ({ status: variant === 'ON' && id < 16 ? 500 : 200 }));
    await all.look();
    const { treatment, threshold, evidence } = await all.reading();
    expect(treatment.unitsWith).toBeGreaterThanOrEqual(5);
    expect(treatment.value).toBeLessThan(0.002);
    expect(threshold).toBe(0.002);
    expect(evidence).toBeGreaterThan(0.5); // and yet it does not trip
    expect(killed(all)).toBe(false);
  });

  test.each([
    [499, false],
    [404, false],
    [500, true],
    [503, true],
  ])('a status of %d', async (status, trips) => {
    const all = over(errorRate().above('2x'));
    all.crowd(200, (_, variant) => ({ status: variant === 'ON' ? status : 200 }));
    await all.look();
    expect(killed(all)).toBe(trips);
  });
});

test('several comparisons share the error that one is allowed', async () => {
  const evidence = async (guardrails: MetricGuardrail<any>[]) => {
    const all = over(...guardrails);
    all.crowd(200, (id, variant) => ({ status: variant === 'ON' && id < 8 ? 500 : 200 }));
    return (await all.readings())[0]!.evidence;
  };
  const alone = await evidence([errorRate().above('2x')]);
  const among = await evidence([errorRate().above('2x'), mean('revenue').below('-5%'), count('ticket').above('2x')]);
  // By day and by step, 2 comparisons; with two more, 4.
  expect(among / alone).toBeCloseTo(Math.log(200) / Math.log(400));
});

test('an arm of an experiment that breaks is seen, and the others are not', async () => {
  class Three extends Experiment<'A' | 'B' | 'C'> {
    readonly description = 'Three';
    readonly hypothesis = 'B or C is better';
    readonly variants = { A: 'A', B: 'B', C: 'C' } as const;
    readonly off = 'A';
    readonly starts = '2026-01-01';
    readonly arms = { A: 34, B: 33, C: 33 };
    readonly primary = conversion('purchase');
    override readonly plannedUnits = 1_000;
    override readonly guardrails = [errorRate().above('2x').then('stop')];
  }
  const all = world(new Three());
  all.crowd(600, (_, variant) => ({ status: variant === 'C' ? 500 : 200 }));
  await all.look();
  const [change] = await all.engine.live.history();
  expect(change).toMatchObject({ action: 'set-rollout', field: ['rollouts', 'experiment', 'percent'], value: 0 });
  expect(change!.reason).toMatch(/^request errors above 2x: C: \d+ of/);
  expect((await all.readings()).map(({ treatment, state }) => [treatment.arm, state])).toEqual([
    ['B', 'off'],
    ['C', 'tripped'],
  ]);
});

describe('what an experiment is judged by', () => {
  class Test extends Experiment<'A' | 'B'> {
    readonly description = 'A test';
    readonly hypothesis = 'B is better';
    readonly variants = { A: 'A', B: 'B' } as const;
    readonly off = 'A';
    readonly starts = new Date(NINE);
    readonly arms = { A: 50, B: 50 };
    readonly primary = conversion('purchase');
    override readonly secondary = [mean('revenue')];
    override readonly plannedUnits = 1_000;
    override readonly guardrails = [
      conversion('purchase').below('-50%'),
      mean('revenue').below('-50%'),
      errorRate().above('2x'),
    ];
  }

  async function after(days: number, users: number) {
    const all = world(new Test());
    all.clock.now += days * 86_400_000;
    for (let id = 0; id < users; id++) {
      all.request({ user: { id } });
      const gk = all.engine.for({ user: { id } });
      gk.track('purchase');
      gk.track('revenue', { value: 1_234 });
    }
    const readings = await all.readings();
    return { readings, page: reportMarkdown(await analyse(all.engine, 'FLAG')) };
  }

  test.each([
    ['in the first week', 6.9, 600, 'quiet'],
    ['with fewer than 100 units in an arm', 8, 60, 'watching'],
  ])(
    '%s: a guardrail on it says how it is, and no number; one on other metrics does',
    async (_, days, users, state) => {
      const { readings, page } = await after(days, users);
      const [purchase, revenue, errors] = readings;
      for (const one of [purchase!, revenue!]) {
        expect(one).toMatchObject({
          state,
          treatment: { unitsWith: 0 },
          control: { unitsWith: 0 },
          threshold: undefined,
        });
        expect([one.treatment.value, one.control!.value]).toEqual([undefined, undefined]);
        expect(one.sentence).toMatch(/it is too early for them$/);
      }
      expect(errors!.sentence).toMatch(/units with a failed request/);
      expect(page).toMatch(/Too early/);
      expect(page).not.toMatch(/1,234|units with (purchase|revenue)/);
    },
  );

  test('after the first week, with enough units, it has its numbers', async () => {
    const { readings, page } = await after(8, 600);
    expect(readings.map(({ treatment }) => treatment.value)).toEqual([1, 1_234, 0]);
    expect(page).toMatch(/units with purchase/);
  });
});
