import { ramp, type Guardrail, type Rule } from 'gatekeeper-flags';
import { errorRate, type Action, type Trip } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, engineOf, toggle, type Toggle } from '../../support/config';
import { fragileStore } from '../../support/fragile-store';
import { fragileSink } from './fragile-sink';
import { world } from './world';

const half = (rollout: Rule['rollout'] = 50) => [{ name: 'half', rollout, serve: 'ON' } as Rule<Toggle>];
const guarded = (guardrails: readonly Guardrail[], rollout?: Rule['rollout']) =>
  toggle({ rules: half(rollout), guardrails });
/** Whoever has the flag meets an error, and nobody else. */
const broken = (_: number, variant: string) => ({ status: variant === 'ON' ? 503 : 200 });
const actions = async (engine: any) =>
  (await engine.live.history()).map(({ action, actor }: any) => `${action} by ${actor}`);

test('a broken variant is killed, by the guardrail, with the numbers as its reason', async () => {
  const { engine, crowd, look, reading } = world(guarded([errorRate().above('2x')]));
  crowd(100, broken);
  await look();
  const [change, ...others] = await engine.live.history();
  expect(others).toEqual([]);
  expect(change).toMatchObject({ action: 'kill', actor: 'guardrail' });
  expect(change!.reason).toMatch(
    /^request errors above 2x: (\d+) of \1 units with a failed request \(100 %\), of the control 0 of \d+ units with a failed request \(0 %\); the limit is now 0.2 %$/,
  );
  expect(engine.for({ user: { id: 1 } }).explain('FLAG').reason).toBe('killed');
  expect(await reading()).toMatchObject({
    state: 'tripped',
    sentence: change!.reason,
    trip: { flag: 'FLAG', rule: 'half', guardrail: 'request errors above 2x', action: 'kill' },
  });
});

test('a harmless one is let be, however often it is looked at', async () => {
  const { engine, crowd, look, reading } = world(guarded([errorRate().above('2x')]));
  crowd(400, (id) => ({ status: id % 10 === 0 ? 500 : 200 }));
  for (let i = 0; i < 20; i++) await look();
  expect(await actions(engine)).toEqual([]);
  expect(await reading()).toMatchObject({ state: 'quiet', trip: undefined });
});

test('one client that tries again and again kills nothing', async () => {
  const { engine, crowd, request, look, reading } = world(guarded([errorRate().above('2x')]));
  crowd(300);
  const inside = [...Array(300).keys()].find((id) => engine.for({ user: { id } }).ff('FLAG', 'ON'))!;
  for (let i = 0; i < 500; i++) request({ user: { id: inside }, status: 500 });
  await look();
  expect(await actions(engine)).toEqual([]);
  expect(await reading()).toMatchObject({ state: 'quiet', treatment: { unitsWith: 1 } });
});

describe('what a guardrail does', () => {
  async function tripped(action: Action, rollout?: Rule['rollout']) {
    const trips: Trip[] = [];
    const made = world(
      guarded(
        [
          errorRate()
            .above('2x')
            .then(action)
            .onTrip((trip) => trips.push(trip)),
        ],
        rollout,
      ),
    );
    made.crowd(100, broken);
    for (let i = 0; i < 3; i++) await made.look();
    return { ...made, trips, percent: (await made.reading()).percent, made: await actions(made.engine) };
  }

  test('stop takes everybody out of the rule', async () => {
    const { made, percent, trips, reading } = await tripped('stop');
    expect([made, percent]).toEqual([['set-rollout by guardrail'], 0]);
    expect(trips).toMatchObject([{ action: 'stop', rule: 'half' }]);
    expect((await reading()).state).toBe('tripped');
  });

  test('hold keeps a rollout where it is', async () => {
    const { made, percent, trips, engine } = await tripped('hold');
    expect([made, percent]).toEqual([['set-rollout by guardrail'], 50]);
    expect(trips).toHaveLength(1);
    expect(engine.live.state.flags.get('FLAG')?.rollouts?.get('half')?.percent).toBe(50);
  });

  test('hold keeps a ramp where it is', async () => {
    const { made, percent } = await tripped('hold', ramp('2026-12-01', { day1: 50, day9: 100 }));
    expect([made, percent]).toEqual([['hold-ramp by guardrail'], 50]);
  });

  test('notify only tells', async () => {
    const { made, percent, trips, reading } = await tripped('notify');
    expect([made, percent]).toEqual([[], 50]);
    expect(trips).toMatchObject([{ action: 'notify', reason: expect.stringContaining('of the control 0 of') }]);
    expect((await reading()).state).toBe('tripped');
  });
});

