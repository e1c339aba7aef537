import type { Rule } from 'gatekeeper-flags';
import { Experiment, conversion, errorRate, type GuardrailReading } from 'gatekeeper-flags/experiments';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, toggle, type Toggle } from '../../support/config';
import { evaluationOf, world } from './world';

const guardrails = [errorRate().above('2x')];
const rules = (...all: Rule<Toggle>[]) => toggle({ rules: all, guardrails });
const sides = ({ treatment, control }: GuardrailReading) => [treatment.units, control?.units];

describe('the control of a rule', () => {
  test('is who matched the same rule and fell outside its percentage, and nobody else', async () => {
    const { crowd, reading } = world(
      rules({ name: 'growth', when: { user: { plan: 'growth' } } as never, rollout: 25, serve: 'ON' }),
    );
    crowd(800, (id) => ({ user: { plan: id % 2 === 0 ? 'growth' : 'free' } }));
    const { rule, percent, treatment, control } = await reading();
    expect([rule, percent]).toEqual(['growth', 25]);
    expect(treatment.units + control!.units).toBe(400);
    expect(Math.abs(treatment.units - 100)).toBeLessThan(35);
  });

  test('a rule whose people fail more often, with the flag and without it, is quiet; they are not compared with all', async () => {
    const { crowd, look, engine, reading } = world(
      rules({ name: 'growth', when: { user: { plan: 'growth' } } as never, rollout: 50, serve: 'ON' }),
    );
    // Half of the growth plan's requests fail, and no other.
    crowd(2_000, (id) => ({ user: { plan: id % 4 === 0 ? 'growth' : 'free' }, status: id % 8 === 0 ? 500 : 200 }));
    await look();
    const { state, treatment, control } = await reading();
    expect(state).toBe('quiet');
    expect(treatment.value).toBeCloseTo(0.5, 0);
    expect(control!.value).toBeCloseTo(0.5, 0);
    expect(engine.for({ user: { id: 1 } }).explain('FLAG').reason).not.toBe('killed');
  });

  test('who would have the variant anyway, by a later rule, is on neither side', async () => {
    const { crowd, readings } = world(
      rules(
        { name: 'first', rollout: 50, serve: 'ON' },
        { name: 'staff', when: { user: { role: 'staff' } } as never, serve: 'ON' },
      ),
    );
    crowd(400, (id) => ({ user: { role: id % 2 === 0 ? 'staff' : 'guest' } }));
    const [first, ...others] = await readings();
    expect(others).toEqual([]); // a rule for everybody it matches has no control
    expect(first!.treatment.units + first!.control!.units).toBe(200);
    expect(Math.abs(first!.treatment.units - 100)).toBeLessThan(30);
  });

  test('two rules are watched each for itself', async () => {
    const { crowd, readings } = world(
      rules({ name: 'first', rollout: 50, serve: 'ON' }, { name: 'second', rollout: 50, serve: 'ON' }),
    );
    crowd(1_000);
    const [first, second] = (await readings()).map((one) => ({ ...one, sides: sides(one) }));
    // Of the second rule's thousand, half have come by the first, and of those whom the first let pass, half are in.
    for (const one of [first!, second!]) expect(Math.abs(one.treatment.units - 250)).toBeLessThan(60);
    for (const one of [first!, second!]) expect(Math.abs(one.control!.units - 250)).toBeLessThan(60);
  });

  test('of a split with an arm that is off: that arm', async () => {
    const { crowd, reading } = world(rules({ name: 'half', split: { ON: 50, OFF: 50 } }));
    crowd(400);
    const { treatment, control, percent } = await reading();
    expect(percent).toBe(100);
    expect(treatment.units + control!.units).toBe(400);
    expect(Math.abs(treatment.units - 200)).toBeLessThan(50);
  });

  test('of an experiment: its control arm, for each other arm', async () => {
    class Three extends Experiment<'A' | 'B' | 'C'> {
      readonly description = 'Three';
      readonly hypothesis = 'B or C is better';
      readonly variants = { A: 'A', B: 'B', C: 'C' } as const;
      readonly off = 'A';
      override readonly control = 'B';
      readonly starts = '2026-01-01';
      readonly arms = { B: 40, C: 60 };
      readonly primary = conversion('purchase');
      override readonly plannedUnits = 1_000;
      override readonly guardrails = guardrails;
      override readonly overrides = { C: [1, 2, 3] };
    }
    const { crowd, reading } = world(new Three());
    crowd(500);
    const { rule, treatment, control } = await reading();
    expect(rule).toBe('experiment');
    expect([treatment.arm, control!.arm]).toEqual(['C', 'B']);
    expect(treatment.units + control!.units).toBe(497);
    expect(Math.abs(control!.units - 199)).toBeLessThan(50);
  });
});

