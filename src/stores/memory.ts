import { randomUUID } from 'node:crypto';
import type { Change } from './live-control';
import { shardOf } from './members';
import { SCHEMA, type Count, type Snapshot, type Store, type StoredFlag } from './store';

/** Ids in a page of members. */
const PAGE = 1_000;
/** Of so many writes to a segment it is remembered which ids they changed; who was away for longer looks through all. */
const RECENT = 1_000;

/** Who is and was in a segment, and in which write that was settled. */
class Segment {
  readonly #shards: Map<string, { readonly member: boolean; readonly revision: number }>[] = [];
  readonly #recent: { readonly revision: number; readonly ids: readonly string[] }[] = [];
  #forgotten = 0;

  write(ids: readonly string[], member: boolean, revision: number): void {
    for (const id of ids) (this.#shards[shardOf(id)] ??= new Map()).set(id, { member, revision });
    this.#recent.push({ revision, ids });
    if (this.#recent.length > RECENT) this.#forgotten = this.#recent.shift()!.revision;
  }

  *pages(since: number) {
    let page: { readonly id: string; readonly member: boolean }[] = [];
    let looked = 0;
    for (const id of since < this.#forgotten || since === 0 ? this.#all() : this.#since(since)) {
      const { member, revision } = this.#shards[shardOf(id)]!.get(id)!;
      if (revision > since) page.push({ id, member });
      if (++looked % PAGE > 0) continue;
      yield page;
      page = [];
    }
    yield page;
  }

  *#all(): Iterable<string> {
    for (const shard of this.#shards) if (shard) yield* shard.keys();
  }
  *#since(since: number): Iterable<string> {
    for (const { revision, ids } of this.#recent) if (revision > since) yield* ids;
  }
}

/** Keeps live state in this process, for tests and apps that want no persistence. Engines that share it see one state. */
export function memoryStore(): Store {
  const id = randomUUID();
  const watchers = new Set<() => void>();
  const counts = new Map<string, Count>();
  const history: Change[] = [];
  const members = new Map<string, Segment>();
  const segments = new Map<string, number>();
  const flags = new Map<string, StoredFlag>();
  let [revision, epoch, cleared] = [0, 0, 0];

  return {
    kind: 'memory',
    pollEvery: 60_000,
    async read(): Promise<Snapshot> {
      return { id, revision, epoch, cleared, schema: SCHEMA, flags: new Map(flags), segments: new Map(segments) };
    },
    async *members(segment, since) {
      yield* members.get(segment)?.pages(since) ?? [];
    },
    async write({ id: known, change, partial, flag, segment, raiseEpoch, clear }) {
      if (known !== '' && known !== id) return { emptied: true };
      const stands = flag && flags.get(flag.name);
      if (flag && (stands?.revision ?? 0) !== flag.onTopOf) return { conflict: stands };
      revision += 1;
      if (clear) {
        cleared = revision;
        for (const kept of [flags, segments, members]) kept.clear();
      }
      if (raiseEpoch) epoch += 1;
      if (flag) flags.set(flag.name, { value: flag.value, revision });
      if (segment) {
        const changed = members.get(segment.name) ?? new Segment();
        changed.write(segment.ids, segment.member, revision);
        members.set(segment.name, changed);
        segments.set(segment.name, revision);
      }
      if (!partial) history.push({ ...change, revision });
      for (const changed of watchers) changed();
      return { revision };
    },
    async history({ flag, since = 0, limit = 100 }) {
      const wanted = history.filter(
        (change) => change.revision > since && (flag === undefined || change.flag === flag),
      );
      return wanted.reverse().slice(0, limit);
    },
    async addCounts(added) {
      for (const { flag, variant, count, last } of added) {
        const key = JSON.stringify([flag, variant]);
        const known = counts.get(key) ?? { count: 0, last: 0 };
        counts.set(key, { flag, variant, count: known.count + count, last: Math.max(known.last, last) });
      }
    },
    async counts() {
      return [...counts.values()];
    },
    async watch(changed) {
      watchers.add(changed);
      return async () => void watchers.delete(changed);
    },
    async close() {},
  };
}
