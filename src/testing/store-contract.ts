import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { GatekeeperError } from '../errors';
import type { Change } from '../stores/live-control';
import { SCHEMA, type Snapshot, type Store, type Write } from '../stores/store';

/** What a store may lack, where it says why. */
export type StoreAbility = 'watch' | 'newer-schema';

export interface StoreContractOptions {
  /** The runner's `it`: that of jest, vitest, mocha or `node:test`. */
  readonly it: (name: string, test: () => Promise<void>) => unknown;
  /** Opens a store. Those of one namespace keep one state, as in several processes; a namespace not seen before is empty. */
  readonly create: (namespace: string) => Store | Promise<Store>;
  /** Marks what a namespace keeps as written in a layout to come. */
  readonly makeNewer?: (namespace: string, schema: number) => Promise<void>;
  /** What the store cannot do, and why; printed, not tested. */
  readonly cannot?: Partial<Record<StoreAbility, string>>;
  /** Milliseconds within which other stores are told of a change. Defaults to 2,000. */
  readonly toldWithin?: number;
}

type Open = () => Promise<Store>;

/** Trip up whoever builds keys, queries or objects from names. */
// prettier-ignore
const ODD = [
  '__proto__', 'constructor', 'a:b*{}', `'";--\\`, '%_?[a-z]', '$1', ' ', 'two\nlines', 'Größe 😀', '漢'.repeat(50), '\u{10ffff}!',
];

