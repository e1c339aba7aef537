import type {
  Change,
  Count,
  HistoryQuery,
  MemberPages,
  Snapshot,
  Store,
  StoredFlag,
  Write,
  Written,
} from 'gatekeeper-flags';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { storeContract } from 'gatekeeper-flags/testing';
import { expectType, type Equal } from '../support/types';

/** A store of a user's own, typed by what the package exports: it tells somebody of each change, and keeps it elsewhere. */
class ToldStore implements Store {
  readonly kind = 'told';
  readonly pollEvery = 1_000;
  constructor(
    private readonly kept: Store,
    private readonly tell: (change: Omit<Change, 'revision'>) => void,
  ) {}

  read(): Promise<Snapshot> {
    return this.kept.read();
  }
  members(segment: string, since: number): MemberPages {
    return this.kept.members(segment, since);
  }
  async write(write: Write): Promise<Written> {
    const written = await this.kept.write(write);
    if ('revision' in written) this.tell(write.change);
    return written;
  }
  history(query: HistoryQuery): Promise<readonly Change[]> {
    return this.kept.history(query);
  }
  addCounts(counts: readonly Count[]): Promise<void> {
    return this.kept.addCounts(counts);
  }
  counts(): Promise<readonly Count[]> {
    return this.kept.counts();
  }
  close(): Promise<void> {
    return this.kept.close();
  }
}
expectType<Equal<Snapshot['flags'], ReadonlyMap<string, StoredFlag>>>();

const cannot = {
  watch: 'a user wrote no watch: the engine looks every second',
  'newer-schema': 'what it keeps ends with its process',
};

/** Opens stores that share what they keep by namespace. */
function opener(change: (store: Store) => Store) {
  const kept = new Map<string, Store>();
  return (namespace: string) => {
    kept.set(namespace, kept.get(namespace) ?? memoryStore());
    return change(kept.get(namespace)!);
  };
}

describe('a store of a user’s own', () => {
  const told: unknown[] = [];
  storeContract({ it, create: opener((store) => new ToldStore(store, (change) => told.push(change))), cannot });
  test('is what wrote', () => expect(told.length).toBeGreaterThan(100));
});

/** The names of the tests that a store fails. */
async function failures(change: (store: Store) => Partial<Store>): Promise<string[]> {
  const failed: string[] = [];
  const tests: (() => Promise<void>)[] = [];
  const it = (name: string, test: () => Promise<void>) =>
    tests.push(() => test().catch((error: Error) => void failed.push(`${name}: ${error.name}`)));
  storeContract({ it, create: opener((store) => ({ ...store, ...change(store) })), cannot });
  for (const test of tests) await test();
  return failed;
}

test.each<[string, string, (store: Store) => Partial<Store>]>([
  [
    'overwrites what somebody else has changed',
    'a change on top of what somebody else has changed is refused',
    ({ read, write }) => ({
      async write(asked) {
        if (!asked.flag) return write(asked);
        const onTopOf = (await read()).flags.get(asked.flag.name)?.revision ?? 0;
        return write({ ...asked, flag: { ...asked.flag, onTopOf } });
      },
    }),
  ],
  [
    'takes changes when it has lost what it kept',
    'a store that is not the one it was takes no change',
    ({ write }) => ({ write: (asked) => write({ ...asked, id: '' }) }),
  ],
  [
    'forgets who went from a segment',
    'what changed in a segment since a revision',
    ({ members }) => ({
      async *members(segment, since) {
        for await (const page of members(segment, since)) yield page.filter(({ member }) => member);
      },
    }),
  ],
  [
    'loses the text of changes',
    'the history gives a change back as it was',
    ({ history }) => ({
      history: async (query) => (await history(query)).map((change) => ({ ...change, reason: '' })),
    }),
  ],
  [
    'counts the last flush only',
    'counts add up',
    ({ counts }) => ({ counts: async () => (await counts()).map((count) => ({ ...count, count: 1 })) }),
  ],
])('one that %s fails the contract', async (_, name, change) => {
  expect(await failures(change)).toContainEqual(expect.stringContaining(name));
});