describe('who is on neither side', () => {
  const rule: Rule<Toggle> = { name: 'half', rollout: 50, serve: 'ON' };

  test.each([
    ['listed users', { overrides: { ON: [1, 2, 3], OFF: [4] } }, 96],
    ['a draft', { draft: true }, 0],
    ['before its start', { starts: '2027-01-01' }, 0],
    ['after its end', { ends: '2026-01-01' }, 0],
  ])('%s', async (_, members, units) => {
    const { crowd, reading } = world(toggle({ rules: [rule], guardrails, ...members }));
    crowd(100);
    const { treatment, control } = await reading();
    if (units > 0) expect(treatment.units + control!.units).toBe(units);
    else expect([treatment.units, control!.units]).toEqual([0, 0]);
  });

  test.each([
    ['killed', (engine: any) => engine.live.kill('FLAG', BY)],
    ['pinned', (engine: any) => engine.live.pin('FLAG', 'ON', BY)],
  ])('those who are served a flag that is %s', async (_, change) => {
    const { crowd, engine, sink, observer } = world(toggle({ rules: [rule], guardrails }));
    await change(engine);
    crowd(100);
    await observer.flush();
    expect((await sink.results!.read(JSON.stringify(['FLAG', 'half', 50, 0]))).units).toEqual([]);
  });

  test('those who chose in their browser', async () => {
    const { engine, sink, observer } = world(toggle({ rules: [rule], guardrails }), {
      env: { NODE_ENV: 'development', GATEKEEPER_FLAG: 'ON' },
    });
    const gk = engine.for({ user: { id: 1 } });
    expect(gk.explain('FLAG').reason).toBe('browser-override');
    gk.ff('FLAG', 'ON');
    observer.answered(evaluationOf(gk), 500, 1);
    await observer.flush();
    expect(engine.stats().exposures).toMatchObject({ enqueued: 0 });
    expect((await sink.results!.read(JSON.stringify(['FLAG', 'half', 50, 0]))).units).toEqual([]);
  });

  test('those without an id', async () => {
    const { request, engine } = world(toggle({ rules: [rule], guardrails }));
    request({ status: 500 });
    expect(engine.stats().exposures).toMatchObject({ enqueued: 0 });
  });

  test('requests in which the flag was not checked', async () => {
    const { observer, engine } = world(toggle({ rules: [rule], guardrails }));
    const gk = engine.for({ user: { id: 1 } });
    gk.browserOverrides();
    observer.answered(evaluationOf(gk), 500, 1);
    expect(engine.stats().exposures).toMatchObject({ enqueued: 0 });
  });
});

describe('a percentage that is moved', () => {
  test('opens a new window', async () => {
    const { crowd, engine, reading, look } = world(rules({ name: 'half', rollout: 50, serve: 'ON' }));
    crowd(300);
    expect((await reading()).treatment.units).toBeGreaterThan(100);
    await engine.live.setRollout('FLAG', 'half', 20, BY);
    await look();
    const moved = await reading();
    expect([moved.percent, moved.treatment.units, moved.control!.units]).toEqual([20, 0, 0]);
    crowd(300);
    const { treatment, control } = await reading();
    expect(treatment.units + control!.units).toBe(300);
    expect(Math.abs(treatment.units - 60)).toBeLessThan(35);
  });

  test.each([
    ['at 100 %', 100, 'no-control'],
    ['at 0 %', 0, 'off'],
  ])('%s there is nobody to compare with', async (_, percent, state) => {
    const { crowd, engine, reading, observer } = world(rules({ name: 'half', rollout: 50, serve: 'ON' }));
    await engine.live.setRollout('FLAG', 'half', percent, BY);
    crowd(100);
    expect(await reading()).toMatchObject({ state, percent, treatment: { units: 0 } });
    if (percent === 100) expect(observer.stats().enqueued).toBe(0);
  });

  test('a day is a window, and the step goes on', async () => {
    const { crowd, clock, reading } = world(rules({ name: 'half', rollout: 50, serve: 'ON' }));
    crowd(300, (_, variant) => ({ status: variant === 'ON' ? 200 : 500 }));
    clock.now += 24 * 60 * 60 * 1000;
    crowd(500);
    const { treatment, control, over } = await reading();
    expect([over, treatment.units + control!.units]).toEqual(['day', 500]);
    expect(control!.unitsWith).toBe(0);
  });
});

describe('a level is of everybody who has the flag', () => {
  test.each([
    [
      'by a getVariant of its own',
      toggle({
        getVariant: ({ user }) => ((user as any).id % 2 === 0 ? 'ON' : 'OFF') as Toggle,
        guardrails: [errorRate().above('20%')],
      }),
    ],
    [
      'by rules',
      toggle({
        rules: [{ name: 'even', when: { user: { even: true } } as never, serve: 'ON' }],
        guardrails: [errorRate().above('20%')],
      }),
    ],
  ])('%s', async (_, flag) => {
    const { crowd, reading } = world(flag);
    crowd(200, (id) => ({ user: { even: id % 2 === 0 }, status: id % 20 === 0 ? 500 : 200 }));
    expect(await reading()).toMatchObject({
      rule: '',
      state: 'quiet',
      over: 'day',
      treatment: { units: 100, unitsWith: 10, value: 0.1 },
      control: undefined,
      threshold: 0.2,
    });
  });
});

test('without a rollout there is nobody to compare with, and it says so', async () => {
  const { crowd, reading } = world(rules({ name: 'all', serve: 'ON' }));
  crowd(100);
  expect(await reading()).toMatchObject({ state: 'no-control', rule: '', treatment: { units: 0 } });
});

test('two engines over one sink add up, and a unit of both counts once', async () => {
  const [store, flag] = [memoryStore(), () => rules({ name: 'half', rollout: 50, serve: 'ON' })];
  const one = world(flag(), { store: () => store });
  const other = world(flag(), { store: () => store, sink: () => one.sink });
  one.crowd(300);
  other.crowd(400);
  await one.observer.flush();
  const { treatment, control } = await other.reading();
  expect(treatment.units + control!.units).toBe(400);
});
