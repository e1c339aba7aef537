import { liveSegment, ramp, type Context } from 'gatekeeper-flags';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, engineOf, Toggle, toggle } from '../support/config';
import { until } from '../support/fragile-store';

const vips = liveSegment('vips of the history');
const FLAGS = () => ({
  CHECKOUT: toggle({
    rules: [{ name: 'half', rollout: ramp('2020-01-01', { day1: 5, day2: 50 }, { guarded: true }), serve: Toggle.ON }],
  }),
  BANNER: toggle({ getVariant: (context: Context) => (context.in(vips) ? Toggle.ON : Toggle.OFF) }),
});
const EVE = { actor: 'eve', reason: 'it was a mistake' };

async function setUp(store = memoryStore()) {
  let time = 0;
  const engine = engineOf(FLAGS(), { store: () => store, now: () => ++time });
  await engine.ready;
  return engine;
}

test('the history has the newest changes first, of all flags or of one, and no more than were asked for', async () => {
  const { live } = await setUp();
  for (let id = 0; id < 60; id++) await live.addUser('CHECKOUT', 'ON', id, BY);
  for (let id = 0; id < 60; id++) await live.addUser('BANNER', 'ON', id, BY);
  const revisions = async (query: Parameters<typeof live.history>[0]) =>
    (await live.history(query)).map(({ revision }) => revision);
  const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => from - i);
  expect(await revisions({})).toEqual(down(120, 21));
  expect(await revisions({ flag: 'CHECKOUT' })).toEqual(down(60, 1));
  expect(await revisions({ flag: 'CHECKOUT', limit: 2 })).toEqual([60, 59]);
  expect(await revisions({ limit: 1_000 })).toEqual(down(120, 1));
});

type Live = Awaited<ReturnType<typeof setUp>>['live'];
interface Reverted {
  readonly what: string;
  readonly before?: (live: Live) => Promise<number>;
  readonly change: (live: Live) => Promise<number>;
  /** Changes the same thing once more. */
  readonly since: (live: Live) => Promise<number>;
  /** Changes something beside it. */
  readonly beside: (live: Live) => Promise<number>;
  readonly look: (live: Live) => unknown;
}

const flag = ({ state }: Live) => state.flags.get('CHECKOUT');
const has = ({ state }: Live, id: string) => state.segments.get(vips.name)?.has(id) ?? false;
const reverted: Reverted[] = [
  {
    what: 'kill',
    change: (live) => live.kill('CHECKOUT', BY),
    since: (live) => live.restore('CHECKOUT', BY),
    beside: (live) => live.pin('CHECKOUT', 'ON', BY),
    look: (live) => flag(live)?.killed,
  },
  {
    what: 'restore',
    before: (live) => live.kill('CHECKOUT', BY),
    change: (live) => live.restore('CHECKOUT', BY),
    since: (live) => live.kill('CHECKOUT', EVE),
    beside: (live) => live.kill('BANNER', BY),
    look: (live) => flag(live)?.killed,
  },
  {
    what: 'pin over another pin',
    before: (live) => live.pin('CHECKOUT', 'ON', BY),
    change: (live) => live.pin('CHECKOUT', 'OFF', BY),
    since: (live) => live.unpin('CHECKOUT', BY),
    beside: (live) => live.kill('CHECKOUT', BY),
    look: (live) => flag(live)?.pinned,
  },
  {
    what: 'user',
    change: (live) => live.addUser('CHECKOUT', 'ON', 1, BY),
    since: (live) => live.addUser('CHECKOUT', 'OFF', 1, BY),
    beside: (live) => live.addUser('CHECKOUT', 'ON', 2, BY),
    look: (live) => flag(live)?.users?.get('1'),
  },
  {
    what: 'rollout',
    before: (live) => live.setRollout('CHECKOUT', 'half', 60, BY),
    change: (live) => live.setRollout('CHECKOUT', 'half', 70, BY),
    since: (live) => live.resetRollout('CHECKOUT', 'half', BY),
    beside: (live) => live.approveRamp('CHECKOUT', 'half', 5, BY),
    look: (live) => flag(live)?.rollouts?.get('half')?.percent,
  },
  {
    what: 'what went into a segment',
    before: (live) => live.addToSegment(vips.name, [3], BY),
    change: (live) => live.addToSegment(vips.name, [1, 2, 3], BY),
    since: (live) => live.removeFromSegment(vips.name, [2], BY),
    beside: (live) => live.addToSegment(vips.name, [4], BY),
    look: (live) => ['1', '2', '3'].map((id) => has(live, id)),
  },
  {
    what: 'what went out of a segment',
    before: (live) => live.addToSegment(vips.name, [1, 2], BY),
    change: (live) => live.removeFromSegment(vips.name, [2, 3], BY),
    since: (live) => live.addToSegment(vips.name, [2], BY),
    beside: (live) => live.addToSegment(vips.name, [3], BY),
    look: (live) => ['1', '2'].map((id) => has(live, id)),
  },
];

