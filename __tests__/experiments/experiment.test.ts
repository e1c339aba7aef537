import { GatekeeperError, createEngine, defineConfig, segment, type FeatureFlag, type Options } from 'gatekeeper-flags';
import {
  Experiment,
  conversion,
  count,
  errorRate,
  latency,
  mean,
  ratio,
  type LayerShare,
} from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { expectType, type Equal } from '../support/types';

enum V {
  A = 'A',
  B = 'B',
}

class Test extends Experiment<V> {
  readonly description = 'A test';
  readonly hypothesis = 'B is better';
  readonly variants = V;
  readonly off = V.A;
  readonly starts = '2026-01-01';
  readonly arms: { readonly A?: number; readonly B?: number } = { A: 50, B: 50 };
  readonly primary = conversion('purchase');
  override readonly minimumDetectableEffect = '5%';
}

const now = () => Date.parse('2026-06-01');
const logger = { warn() {}, error() {} };
const by = { actor: 'me', reason: 'a test' };

function engineOf(flags: { readonly [name: string]: FeatureFlag<any> }, options: Options = {}) {
  return createEngine(defineConfig({ flags, now, logger, ...options }));
}

/** What is wrong with a test that has `fields` besides. */
function problemsOf(fields: object, before: { readonly [name: string]: FeatureFlag<any> } = {}): readonly string[] {
  try {
    defineConfig({ flags: { ...before, TEST: Object.assign(new Test(), fields) } });
  } catch (error) {
    return (error as GatekeeperError).problems.map(({ message }) => message);
  }
  return [];
}

describe('what is wrong with an experiment is said when it is built', () => {
  test('nothing is wrong with this one', () => expect(problemsOf({})).toEqual([]));
  test.each([
    ['no hypothesis', { hypothesis: '' }, 'TEST.hypothesis: say in a sentence what you believe'],
    [
      'either',
      { unit: 'either' },
      "TEST.unit: 'either' counts one person twice, before and after a login; use 'visitor' or 'user'",
    ],
    [
      'its own getVariant',
      { getVariant: () => V.A },
      'TEST.getVariant: an experiment draws by its arms; write when, except and rules',
    ],
    ['no start', { starts: undefined }, 'TEST.starts: say when it starts; the days are counted from there'],
    ['one arm', { arms: { A: 100 } }, 'TEST.arms: give two arms or more a share'],
    ['no control', { arms: { B: 100 } }, 'TEST.control: "A" has no share in arms; name the arm to compare with'],
    ['99 %', { arms: { A: 50, B: 49 } }, 'TEST.rules["experiment"].split: the weights add up to 99; make them 100'],
    ['an arm that is no variant', { arms: { A: 50, B: 25, C: 25 } }, /no variant named "C"/],
    ['no metric', { primary: 'purchase' }, /TEST.primary: "purchase" is no metric/],
    ['no metric among others', { secondary: [undefined] }, /TEST.secondary: undefined is no metric/],
    ['a quantile to judge by', { primary: latency('p95') }, /TEST.primary: request latency, p95: only a guardrail/],
    [
      'a quantile among others',
      { secondary: [latency('p99')] },
      /TEST.secondary: request latency, p99: only a guardrail/,
    ],
    ['an event of requests', { primary: conversion('$failed') }, /TEST.primary: "\$failed": names that begin with \$/],
    ['one to watch', { guardrails: [count('$failed').above('2x')] }, /\$failed above 2x: names that begin with \$/],
    ['a property that is no list', { exposureProperties: 'plan' }, /TEST.exposureProperties: "plan" is no list/],
    ['no end', { minimumDetectableEffect: undefined }, /TEST.minimumDetectableEffect: say when it is judged/],
    ['an effect of nothing', { minimumDetectableEffect: '0%' }, /"0%" is no change worth finding/],
    ['half a unit', { plannedUnits: 0.5 }, 'TEST.plannedUnits: 0.5 is no number of units'],
    ['a layer turned round', { layer: { name: 'x', from: 60, to: 40 } }, /TEST.layer: write/],
    ['a rule of that name', { rules: [{ name: 'experiment', serve: 'A' }] }, /two rules are named "experiment"/],
    ['no guardrails', { guardrails: ['errors'] }, /"errors" is no guardrail/],
    ['a guardrail without a limit', { guardrails: [errorRate().above('much' as '2x')] }, /"much" is no limit/],
    ['milliseconds of money', { guardrails: [mean('revenue').above('+5ms')] }, /milliseconds are of latency/],
    [
      'a level of money',
      { guardrails: [mean('revenue').below('5%')] },
      /a level is a share of units, or milliseconds of latency/,
    ],
    [
      'an action that is none',
      {
        guardrails: [
          errorRate()
            .above('2x')
            .then('explode' as 'kill'),
        ],
      },
      /"explode" is no action/,
    ],
  ])('%s', (_, fields, problem) => {
    const problems = problemsOf(fields);
    if (typeof problem === 'string') expect(problems).toContain(problem);
    else expect(problems.join('\n')).toMatch(problem);
  });

  test('two experiments that want the same units of a layer', () => {
    const first = Object.assign(new Test(), { layer: { name: 'checkout', from: 0, to: 50 } });
    expect(problemsOf({ layer: { name: 'checkout', from: 49, to: 80 } }, { FIRST: first })).toEqual([
      'TEST.layer: another experiment has 0 to 50 of layer "checkout"; take what is free',
    ]);
    expect(problemsOf({ layer: { name: 'checkout', from: 50, to: 80 } }, { FIRST: first })).toEqual([]);
    expect(problemsOf({ layer: { name: 'home', from: 0, to: 80 } }, { FIRST: first })).toEqual([]);
  });

  test('two experiments of a layer by different units: one person has an id of each, in different parts of it', () => {
    const first = Object.assign(new Test(), { layer: { name: 'checkout', from: 0, to: 50 } });
    const second = { unit: 'visitor', layer: { name: 'checkout', from: 50, to: 80 } };
    expect(problemsOf(second, { FIRST: first })).toEqual([
      'TEST.layer: another experiment of layer "checkout" is by user; take the same unit',
    ]);
    expect(problemsOf({ ...second, unit: 'user' }, { FIRST: first })).toEqual([]);
  });
});