describe('a level without a rule to stop', () => {
  test('stops every rollout of the flag', async () => {
    const flag = toggle({
      rollouts: { a: 50, b: 30 },
      getVariant: ({ rollout }) => (rollout('a') || rollout('b') ? 'ON' : 'OFF') as Toggle,
      guardrails: [errorRate().above('20%').then('stop')],
    });
    const { crowd, look, engine } = world(flag);
    crowd(200, broken);
    await look();
    expect(await actions(engine)).toEqual(['set-rollout by guardrail', 'set-rollout by guardrail']);
    expect([...engine.live.state.flags.get('FLAG')!.rollouts!.values()].map(({ percent }) => percent)).toEqual([0, 0]);
  });
});

describe('who is told', () => {
  test('is told once, whatever another listener throws, which is reported', async () => {
    const trips: Trip[] = [];
    const told = errorRate()
      .above('2x')
      .onTrip(() => {
        throw new Error('the pager is broken');
      })
      .onTrip(async () => Promise.reject(new Error('the chat is down')))
      .onTrip((trip) => trips.push(trip));
    const { crowd, look, failures } = world(guarded([told]));
    crowd(100, broken);
    for (let i = 0; i < 3; i++) await look();
    expect(trips).toHaveLength(1);
    expect(failures.map(String)).toEqual(['Error: the pager is broken', 'Error: the chat is down']);
  });

  test('the log has a line', async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => void lines.push(line), error: () => {} };
    const { crowd, look } = world(guarded([errorRate().above('2x')]), { logger });
    crowd(100, broken);
    await look();
    expect(lines).toEqual([
      expect.stringMatching(/^gatekeeper: FLAG: kill, as a guardrail has tripped: request errors/),
    ]);
  });
});

describe('after a person has restored it', () => {
  test('the numbers begin anew: it is not killed again for the old ones, but for new ones it is', async () => {
    const { crowd, look, engine, reading, clock } = world(guarded([errorRate().above('2x')]));
    crowd(100, broken);
    await look();
    for (let i = 0; i < 3; i++) await look();
    expect(await actions(engine)).toEqual(['kill by guardrail']);
    clock.now += 60_000;
    await engine.live.restore('FLAG', BY);
    await look();
    expect(await reading()).toMatchObject({ state: 'watching', treatment: { units: 0 }, trip: undefined });
    crowd(100);
    await look();
    expect(await actions(engine)).toEqual(['restore by ada', 'kill by guardrail']);
    crowd(100, broken);
    await look();
    expect(await actions(engine)).toEqual(['kill by guardrail', 'restore by ada', 'kill by guardrail']);
  });

  test('the same after a hold and a stop, when its percentage is given back', async () => {
    for (const action of ['hold', 'stop'] as const) {
      const { crowd, look, engine, reading } = world(guarded([errorRate().above('2x').then(action)]));
      crowd(100, broken);
      await look();
      await engine.live.resetRollout('FLAG', 'half', BY);
      await look();
      expect(await reading()).toMatchObject({ percent: 50, state: 'watching', treatment: { units: 0 } });
      crowd(100, broken);
      await look();
      expect((await actions(engine)).filter((one: string) => one.endsWith('guardrail'))).toHaveLength(2);
    }
  });

  test.each<[Action, (engine: any) => Promise<number>]>([
    ['kill', ({ live }) => live.restore('FLAG', BY)],
    ['stop', ({ live }) => live.resetRollout('FLAG', 'half', BY)],
  ])('a %s that is taken back while the app is stopped stands no longer', async (action, takeBack) => {
    const [store, sink] = [memoryStore(), memorySink()];
    const app = () => world(guarded([errorRate().above('2x').then(action)]), { store: () => store, sink: () => sink });
    const first = app();
    first.crowd(100, broken);
    await first.look();
    expect(await first.reading()).toMatchObject({ state: 'tripped' });
    await first.engine.close();
    await takeBack(engineOf({ FLAG: toggle({ rules: half() }) }, { store: () => store }));

    const { engine, crowd, look, reading } = app();
    await engine.ready;
    await look();
    expect(await reading()).toMatchObject({ state: 'watching', trip: undefined, treatment: { units: 0 } });
    crowd(100, broken);
    await look();
    expect(await reading()).toMatchObject({ state: 'tripped' });
    expect((await actions(engine)).filter((one: string) => one.endsWith('guardrail'))).toHaveLength(2);
  });

  test('a flag that a person killed and restored begins anew as well', async () => {
    const { crowd, look, engine, reading } = world(guarded([errorRate().above('2x').then('notify')]));
    crowd(100, broken);
    await engine.live.kill('FLAG', BY);
    await look();
    expect(await reading()).toMatchObject({ state: 'off', sentence: 'killed by ada: a test' });
    await engine.live.restore('FLAG', BY);
    await look();
    expect(await reading()).toMatchObject({ state: 'watching', treatment: { units: 0 } });
  });
});

