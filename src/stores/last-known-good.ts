import { believe, wasCleared } from './believe';
import { linesOf, pagesOf, readCopy, type Copy } from './copy-file';
import { MembersDraft } from './members';
import { removeAbandoned, replaceFile } from './replace-file';
import type { MemberPages, Snapshot, Store } from './store';
import type { KnownSegment } from './sync';
import { PATIENCE, within } from './within';

export interface LastKnownGoodOptions {
  /** The file that holds the copy; a machine's processes may share it. */
  readonly path: string;
  /** Told where the copy cannot be written (a full disk, a missing folder); it is tried again. Defaults to one warning. */
  readonly onError?: (error: unknown) => void;
}

/** The first answer of a store is waited for so long before the copy is served; it is taken where it comes later, too. */
const FIRST_PATIENCE = 1_000;

/**
 * Keeps a local copy of the newest snapshot of a store, replaced atomically, so that a process can start while the store
 * is down; `engine.status()` then says since when it is stale. The copy holds the members of live segments, too.
 */
export function lastKnownGood(store: Store, { path, onError = warnOnce() }: LastKnownGoodOptions): Store {
  /** What the store said last, and the members as they were read from it. */
  let newest: Snapshot | undefined;
  const segments = new Map<string, KnownSegment>();
  /** What the file said when this process began; served until the store has said something that can be believed. */
  let copy: Promise<Copy | undefined> | undefined;
  let served: Copy | undefined;
  let asking: Promise<Snapshot> | undefined;
  let unsaved = false;
  let saving: Promise<void> | undefined;

  /** Writes what is newest; what changes while it is written is written next, and what fails the next time. */
  function save(): void {
    unsaved = true;
    saving ??= write()
      .catch(failed)
      .finally(() => (saving = undefined));
  }

  async function write(): Promise<void> {
    while (unsaved) {
      unsaved = false;
      await replaceFile(path, linesOf({ ...newest!, copiedAt: Date.now(), segments: new Map(segments) }));
    }
  }

  function failed(error: unknown): void {
    unsaved = true;
    try {
      onError(error);
    } catch {
      // whoever is told must not end the process
    }
  }

  async function ask(): Promise<Snapshot> {
    if (newest) return store.read();
    asking ??= within(PATIENCE, store.read());
    asking.catch(() => (asking = undefined));
    const snapshot = await within(FIRST_PATIENCE, asking);
    asking = undefined;
    return snapshot;
  }

  async function begin(): Promise<Copy | undefined> {
    await removeAbandoned(path).catch(() => {});
    try {
      const found = await readCopy(path);
      believe(found, undefined);
      for (const [name, segment] of found.segments) segments.set(name, segment);
      return found;
    } catch {
      return undefined; // there is none, or none that can be believed
    }
  }

  function keep(snapshot: Snapshot, before: Copy | Snapshot | undefined): void {
    if (before && wasCleared(snapshot, before)) segments.clear();
    for (const name of segments.keys()) if (!snapshot.segments.has(name)) segments.delete(name);
    const changed = snapshot.revision !== newest?.revision || snapshot.id !== newest.id;
    newest = snapshot;
    if (snapshot.id !== '' && (changed || unsaved)) save();
  }

  return {
    ...store,
    kind: `${store.kind}, last known good`,

    async read() {
      const before = newest ?? (await (copy ??= begin()));
      try {
        const snapshot = await ask();
        believe(snapshot, before);
        keep(snapshot, before);
        served = undefined;
        return snapshot;
      } catch (error) {
        if (newest || !before) throw error; // what this process has read is newer than the file
        served = before as Copy;
        const revisions = [...served.segments].map(([name, { revision }]) => [name, revision] as const);
        const problem = `${(error as Error).message}; this is the last known good copy`;
        return { ...served, segments: new Map(revisions), problem };
      }
    },

    async *members(segment, since): MemberPages {
      if (served) {
        const known = served.segments.get(segment);
        for (const ids of known ? pagesOf(known.members) : []) yield ids.map((id) => ({ id, member: true }));
        return;
      }
      const draft = new MembersDraft(since > 0 ? segments.get(segment)?.members : undefined);
      for await (const page of store.members(segment, since)) {
        for (const { id, member } of page) {
          if (member) draft.add(id);
          else draft.delete(id);
        }
        yield page;
      }
      segments.set(segment, { members: draft.done(), revision: newest?.segments.get(segment) ?? since });
      save();
    },

    async close() {
      await saving;
      await store.close();
    },
  };
}

function warnOnce(): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (!warned)
      process.emitWarning(`gatekeeper: the last known good copy cannot be written: ${(error as Error).message}`);
    warned = true;
  };
}