/** In how many of 10,000 decisions each flag's own split decided. */
function splits(engine: ReturnType<typeof engineOf>, ...flags: string[]) {
  const inside = Array.from({ length: 10_000 }, (_, id) =>
    flags.filter((flag) => engine.for({ user: { id } }).explain(flag).reason === 'split'),
  );
  return { inside, count: (flag: string) => inside.filter((those) => those.includes(flag)).length };
}

test('experiments of a layer share no unit, and have the shares that they were given', () => {
  const share = (from: number, to: number): LayerShare => ({ name: 'checkout', from, to });
  const engine = engineOf({
    FIRST: Object.assign(new Test(), { layer: share(0, 30) }),
    SECOND: Object.assign(new Test(), { layer: share(30, 80) }),
    OTHER: new Test(),
  });
  const { inside, count } = splits(engine, 'FIRST', 'SECOND', 'OTHER');
  expect(inside.filter((those) => those.includes('FIRST') && those.includes('SECOND'))).toEqual([]);
  expect(count('FIRST') / 10_000).toBeCloseTo(0.3, 1);
  expect(count('SECOND') / 10_000).toBeCloseTo(0.5, 1);
  expect(count('OTHER')).toBe(10_000);
  const outside = inside.findIndex((those) => !those.includes('FIRST'));
  const { steps } = engine.for({ user: { id: outside } }).explain('FIRST');
  expect(steps.find(({ rule }) => rule === 'experiment')?.detail).toBe('not in segment "layer checkout"');
});

test('the holdout is in no experiment, and the same units are held out of all', () => {
  const engine = engineOf({ FIRST: new Test(), SECOND: new Test() }, { holdout: 10 });
  const { inside, count } = splits(engine, 'FIRST', 'SECOND');
  expect(count('FIRST') / 10_000).toBeCloseTo(0.9, 1);
  expect(inside.filter((those) => those.length === 1)).toEqual([]);
  const held = inside.findIndex((those) => those.length === 0);
  const { steps } = engine.for({ user: { id: held } }).explain('FIRST');
  expect(steps.find(({ rule }) => rule === 'experiment')?.detail).toBe('excepted: in segment "global holdout"');
  expect(() => engineOf({ FIRST: new Test() }, { holdout: 100 })).toThrow('100 is no share to hold out');
});

const broken = () => {
  throw new Error('broken');
};

