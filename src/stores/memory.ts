import { randomUUID } from 'node:crypto';
import type { Change } from './live-control';
import { SCHEMA, type Count, type Snapshot, type Store, type StoredFlag } from './store';

/** Keeps live state in this process, for tests and apps that want no persistence. Engines that share it see one state. */
export function memoryStore(): Store {
  const id = randomUUID();
  const watchers = new Set<() => void>();
  const counts = new Map<string, Count>();
  const history: Change[] = [];
  const members = new Map<string, Map<string, { member: boolean; revision: number }>>();
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
      const changed = [...(members.get(segment) ?? [])].filter(([, entry]) => entry.revision > since);
      yield changed.map(([member, entry]) => ({ id: member, member: entry.member }));
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
        const entries = members.get(segment.name) ?? new Map<string, { member: boolean; revision: number }>();
        for (const member of segment.ids) entries.set(member, { member: segment.member, revision });
        members.set(segment.name, entries);
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