describe('two processes', () => {
  function processes(flag: () => ReturnType<typeof toggle>, count = 2) {
    const [store, sink, clock] = [memoryStore(), memorySink(), { now: Date.parse('2026-12-01T09:00Z') }];
    return Array.from({ length: count }, () => world(flag(), { store: () => store, sink: () => sink, clock }));
  }

  test('who trip one guardrail at once kill once and tell once', async () => {
    const trips: Trip[] = [];
    const all = processes(
      () =>
        guarded([
          errorRate()
            .above('2x')
            .onTrip((trip) => trips.push(trip)),
        ]),
      5,
    );
    all.forEach(({ crowd }, index) => crowd(100 + index, broken));
    for (const { observer } of all) await observer.flush();
    await Promise.all(all.map(({ look }) => look()));
    await Promise.all(all.map(({ look }) => look()));
    expect(await actions(all[0]!.engine)).toEqual(['kill by guardrail']);
    expect(trips).toHaveLength(1);
    expect(all.flatMap(({ failures }) => failures)).toEqual([]);
  });

  test('where neither has enough for itself, both together have', async () => {
    const [one, other] = processes(() => guarded([errorRate().above('2x')])) as [World, World];
    const inside = (id: number) => one.engine.for({ user: { id } }).ff('FLAG', 'ON');
    const ids = [...Array(60).keys()];
    const [first, second] = [ids.filter(inside).slice(0, 4), ids.filter(inside).slice(4, 8)];
    const outside = ids.filter((id) => !inside(id));
    for (const id of outside) one.request({ user: { id } });
    for (const id of first) one.request({ user: { id }, status: 500 });
    await one.look();
    expect(await actions(one.engine)).toEqual([]);
    for (const id of second) other.request({ user: { id }, status: 500 });
    await other.look();
    expect(await actions(one.engine)).toEqual(['kill by guardrail']);
  });

  test.each([
    ['after a while', 6_000],
    ['whose clock is a day behind', -86_400_000],
  ])('what the first could not do, the second does, %s', async (_, later) => {
    const [shared, sink, clock] = [memoryStore(), memorySink(), { now: Date.parse('2026-12-01T09:00Z') }];
    const cut = fragileStore(shared);
    const first = world(guarded([errorRate().above('2x').then('stop')]), { store: () => cut, sink: () => sink, clock });
    const second = world(guarded([errorRate().above('2x').then('stop')]), {
      store: () => shared,
      sink: () => sink,
      clock,
    });
    await first.engine.ready;
    first.crowd(100, broken);
    cut.state = 'refused';
    await first.look();
    expect(first.failures.map(String)).toEqual([expect.stringContaining('connection refused')]);
    await second.look();
    expect(await actions(second.engine)).toEqual([]); // it waits for the first
    clock.now += later;
    await second.look();
    expect(await actions(second.engine)).toEqual(['set-rollout by guardrail']);
    cut.state = 'up';
    await first.look();
    expect(await actions(second.engine)).toEqual(['set-rollout by guardrail']);
  });
});
type World = ReturnType<typeof world>;