describe.each(reverted)('revert: $what', ({ before, change, since, beside, look }) => {
  test('takes it back, and leaves alone what else was changed', async () => {
    const { live } = await setUp();
    await before?.(live);
    const was = look(live);
    const revision = await change(live);
    const changed = look(live);
    expect(changed).not.toEqual(was);
    await beside(live);
    const reverted = await live.revert(revision, EVE);
    expect(look(live)).toEqual(was);
    expect((await live.history({ limit: 1 }))[0]).toMatchObject({ ...EVE, revision: reverted });

    await live.revert(reverted, BY); // a revert is a change as any other
    expect(look(live)).toEqual(changed);
  });

  test('is refused where the same thing was changed since', async () => {
    const { live } = await setUp();
    await before?.(live);
    const revision = await change(live);
    const last = await since(live);
    const stands = look(live);
    await expect(live.revert(revision, EVE)).rejects.toMatchObject({ code: 'conflict', current: { revision: last } });
    expect(look(live)).toEqual(stands);
    expect(live.state.revision).toBe(last);
  });
});

test('what cannot be taken back: no change, one of overrides, a clear, more ids than are remembered', async () => {
  const { live } = await setUp();
  const revisions = [
    await live.revokeOverrides(BY),
    await live.clear(BY),
    await live.addToSegment(
      vips.name,
      Array.from({ length: 1_001 }, (_, id) => id),
      BY,
    ),
  ];
  for (const revision of revisions)
    await expect(live.revert(revision, EVE)).rejects.toMatchObject({ code: 'change-invalid' });
  for (const unknown of [0, 4, 99, -1, 1.5])
    await expect(live.revert(unknown, EVE)).rejects.toMatchObject({ code: 'change-unknown' });
  await expect(live.revert(1, { actor: '', reason: '' })).rejects.toMatchObject({ code: 'change-invalid' });
});

test('clear forgets all live state here and elsewhere, is told of, and leaves the history', async () => {
  const store = memoryStore();
  const [engine, other] = [await setUp(store), await setUp(store)];
  const told: string[] = [];
  for (const one of [engine, other]) one.onChange(({ action }) => told.push(action));
  await engine.live.kill('CHECKOUT', BY);
  await engine.live.addToSegment(vips.name, [1], BY);
  await engine.live.revokeOverrides(BY);
  const revision = await engine.live.clear(BY);
  await until(() => other.status().revision === revision);
  for (const { live } of [engine, other]) {
    expect(live.state.flags.size).toBe(0);
    expect(live.state.segments.size).toBe(0);
    expect(live.state.epoch).toBe(1); // cookies that were revoked stay so
  }
  expect((await engine.live.history()).map(({ action }) => action)).toEqual([
    'clear',
    'revoke-overrides',
    'add-to-segment',
    'kill',
  ]);
  await until(() => told.length === 8);
  expect(told.filter((action) => action === 'clear')).toHaveLength(2);
  await other.live.addToSegment(vips.name, [2], BY);
  await until(() => has(engine.live, '2'));
  expect(has(engine.live, '1')).toBe(false);
});

test('every engine is told of every change once, in order, whoever made it', async () => {
  const store = memoryStore();
  const engines = [await setUp(store), await setUp(store), await setUp(store)];
  const told = engines.map((engine) => {
    const revisions: number[] = [];
    engine.onChange(({ revision }) => revisions.push(revision));
    return revisions;
  });
  await Promise.all(Array.from({ length: 200 }, (_, id) => engines[id % 3]!.live.addUser('CHECKOUT', 'ON', id, BY)));
  const all = Array.from({ length: 200 }, (_, index) => index + 1);
  for (const revisions of told) {
    await until(() => revisions.length >= 200);
    expect(revisions).toEqual(all);
  }
});

test('an engine is not told of what was changed before it began', async () => {
  const store = memoryStore();
  await (await setUp(store)).live.kill('CHECKOUT', BY);
  const engine = await setUp(store);
  const told: string[] = [];
  engine.onChange(({ action }) => told.push(action));
  await engine.live.pin('BANNER', 'ON', BY);
  expect(told).toEqual(['pin']);
});