/** Declares the tests that every store must pass: `storeContract({ it, create: (namespace) => myStore({ namespace }) })`. */
export function storeContract({ it, create, makeNewer, cannot = {}, toldWithin = 2_000 }: StoreContractOptions): void {
  /** A test on a namespace of its own; whatever it opens is closed. */
  function holds(name: string, test: (open: Open, namespace: string) => Promise<void>): void {
    it(name, async () => {
      const namespace = `contract-${randomUUID()}`;
      const opened: Store[] = [];
      try {
        await test(async () => {
          const store = await create(namespace);
          opened.push(store);
          return store;
        }, namespace);
      } finally {
        for (const store of opened) await store.close();
      }
    });
  }

  function unlessUnable(ability: StoreAbility, declare: () => void): void {
    const why = cannot[ability];
    if (why === undefined) declare();
    else process.stdout.write(`not tested, since this store cannot (${ability}): ${why}\n`);
  }

  holds('what was never written to is empty', async (open) => {
    const store = await open();
    const { revision, epoch, cleared, schema, flags, segments } = await store.read();
    assert.deepEqual({ revision, epoch, cleared, schema }, { revision: 0, epoch: 0, cleared: 0, schema: SCHEMA });
    assert.equal(flags.size + segments.size, 0);
    assert.deepEqual(await store.history({}), []);
    assert.deepEqual(await store.counts(), []);
    assert.deepEqual(await membersOf(store, 'nobody'), []);
  });

  holds('each change has a higher revision, and every store reads it', async (open) => {
    const [one, other] = [await open(), await open()];
    const first = await set(one, 'A', '{"killed":"x"}');
    const second = await set(other, 'B', '{}');
    const third = await set(one, 'A', '{"killed":"y"}');
    assert.ok(0 < first && first < second && second < third);
    for (const store of [one, other, await open()]) {
      const { id, revision, flags } = await store.read();
      assert.equal(id, (await one.read()).id);
      assert.notEqual(id, '');
      assert.equal(revision, third);
      assert.deepEqual([...flags].sort(), [
        ['A', { value: '{"killed":"y"}', revision: third }],
        ['B', { value: '{}', revision: second }],
      ]);
    }
  });

  holds('a change on top of what somebody else has changed is refused, with what stands', async (open) => {
    const [one, other] = [await open(), await open()];
    const revision = await set(one, 'A', '{"pinned":"ON"}');
    const late = await other.write(write({ flag: { name: 'A', value: '{}', onTopOf: 0 } }));
    assert.deepEqual(late, { conflict: { value: '{"pinned":"ON"}', revision } });
    const gone = await other.write(write({ flag: { name: 'B', value: '{}', onTopOf: revision } }));
    assert.deepEqual(gone, { conflict: undefined });
    assert.equal((await one.read()).revision, revision);
    assert.equal((await one.history({})).length, 1);
    assert.ok('revision' in (await other.write(write({ flag: { name: 'A', value: '{}', onTopOf: revision } }))));
  });

  holds('changes of different flags never conflict', async (open) => {
    const stores = [await open(), await open(), await open()];
    const names = Array.from({ length: 15 }, (_, index) => `FLAG_${index}`);
    const written = await Promise.all(
      names.map((name, index) => stores[index % 3]!.write(write({ flag: { name, value: `"${name}"`, onTopOf: 0 } }))),
    );
    assert.equal(new Set(written.map(revisionOf)).size, names.length);
    const { flags } = await stores[0]!.read();
    assert.deepEqual(
      [...flags].map(([name, { value }]) => [name, value]).sort(),
      names.map((name) => [name, `"${name}"`]).sort(),
    );
  });

  holds('ten that open at once, where nothing is yet, agree', async (open) => {
    const stores = await Promise.all(Array.from({ length: 10 }, open));
    const revisions = await Promise.all(
      stores.map(async (store, index) => {
        await store.read();
        return revisionOf(await store.write(write({ flag: { name: `FLAG_${index}`, value: '{}', onTopOf: 0 } })));
      }),
    );
    assert.equal(new Set(revisions).size, 10);
    const snapshots = await Promise.all(stores.map((store) => store.read()));
    assert.equal(new Set(snapshots.map(({ id }) => id)).size, 1);
    for (const { flags } of snapshots) assert.equal(flags.size, 10);
  });

  holds('writers at once lose nothing, and whoever reads meanwhile sees one moment', async (open) => {
    const [each, stores, reader] = [15, [await open(), await open(), await open()], await open()];
    let writing = true;
    const seen: Snapshot[] = [];
    const reading = (async () => {
      while (writing) seen.push(await reader.read());
    })();
    const increments = stores.flatMap((store, index) => [
      repeat(each, () => increment(store, 'TOTAL')),
      repeat(each, () => increment(store, `OWN_${index}`)),
    ]);
    await Promise.all(increments).finally(() => (writing = false));
    await reading;

    const { flags, revision } = await reader.read();
    assert.equal(flags.get('TOTAL')?.value, String(3 * each));
    for (const index of stores.keys()) assert.equal(flags.get(`OWN_${index}`)?.value, String(each));
    const history = await reader.history({ limit: 1_000 });
    assert.equal(history.length, 6 * each);
    assert.equal(history[0]?.revision, revision);
    for (const { flags, revision } of seen)
      assert.equal(revision, Math.max(0, ...[...flags.values()].map((flag) => flag.revision)));
    const revisions = seen.map((snapshot) => snapshot.revision);
    assert.deepEqual(
      revisions,
      revisions.toSorted((a, b) => a - b),
    );
  });

  holds('a segment is written in slices that are one change', async (open) => {
    const store = await open();
    const slices = [ids(0, 1_500), ids(1_500, 3_000), ids(3_000, 4_001)];
    const revisions: number[] = [];
    for (const [index, slice] of slices.entries()) {
      const segment = { name: 'vips', ids: slice, member: true };
      revisions.push(revisionOf(await store.write(write({ segment, partial: index < 2 }))));
    }
    assert.deepEqual((await membersOf(store, 'vips')).sort(), slices.flat().sort());
    const { segments, revision } = await store.read();
    assert.deepEqual([...segments], [['vips', revisions[2]]]);
    assert.equal(revision, revisions[2]);
    assert.deepEqual(
      (await store.history({})).map((change) => change.revision),
      [revisions[2]],
    );
  });

  holds('what changed in a segment since a revision: who came and who went', async (open) => {
    const store = await open();
    await change(store, 'vips', ['1', '2', '3', '4'], true);
    const since = await change(store, 'vips', ['4'], false);
    await change(store, 'vips', ['2', 'nobody'], false);
    await change(store, 'vips', ['4', '5', '5'], true);
    await change(store, 'others', ['9'], true);
    assert.deepEqual(await changesOf(store, 'vips', since), { 2: false, nobody: false, 4: true, 5: true });
    assert.deepEqual((await membersOf(store, 'vips')).sort(), ['1', '3', '4', '5']);
    assert.deepEqual(await changesOf(store, 'vips', (await store.read()).revision), {});
  });

  holds('members that change while they are read are told of now or the next time', async (open) => {
    const [store, other] = [await open(), await open()];
    for (const from of [0, 2_000, 4_000]) await change(store, 'vips', ids(from, from + 2_000), true);
    const { revision } = await store.read();
    const known = new Set<string>();
    let pages = 0;
    for await (const page of store.members('vips', 0)) {
      for (const { id, member } of page) known[member ? 'add' : 'delete'](id);
      if (pages++ === 0) {
        await change(other, 'vips', ids(0, 50), false);
        await change(other, 'vips', ids(0, 20), true);
      }
    }
    for (const [id, member] of Object.entries(await changesOf(store, 'vips', revision)))
      known[member ? 'add' : 'delete'](id);
    assert.deepEqual([...known].sort(), [...ids(0, 20), ...ids(50, 6_000)].sort());
  });

  holds('the epoch is raised', async (open) => {
    const [one, other] = [await open(), await open()];
    for (const epoch of [1, 2]) {
      const revision = revisionOf(await one.write(write({ raiseEpoch: true })));
      const snapshot = await other.read();
      assert.deepEqual({ epoch: snapshot.epoch, revision: snapshot.revision }, { epoch, revision });
    }
  });

  holds('clear forgets flags and segments, and keeps the history and the epoch', async (open) => {
    const store = await open();
    await set(store, 'A', '{}');
    await change(store, 'vips', ['1', '2'], true);
    await change(store, 'vips', ['2'], false);
    await store.write(write({ raiseEpoch: true }));
    const revision = revisionOf(await store.write(write({ clear: true })));
    const snapshot = await store.read();
    assert.equal(snapshot.flags.size + snapshot.segments.size, 0);
    assert.deepEqual([snapshot.revision, snapshot.cleared, snapshot.epoch], [revision, revision, 1]);
    assert.deepEqual(await changesOf(store, 'vips', 0), {});
    assert.equal((await store.history({})).length, 5);
    await change(store, 'vips', ['3'], true);
    assert.deepEqual(await changesOf(store, 'vips', 0), { 3: true });
    assert.ok((await set(store, 'A', '{"pinned":"ON"}')) > revision);
    assert.equal((await store.read()).cleared, revision);
  });

  holds('the history: newest first, of one flag, since a revision, so many', async (open) => {
    const store = await open();
    const revisions: number[] = [];
    for (const [index, name] of ['A', 'B', 'A', 'A', 'B'].entries()) revisions.push(await set(store, name, `${index}`));
    const told = async (query: Parameters<Store['history']>[0]) =>
      (await store.history(query)).map(({ revision }) => revisions.indexOf(revision));
    assert.deepEqual(await told({}), [4, 3, 2, 1, 0]);
    assert.deepEqual(await told({ flag: 'A' }), [3, 2, 0]);
    assert.deepEqual(await told({ since: revisions[2]! }), [4, 3]);
    assert.deepEqual(await told({ limit: 2 }), [4, 3]);
    assert.deepEqual(await told({ flag: 'A', since: revisions[0]!, limit: 1 }), [3]);
    assert.deepEqual(await told({ since: revisions[1]! - 1, limit: Number.MAX_SAFE_INTEGER }), [4, 3, 2, 1]);
    assert.deepEqual(await told({ flag: 'C' }), []);
  });

  holds('the history gives a change back as it was, and a hundred unless told', async (open) => {
    const store = await open();
    const whole: Omit<Change, 'revision'> = {
      ...{ action: 'set-rollout', actor: 'Ada', reason: 'two\nlines, "quotes" and 😀', at: 1_765_432_109_876 },
      ...{ flag: 'A', field: ['rollouts', 'big: companies', 'percent'], value: 0.001, previous: null },
    };
    const written = await store.write({ id: '', change: whole, flag: { name: 'A', value: '{}', onTopOf: 0 } });
    assert.deepEqual(await store.history({}), [{ ...whole, revision: revisionOf(written) }]);
    await repeat(100, () => store.write(write({ raiseEpoch: true })));
    assert.equal((await store.history({})).length, 100);
  });

  holds('counts add up, and remember the latest time', async (open) => {
    const [one, other] = [await open(), await open()];
    const on = { flag: 'A', variant: 'ON' };
    await one.addCounts([
      { ...on, count: 3, last: 2_000 },
      { ...on, variant: 'OFF', count: 1, last: 1_765_432_109_876 },
    ]);
    await Promise.all(
      [one, other].map((store) =>
        store.addCounts([
          { ...on, count: 2, last: 1_000 },
          { ...on, count: 1, last: 1_500 },
        ]),
      ),
    );
    await other.addCounts([]);
    assert.deepEqual(sortedBy(await other.counts(), 'variant'), [
      { flag: 'A', variant: 'OFF', count: 1, last: 1_765_432_109_876 },
      { flag: 'A', variant: 'ON', count: 9, last: 2_000 },
    ]);
  });

  holds('a store that is not the one it was takes no change', async (open) => {
    const store = await open();
    const onAnother = { ...write({ flag: { name: 'A', value: '{}', onTopOf: 0 } }), id: 'another' };
    assert.deepEqual(await store.write(onAnother), { emptied: true });
    assert.equal((await store.read()).revision, 0);
    const revision = await set(store, 'B', '{}');
    assert.deepEqual(await store.write(onAnother), { emptied: true });
    const snapshot = await store.read();
    assert.deepEqual([snapshot.revision, [...snapshot.flags.keys()]], [revision, ['B']]);
    assert.ok('revision' in (await store.write({ ...onAnother, id: snapshot.id })));
  });

  unlessUnable('newer-schema', () =>
    holds('what a newer version has written is known as such, and not written to', async (open, namespace) => {
      assert.ok(makeNewer, 'give makeNewer, or say in cannot why there is none');
      const store = await open();
      const revision = await set(store, 'A', '{}');
      await makeNewer(namespace, SCHEMA + 1);
      assert.equal((await store.read()).schema, SCHEMA + 1);
      await assert.rejects(set(store, 'A', '{"pinned":"ON"}'), (error) => {
        return error instanceof GatekeeperError && error.code === 'store-newer';
      });
      assert.equal((await store.read()).revision, revision);
    }),
  );

  unlessUnable('watch', () => {
    holds('whoever watches is told of every kind of change by others, until it ends', async (open) => {
      const [store, other, third] = [await open(), await open(), await open()];
      const watching = await watch(store);
      const kinds: (() => Promise<unknown>)[] = [
        () => set(other, 'A', '{}'),
        () => change(other, 'vips', ['1'], true),
        () => other.write(write({ segment: { name: 'vips', ids: ['2'], member: true }, partial: true })),
        () => other.write(write({ raiseEpoch: true })),
        () => other.write(write({ clear: true })),
      ];
      for (const kind of kinds) {
        const told = watching.next();
        await kind();
        await told;
      }
      await watching.end();
      const { times } = watching;
      const later = await watch(third);
      const told = later.next();
      await set(other, 'B', '{}');
      await told;
      await later.end();
      assert.equal(watching.times, times);
    });
  });

  holds('names are data', async (open) => {
    const store = await open();
    for (const name of ODD) await set(store, name, JSON.stringify({ users: { [name]: name } }));
    for (const name of ODD) await change(store, name, ODD, true);
    await store.addCounts(ODD.flatMap((flag) => ODD.map((variant) => ({ flag, variant, count: 1, last: 1 }))));

    const { flags, segments } = await (await open()).read();
    assert.deepEqual([...flags.keys()].sort(), ODD.toSorted());
    assert.deepEqual([...segments.keys()].sort(), ODD.toSorted());
    for (const name of ODD) {
      assert.equal(flags.get(name)?.value, JSON.stringify({ users: { [name]: name } }));
      assert.deepEqual((await membersOf(store, name)).sort(), ODD.toSorted());
      assert.deepEqual(
        (await store.history({ flag: name })).map((change) => change.flag),
        [name],
      );
    }
    const counted = (await store.counts()).map(({ flag, variant }) => JSON.stringify([flag, variant]));
    assert.deepEqual(
      counted.sort(),
      ODD.flatMap((flag) => ODD.map((variant) => JSON.stringify([flag, variant]))).sort(),
    );
  });

  holds('a list of 100,000 users', async (open) => {
    const value = JSON.stringify({ users: Object.fromEntries(ids(0, 100_000).map((id) => [`user-${id}`, 'ON'])) });
    const revision = await set(await open(), 'A', value);
    assert.ok((await (await open()).read()).flags.get('A')?.value === value);
    const late = await (await open()).write(write({ flag: { name: 'A', value: '{}', onTopOf: revision - 1 } }));
    assert.ok('conflict' in late && late.conflict?.value === value);
  });

  holds('another namespace sees nothing, whatever the two are called', async (_, namespace) => {
    await Promise.all(['', ...ODD].map((name) => keptApart(namespace + name, `${namespace}${name}2`)));
  });

  async function keptApart(namespace: string, another: string): Promise<void> {
    const [store, same, other] = [await create(namespace), await create(namespace), await create(another)];
    const watching = cannot.watch === undefined ? await watch(same) : undefined;
    try {
      const told = watching?.next();
      await set(store, 'A', '{}');
      await told;
      await change(store, 'vips', ['1'], true);
      await store.addCounts([{ flag: 'A', variant: 'ON', count: 1, last: 1 }]);
      assert.equal((await other.read()).revision, 0);
      assert.deepEqual([await membersOf(other, 'vips'), await other.counts(), await other.history({})], [[], [], []]);
      await other.write(write({ clear: true }));
      const { flags, segments } = await same.read();
      assert.deepEqual([flags.size, segments.size, await membersOf(same, 'vips')], [1, 1, ['1']]);
    } finally {
      await watching?.end();
      for (const opened of [store, same, other]) await opened.close();
    }
  }

  /** Watches a store: `next()` resolves when it is told the next time, and rejects where that takes too long. */
  async function watch(store: Store) {
    assert.ok(store.watch, 'give the store watch(), or say in cannot why there is none');
    let waiting = () => {};
    const watching = {
      times: 0,
      end: async () => {},
      next: () =>
        new Promise<void>((resolve, reject) => {
          const late = setTimeout(() => reject(new Error(`not told within ${toldWithin} ms`)), toldWithin);
          waiting = () => {
            clearTimeout(late);
            resolve();
          };
        }),
    };
    watching.end = await store.watch(() => {
      watching.times += 1;
      waiting();
    });
    return watching;
  }
}

