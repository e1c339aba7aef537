import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { MembersDraft, type Members } from './members';
import { SCHEMA, type MemberPages, type Snapshot, type Store, type StoredFlag } from './store';

export interface LastKnownGoodOptions {
  /** The file that holds the copy; a machine's processes may share it. */
  readonly path: string;
  /** Told where the copy cannot be written (a full disk, a missing folder). Defaults to a process warning, once. */
  readonly onError?: (error: unknown) => void;
}

/** The copy as it stands in the file. */
interface Copy extends Pick<Snapshot, 'id' | 'revision' | 'epoch' | 'cleared' | 'schema'> {
  readonly copiedAt: number;
  readonly flags: readonly (readonly [name: string, flag: StoredFlag])[];
  readonly segments: readonly (readonly [name: string, revision: number, members: readonly string[]])[];
}

const PAGE = 2_000;

/**
 * Keeps a local copy of the newest snapshot of a store, replaced atomically, so that a process can start while the store
 * is down; `engine.status()` then says since when it is stale. The copy holds the members of live segments, too.
 */
export function lastKnownGood(store: Store, { path, onError = warnOnce() }: LastKnownGoodOptions): Store {
  /** The members as the sync has read them, with the revision they were read at. */
  const segments = new Map<string, { readonly members: Members; readonly revision: number }>();
  let newest: Snapshot | undefined;
  let copy: Copy | undefined;
  let saving = Promise.resolve();
  let asked = false;

  /** Writes what is newest, once a moment; what changes while it is written is written next. */
  function save(): void {
    if (asked) return;
    asked = true;
    saving = saving
      .then(async () => {
        await new Promise(setImmediate);
        asked = false;
        if (newest) await writeFileAtomic(path, JSON.stringify(copyOf(newest)), { mode: 0o600 });
      })
      .catch(onError);
  }

  function copyOf({ flags, segments: _, ...rest }: Snapshot): Copy {
    const members = [...segments].map(([name, segment]) => [name, segment.revision, [...segment.members]] as const);
    return { ...rest, copiedAt: Date.now(), flags: [...flags], segments: members };
  }

  return {
    ...store,
    kind: `${store.kind}, last known good`,

    async read() {
      try {
        const snapshot = await store.read();
        const changed = snapshot.revision !== newest?.revision || snapshot.id !== newest.id;
        if (changed && snapshot.id !== '' && (newest === undefined || snapshot.id === newest.id)) {
          for (const name of segments.keys()) if (!snapshot.segments.has(name)) segments.delete(name);
          newest = snapshot;
          save();
        }
        copy = undefined;
        return snapshot;
      } catch (error) {
        if (newest) throw error; // what this process has read is newer than the file
        copy = await readCopy(path).catch(() => undefined);
        if (!copy) throw error;
        for (const [name, revision, members] of copy.segments) {
          const draft = new MembersDraft();
          members.forEach((id) => draft.add(id));
          segments.set(name, { members: draft.done(), revision });
        }
        const known = copy.segments.map(([name, revision]) => [name, revision] as const);
        return { ...copy, flags: new Map(copy.flags), segments: new Map(known) };
      }
    },

    async *members(segment, since): MemberPages {
      if (copy) {
        const ids = copy.segments.find(([name]) => name === segment)?.[2] ?? [];
        for (let from = 0; from < ids.length; from += PAGE)
          yield ids.slice(from, from + PAGE).map((id) => ({ id, member: true }));
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

async function readCopy(path: string): Promise<Copy> {
  const copy = JSON.parse(await readFile(path, 'utf8')) as Copy;
  if (copy.schema !== SCHEMA || typeof copy.id !== 'string' || !Array.isArray(copy.flags))
    throw new TypeError('no copy');
  return copy;
}

function warnOnce(): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (!warned)
      process.emitWarning(`gatekeeper: the last known good copy cannot be written: ${(error as Error).message}`);
    warned = true;
  };
}
