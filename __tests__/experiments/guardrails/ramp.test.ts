import { ramp, type Guardrail, type Rule } from 'gatekeeper-flags';
import { errorRate, latency } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, toggle, type Toggle } from '../../support/config';
import { fragileSink } from './fragile-sink';
import { NINE, world } from './world';

const DAY = 24 * 60 * 60 * 1000;
const steps = ramp('2026-12-01', { day1: 20, day2: 50, day4: 100 });
const ramped = (guardrails: readonly Guardrail[] = [errorRate().above('2x')]) =>
  toggle({ rules: [{ name: 'ramp', rollout: steps, serve: 'ON' } as Rule<Toggle>], guardrails });
const percentOf = ({ engine }: Pick<ReturnType<typeof world>, 'engine'>) =>
  engine
    .for({ user: { id: 1 } })
    .explain('FLAG')
    .steps.find(({ rule }) => rule === 'ramp')?.percent;

test('a ramp goes on, a step at a time, when its time has come and the present step is quiet', async () => {
  const all = world(ramped());
  all.crowd(800);
  await all.look();
  expect(percentOf(all)).toBe(20); // its time has not come
  all.clock.now = NINE + DAY;
  await all.look();
  expect(percentOf(all)).toBe(50);
  const [change] = await all.engine.live.history();
  expect(change).toMatchObject({ action: 'approve-ramp', actor: 'guardrail', value: 50 });
  expect(change!.reason).toBe('its guardrails are quiet at 20 %, with enough data');
  all.clock.now = NINE + 5 * DAY;
  for (let i = 0; i < 3; i++) await all.look();
  expect(percentOf(all)).toBe(50); // nothing is known of this step yet
  all.crowd(300);
  await all.look();
  expect(percentOf(all)).toBe(100);
});

test('after days of nobody looking it does not jump: each step is seen', async () => {
  const all = world(ramped(), { clock: { now: NINE + 30 * DAY } });
  expect(percentOf(all)).toBe(20);
  all.crowd(800);
  await all.look();
  expect(percentOf(all)).toBe(50);
});

test('without data it holds, and says that there is not enough', async () => {
  const all = world(ramped());
  all.clock.now = NINE + DAY;
  all.crowd(40);
  for (let i = 0; i < 5; i++) await all.look();
  expect(percentOf(all)).toBe(20);
  const { state, sentence } = await all.reading();
  expect(state).toBe('watching');
  expect(sentence).toMatch(/^not enough data yet: 0 of \d+ units with a failed request/);
});

test('each of its guardrails has to be quiet, with enough data', async () => {
  const all = world(ramped([errorRate().above('2x'), errorRate().above('50%'), latency('p95').above('+500ms')]));
  all.clock.now = NINE + DAY;
  all.crowd(600);
  await all.look();
  expect((await all.readings()).map(({ state }) => state)).toEqual(['quiet', 'quiet', 'watching']); // 120 requests
  expect(percentOf(all)).toBe(20);
  all.crowd(600);
  await all.look();
  expect(percentOf(all)).toBe(50);
});

test('one that has tripped holds it, whatever its action', async () => {
  const all = world(ramped([errorRate().above('2x').then('notify')]));
  all.crowd(800, (_, variant) => ({ status: variant === 'ON' ? 500 : 200 }));
  all.clock.now = NINE + DAY;
  for (let i = 0; i < 3; i++) await all.look();
  expect(percentOf(all)).toBe(20);
  await all.engine.live.approveRamp('FLAG', 'ramp', 50, BY); // a person may
  expect(percentOf(all)).toBe(50);
  expect((await all.reading()).state).toBe('watching');
  all.clock.now = NINE + 4 * DAY;
  all.crowd(800); // repaired
  await all.look();
  expect(percentOf(all)).toBe(100);
});

test('a killed, pinned or held flag has no ramp to go on', async () => {
  for (const change of [
    (engine: any) => engine.live.kill('FLAG', BY),
    (engine: any) => engine.live.pin('FLAG', 'ON', BY),
    (engine: any) => engine.live.holdRamp('FLAG', 'ramp', BY),
  ]) {
    const all = world(ramped());
    all.crowd(800);
    await change(all.engine);
    all.clock.now = NINE + DAY;
    await all.look();
    expect((await all.engine.live.history()).filter(({ actor }: any) => actor === 'guardrail')).toEqual([]);
  }
});

test('a sink that is away holds it', async () => {
  const sink = fragileSink();
  const all = world(ramped(), { sink: () => sink });
  all.crowd(800);
  await all.observer.flush();
  all.clock.now = NINE + DAY;
  sink.state = 'refused';
  await all.look();
  expect(percentOf(all)).toBe(20);
  sink.state = 'up';
  await all.look();
  expect(percentOf(all)).toBe(50);
});

test('a first step of nobody needs no data', async () => {
  const rollout = ramp('2026-12-01', { day1: 0, day2: 10 });
  const rules: Rule<Toggle>[] = [{ name: 'ramp', rollout, serve: 'ON' }];
  const all = world(toggle({ rules, guardrails: [errorRate().above('2x')] }));
  await all.look();
  expect(percentOf(all)).toBe(0);
  all.clock.now = NINE + DAY;
  await all.look();
  expect(percentOf(all)).toBe(10);
});

test('two processes let it go on once', async () => {
  const [store, sink, clock] = [memoryStore(), memorySink(), { now: NINE + DAY }];
  const all = Array.from({ length: 3 }, () => world(ramped(), { store: () => store, sink: () => sink, clock }));
  all[0]!.crowd(800);
  await all[0]!.observer.flush();
  await Promise.all(all.map(({ look }) => look()));
  await Promise.all(all.map(({ look }) => look()));
  expect((await all[0]!.engine.live.history()).map(({ value }: any) => value)).toEqual([50]);
  expect(all.flatMap(({ failures }) => failures)).toEqual([]);
});

test('the rollouts of a getVariant wait for levels', async () => {
  const flag = toggle({
    rollouts: { new: steps },
    getVariant: ({ rollout }) => (rollout('new') ? 'ON' : 'OFF') as Toggle,
    guardrails: [errorRate().above('20%')],
  });
  const all = world(flag, { clock: { now: NINE + DAY } });
  const inside = () => [...Array(500).keys()].filter((id) => all.engine.for({ user: { id } }).ff('FLAG', 'ON')).length;
  const before = inside();
  expect(Math.abs(before - 100)).toBeLessThan(40);
  await all.look();
  expect(inside()).toBe(before);
  all.crowd(1_000);
  await all.look();
  expect(Math.abs(inside() - 250)).toBeLessThan(50);
});

test('a ramp of a flag without guardrails needs nobody', () => {
  const all = world(toggle({ rules: [{ name: 'ramp', rollout: steps, serve: 'ON' }] }), {
    clock: { now: NINE + 30 * DAY },
  });
  expect(percentOf(all)).toBe(100);
});