describe('what is down', () => {
  test('a store: the flag is killed in this process, and in the store when it is back', async () => {
    const store = fragileStore();
    const { crowd, look, engine, failures } = world(guarded([errorRate().above('2x')]), { store: () => store });
    await engine.ready;
    crowd(100, broken);
    store.state = 'refused';
    await look();
    await look();
    expect(engine.for({ user: { id: 1 } }).explain('FLAG').reason).toBe('killed');
    expect(engine.status().unstoredKills).toEqual(['FLAG']);
    expect(failures.map(String).join()).toContain('connection refused');
    store.state = 'up';
    const stored = new Promise((resolve) => engine.onChange(resolve));
    await stored;
    await look();
    expect(await actions(engine)).toEqual(['kill by guardrail']);
    await engine.live.restore('FLAG', BY);
    await look();
    expect(await actions(engine)).toEqual(['restore by ada', 'kill by guardrail']);
  });

  test('a sink: it says so, throws nothing, and goes on when it is back', async () => {
    const sink = fragileSink();
    const { crowd, look, engine, failures, readings, observer } = world(guarded([errorRate().above('2x')]), {
      sink: () => sink,
    });
    crowd(100, broken);
    await observer.flush();
    sink.state = 'refused';
    for (let i = 0; i < 5; i++) await look();
    expect(failures.map(String)).toEqual(['Error: the sink is away']); // once, not at each look
    expect(await readings()).toMatchObject([{ state: 'unreadable' }]);
    sink.state = 'up';
    await look();
    expect(await actions(engine)).toEqual(['kill by guardrail']);
  });

  test('a look during which the engine is closed is no failure', async () => {
    const sink = memorySink();
    let cut = () => {};
    const claims = () => new Promise<never>((_, reject) => (cut = () => reject(new Error('connection terminated'))));
    const closing = { ...sink, results: { ...sink.results!, claims }, close: async () => cut() };
    const { look, engine, failures } = world(guarded([errorRate().above('2x')]), { sink: () => closing });
    const looking = look();
    await engine.close();
    await looking;
    expect(failures).toEqual([]);
  });

  test('a sink that never answers keeps nothing waiting for good', async () => {
    const sink = fragileSink();
    const { crowd, look, engine, failures, observer } = world(guarded([errorRate().above('2x')]), { sink: () => sink });
    crowd(100, broken);
    await observer.flush();
    sink.state = 'silent';
    await look();
    expect(failures.map(String)).toEqual(['Error: no answer within 5000 ms']);
    sink.state = 'up';
    await look();
    expect(await actions(engine)).toEqual(['kill by guardrail']);
  });

  test('a sink that gives nothing back: it says so once', async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => void lines.push(line), error: () => {} };
    const { results: _, ...sink } = memorySink();
    const { crowd, look, reading, engine } = world(guarded([errorRate().above('2x')]), { sink: () => sink, logger });
    crowd(100, broken);
    await look();
    expect(lines).toEqual([expect.stringContaining('guardrails see nothing')]);
    expect((await reading()).state).toBe('unreadable');
    expect(engine.stats().exposures).toMatchObject({ enqueued: 0 });
  });
});

test('what is not watched any more is deleted after an hour, and what is stays', async () => {
  const { engine, sink, clock, crowd, look } = world(guarded([errorRate().above('2x').then('notify')]));
  const kept = async (...window: readonly unknown[]) => (await sink.results!.read(JSON.stringify(window))).units.length;
  const day = Math.floor(clock.now / 86_400_000);
  crowd(50);
  await look();
  await engine.live.setRollout('FLAG', 'half', 30, BY);
  await look();
  crowd(50);
  await look();
  const windows = () =>
    Promise.all([kept('FLAG', 'half', 50, 0), kept('FLAG', 'half', 50, 0, day), kept('FLAG', 'half', 30, 1)]);
  expect(await windows()).toEqual([2, 2, 2]);
  clock.now += 61 * 60_000;
  await look();
  expect(await windows()).toEqual([0, 0, 2]);
});
