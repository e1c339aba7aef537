import fc from 'fast-check';
import { liveSegment } from 'gatekeeper-flags';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, engineOf, toggle } from '../support/config';
import { fragileStore, until } from '../support/fragile-store';

const flags = () => ({ A: toggle(), B: toggle(), C: toggle() });

/** Two processes on one store. */
async function two(store = memoryStore()) {
  const engines = [engineOf(flags(), { store: () => store }), engineOf(flags(), { store: () => store })] as const;
  await Promise.all(engines.map((engine) => engine.ready));
  return engines;
}

test('of two edits of one flag, each on top of what both have seen, one gets a conflict with what stands now', async () => {
  const [one, other] = await two();
  const seen = await one.live.addUser('A', 'ON', 1, BY);
  await until(() => other.status().revision === seen);
  const edits = await Promise.allSettled([
    one.live.pin('A', 'ON', { ...BY, expectedRevision: seen }),
    other.live.pin('A', 'OFF', { ...BY, expectedRevision: seen }),
  ]);
  const [won, lost] = edits.toSorted((a) => (a.status === 'fulfilled' ? -1 : 1));
  expect(won).toEqual({ status: 'fulfilled', value: 2 });
  const pinned = edits[0] === won ? 'ON' : 'OFF';
  const current = { revision: 2, live: { pinned, users: new Map([['1', 'ON']]) } };
  expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'conflict', current } });
  for (const engine of [one, other]) await until(() => engine.live.state.flags.get('A')?.pinned === pinned);
});

test('so has an edit of a segment that somebody else has changed since', async () => {
  liveSegment('testers');
  const [one, other] = await two();
  const seen = await one.live.addToSegment('testers', [1], BY);
  await other.live.addToSegment('testers', [2], { ...BY, expectedRevision: seen });
  await expect(one.live.removeFromSegment('testers', [1], { ...BY, expectedRevision: seen })).rejects.toMatchObject({
    code: 'conflict',
    current: { revision: seen + 1 },
  });
  await one.live.addToSegment('testers', [3], BY);
  const members = one.live.state.segments.get('testers')!;
  expect([1, 2, 3].map((id) => members.has(String(id)))).toEqual([true, true, true]);
});

test('edits of different flags never conflict', async () => {
  const [one, other] = await two();
  await one.live.pin('A', 'ON', BY);
  const edits = await Promise.all([
    one.live.pin('A', 'OFF', { ...BY, expectedRevision: 1 }),
    other.live.pin('B', 'ON', { ...BY, expectedRevision: 0 }),
    other.live.pin('C', 'ON', { ...BY, expectedRevision: 1 }),
  ]);
  expect(new Set(edits)).toEqual(new Set([2, 3, 4]));
});

test('edits without a revision are made on top of each other, and none is lost', async () => {
  const [one, other] = await two();
  await Promise.all(Array.from({ length: 100 }, (_, id) => [one, other][id % 2]!.live.addUser('A', 'ON', id, BY)));
  await until(() => one.status().revision === 100);
  expect([...one.live.state.flags.get('A')!.users!.keys()].sort()).toEqual(
    Array.from({ length: 100 }, (_, id) => String(id)).sort(),
  );
  expect(await one.live.history({ limit: 1_000 })).toHaveLength(100);
});

const edit = fc.record({ by: fc.nat(2), flag: fc.constantFrom('A', 'B', 'C'), id: fc.nat(5), add: fc.boolean() });

test('whoever edits what at once: the history, made again in its order, gives the state that all agree on', () =>
  fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 30 }), async (edits) => {
      const store = memoryStore();
      const engines = [...(await two(store)), ...(await two(store))];
      await Promise.all(
        edits.map(({ by, flag, id, add }) => {
          const { live } = engines[by]! as any;
          return add ? live.addUser(flag, 'ON', id, BY) : live.removeUser(flag, id, BY);
        }),
      );
      const expected = new Map<string, Set<string>>();
      const history = (await engines[0]!.live.history({ limit: 1_000 })).toReversed();
      for (const { flag, field, value } of history) {
        const users = expected.get(flag!) ?? new Set();
        expected.set(flag!, users);
        if (value === null) users.delete(field![1]!);
        else users.add(field![1]!);
      }
      expect(history).toHaveLength(edits.length);
      for (const engine of engines) {
        await until(() => engine.status().revision === edits.length);
        for (const [flag, users] of expected)
          expect(new Set(engine.live.state.flags.get(flag)?.users?.keys())).toEqual(users);
      }
    }),
    { numRuns: 50 },
  ));

test('a change of one’s own stays in effect while an older state is still being read', async () => {
  const memory = memoryStore();
  const store = fragileStore(memory);
  const engine = engineOf(flags(), { store: () => store });
  const other = engineOf(flags(), { store: () => memory });
  await Promise.all([engine.ready, other.ready]);
  let answer: (() => void) | undefined;
  store.instead.read = () => {
    delete store.instead.read;
    const older = memory.read();
    return new Promise((resolve) => (answer = () => resolve(older)));
  };
  await other.live.pin('B', 'ON', BY);
  await until(() => answer !== undefined);
  const pinned = engine.live.pin('A', 'ON', BY);
  await until(() => engine.live.state.flags.get('A')?.pinned === 'ON');
  answer!();
  for (let turn = 0; turn < 20; turn++) {
    await null;
    expect(engine.live.state.flags.get('A')?.pinned).toBe('ON');
  }
  await pinned;
  expect(engine.live.state.flags.get('B')?.pinned).toBe('ON');
});