function write(what: Omit<Write, 'id' | 'change'>): Write {
  const flag = what.flag?.name;
  const { name: segment, ids } = what.segment ?? {};
  const change = { action: 'kill', actor: 'contract', reason: 'a test', at: 1 } as const;
  return {
    id: '',
    change: { ...change, ...(flag !== undefined && { flag }), ...(segment !== undefined && { segment, ids }) },
    ...what,
  };
}

function revisionOf(written: Awaited<ReturnType<Store['write']>>): number {
  assert.ok('revision' in written, `not written: ${JSON.stringify(written).slice(0, 200)}`);
  return written.revision;
}

/** Writes a flag on top of what is there. */
async function set(store: Store, name: string, value: string): Promise<number> {
  const onTopOf = (await store.read()).flags.get(name)?.revision ?? 0;
  return revisionOf(await store.write(write({ flag: { name, value, onTopOf } })));
}

/** Adds one to a flag that holds a number, as often as somebody else was faster. */
async function increment(store: Store, name: string): Promise<void> {
  for (let stands = (await store.read()).flags.get(name); ;) {
    const value = String(Number(stands?.value ?? 0) + 1);
    const written = await store.write(write({ flag: { name, value, onTopOf: stands?.revision ?? 0 } }));
    if (!('conflict' in written)) return void revisionOf(written);
    stands = written.conflict;
  }
}

async function change(store: Store, name: string, ids: readonly string[], member: boolean): Promise<number> {
  return revisionOf(await store.write(write({ segment: { name, ids, member } })));
}

/** Who came (true) and who went (false) after a revision. */
async function changesOf(store: Store, segment: string, since: number): Promise<{ [id: string]: boolean }> {
  const changes = new Map<string, boolean>();
  for await (const page of store.members(segment, since)) for (const { id, member } of page) changes.set(id, member);
  return Object.fromEntries(changes);
}

async function membersOf(store: Store, segment: string): Promise<string[]> {
  return Object.entries(await changesOf(store, segment, 0)).flatMap(([id, member]) => (member ? id : []));
}

function ids(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => String(from + index));
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time += 1) await work();
}

function sortedBy<T>(items: readonly T[], key: keyof T): T[] {
  return items.toSorted((a, b) => (a[key] < b[key] ? -1 : 1));
}