describe('only the experiment’s own split exposes', () => {
  async function exposedUnits(change: (engine: ReturnType<typeof engineOf>) => unknown, flags = { TEST: new Test() }) {
    const kept = memorySink();
    const engine = engineOf(flags, { sink: () => kept });
    await change(engine);
    for (let id = 0; id < 100; id++) engine.for({ user: { id } }).ff('TEST', 'A');
    await engine.close();
    const { units } = await kept.results!.read('TEST');
    return units.reduce((all, one) => all + one.units, 0);
  }

  test.each<[string, (engine: ReturnType<typeof engineOf>) => unknown, number]>([
    ['decided', () => {}, 100],
    ['killed', ({ live }) => live.kill('TEST', by), 0],
    ['pinned', ({ live }) => live.pin('TEST', 'B', by), 0],
    ['on a live list', ({ live }) => live.addUser('TEST', 'B', 7, by), 99],
    ['outside of a live percentage', ({ live }) => live.setRollout('TEST', 'experiment', 0, by), 0],
  ])('%s', async (_, change, units) => expect(await exposedUnits(change)).toBe(units));

  test.each([
    ['not started', { starts: '2027-01-01' }],
    ['ended', { ends: '2026-02-01' }],
    ['a draft', { draft: true }],
    ['for others', { when: { user: { plan: 'growth' } } }],
    ['failed', { rules: [{ name: 'broken', when: segment('broken', broken), serve: 'A' }] }],
  ])('%s', async (_, fields) => {
    expect(await exposedUnits(() => {}, { TEST: Object.assign(new Test(), fields) })).toBe(0);
  });

  test('nothing of the person but what is listed', async () => {
    const written: unknown[] = [];
    const kept = memorySink();
    const config = {
      sink: () => ({ ...kept, write: async (batch: object) => void written.push(batch) }),
      groups: () => ({ company: { id: 9, name: 'canary-group' } }),
    };
    const user = { id: 1, email: 'canary@example.org', plan: 'growth', tags: ['canary-tag'] };
    const engine = engineOf(
      { PLAIN: new Test(), LISTED: Object.assign(new Test(), { exposureProperties: ['plan', 'tags', 'missing'] }) },
      config,
    );
    const gk = engine.for({ user });
    gk.ff('PLAIN', 'A');
    gk.ff('LISTED', 'A');
    await engine.close();
    const text = JSON.stringify(written, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toContain('canary');
    const [{ exposures }] = written as [{ exposures: object[] }];
    expect(exposures).toEqual([
      { experiment: 'PLAIN', arm: expect.any(String), unit: '1', at: now(), weights: 'A:50,B:50' },
      {
        experiment: 'LISTED',
        arm: expect.any(String),
        unit: '1',
        at: now(),
        weights: 'A:50,B:50',
        properties: { plan: 'growth' },
      },
    ]);
  });

  test('a unit that saw two variants is counted apart, and what it did is left out', async () => {
    const kept = memorySink();
    const config = { sink: () => ({ ...kept, close: async () => {} }) };
    const use = async (salt: string) => {
      const engine = engineOf({ TEST: Object.assign(new Test(), { salt }) }, config);
      for (let id = 0; id < 100; id++) {
        const gk = engine.for({ user: { id } });
        gk.ff('TEST', 'A');
        gk.track('purchase');
      }
      await engine.close();
    };
    await use('one');
    await use('another');
    const { units, sums } = await kept.results!.read('TEST');
    const all = units.reduce((so, one) => ({ units: so.units + one.units, both: so.both + one.inTwoArms }), {
      units: 0,
      both: 0,
    });
    expect(all.units + all.both).toBe(100);
    expect(all.both).toBeGreaterThan(30);
    expect(sums.reduce((so, one) => so + one.units, 0)).toBe(all.units);
  });
});

test('the unit may be a visitor or a group', async () => {
  const kept = memorySink();
  const flags = {
    BY_VISITOR: Object.assign(new Test(), { unit: 'visitor' }),
    BY_COMPANY: Object.assign(new Test(), { unit: 'company' }),
  };
  const engine = engineOf(flags, { sink: () => kept });
  for (let id = 0; id < 6; id++) {
    const gk = engine.for({ user: { id }, visitor: `v${id % 3}`, groups: { company: { id: id % 2 } } });
    gk.ff('BY_VISITOR', 'A');
    gk.ff('BY_COMPANY', 'A');
    gk.track('purchase');
  }
  await engine.close();
  const sums = async (name: string) => {
    const { units, sums } = await kept.results!.read(name);
    return [units.reduce((all, one) => all + one.units, 0), sums.reduce((all, one) => all + one.sumY, 0n)];
  };
  expect(await sums('BY_VISITOR')).toEqual([3, 6n]);
  expect(await sums('BY_COMPANY')).toEqual([2, 6n]);
});

test('what cannot be tracked is reported, and thrown into no handler', async () => {
  const errors: unknown[] = [];
  const engine = engineOf({ TEST: new Test() }, { onError: (error) => errors.push((error as GatekeeperError).code) });
  const gk = engine.for({ user: { id: 1 } });
  gk.track('purchse' as never);
  gk.track('purchase', { value: NaN });
  gk.track('purchase', { value: 1e300 });
  gk.track('purchase', { value: '3' as never });
  expect(errors).toEqual(['metric-unknown', 'metric-invalid', 'metric-invalid', 'metric-invalid']);
  await engine.close();
});

test('metrics are typed by their events', () => {
  class Typed extends Test {
    override readonly secondary = [mean('revenue'), ratio('order'), latency()] as const;
    override readonly guardrails = [
      count('support_ticket').above('1.5x').then('notify'),
      errorRate().above('2x'),
    ] as const;
  }
  const config = defineConfig({ flags: { TYPED: new Typed() }, logger });
  const gk = createEngine(config).for({ user: { id: 1 } });
  expectType<Equal<Parameters<typeof gk.track>[0], 'purchase' | 'revenue' | 'order' | 'support_ticket'>>();
  // @ts-expect-error no metric of that name
  gk.track('purchse');
  gk.track('revenue', { value: 3 });
});
