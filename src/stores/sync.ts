import { GatekeeperError, show } from '../errors';
import type { LiveFlag } from '../live-state';
import { readLiveFlag } from './live-flag';
import type { Change } from './live-control';
import { MembersDraft, type Members } from './members';
import { newerSchema } from './schema';
import { SCHEMA, type Snapshot, type Store, type StoredFlag, type Write } from './store';
import { within } from './within';

/** What this process knows of a store: the last that was read, and could be believed. */
export interface Known {
  readonly id: string;
  readonly revision: number;
  readonly epoch: number;
  readonly cleared: number;
  readonly flags: ReadonlyMap<string, KnownFlag>;
  readonly segments: ReadonlyMap<string, KnownSegment>;
}
export interface KnownFlag {
  readonly live: LiveFlag;
  readonly revision: number;
}

export interface KnownSegment {
  readonly members: Members;
  readonly revision: number;
}

const NOTHING: Known = { id: '', revision: 0, epoch: 0, cleared: 0, flags: new Map(), segments: new Map() };
const PATIENCE = 5_000;
const TOLD_AT_ONCE = 1_000;

/** What `createSync` tells. */
export interface SyncEvents {
  known(known: Known): void;
  changes(changes: readonly Change[]): void;
  /** Something in the store could not be believed; what was known of it stays. */
  distrusted(problem: string): void;
}

/** Keeps up with a store: reads it when told of changes and every now and then, one read at a time. */
export class Sync {
  known = NOTHING;
  /** When the store was last read, in milliseconds since 1970. */
  readAt: number | undefined;
  problem: string | undefined;
  readonly #store: Store;
  readonly #now: () => number;
  readonly #events: SyncEvents;
  #reading: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => Promise<void>) | undefined;
  #watching = false;
  #closed = false;

  constructor(store: Store, now: () => number, events: SyncEvents) {
    this.#store = store;
    this.#now = now;
    this.#events = events;
  }

  /** Reads, listens, and from then on looks every now and then. Settles when the first read has. */
  start(): Promise<void> {
    this.#watch();
    return this.refresh().finally(() => this.#poll());
  }

  /** Settles when a read that began after this call has; many calls share one. Rejects where the store cannot be read. */
  refresh(): Promise<void> {
    if (!this.#reading) {
      this.#reading = this.#read().finally(() => (this.#reading = undefined));
      return this.#reading;
    }
    this.#next ??= this.#reading
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.refresh();
      });
    return this.#next;
  }

  /** Writes a change; gives its revision, or undefined where somebody else was faster: then `known` is what stands now. */
  async write(write: Omit<Write, 'id'>): Promise<number | undefined> {
    const id = write.clear ? '' : this.known.id;
    const written = await within(PATIENCE, this.#store.write({ ...write, id }));
    if ('emptied' in written) throw this.#emptied();
    if ('conflict' in written) {
      this.#setFlag(write.flag!.name, written.conflict);
      return undefined;
    }
    if (write.clear) this.known = NOTHING;
    else if (write.flag) this.#setFlag(write.flag.name, { value: write.flag.value, revision: written.revision });
    await this.refresh().catch(() => {}); // written it is; the next look will see it
    return written.revision;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#unwatch?.();
    await this.#reading?.catch(() => {});
  }

  async #read(): Promise<void> {
    try {
      const snapshot = await within(PATIENCE, this.#store.read());
      const before = this.known;
      if (snapshot.schema > SCHEMA) throw newerSchema(snapshot.schema);
      if (before.revision > 0 && (snapshot.id !== before.id || snapshot.revision < before.revision))
        throw this.#emptied();
      if (snapshot.revision !== before.revision || snapshot.id !== before.id || !this.readAt) {
        this.known = await this.#understood(snapshot);
        this.#events.known(this.known);
        if (before.id !== '') await this.#tell(before.revision);
      }
      this.readAt = snapshot.copiedAt ?? this.#now();
      this.problem =
        snapshot.copiedAt === undefined ? undefined : 'the store cannot be read; this is the last known good copy';
    } catch (error) {
      this.problem = error instanceof Error ? error.message : show(error);
      throw error;
    }
  }

  async #understood(snapshot: Snapshot): Promise<Known> {
    const { id, revision, epoch, cleared } = snapshot;
    const before = cleared > this.known.revision ? NOTHING : this.known;
    const flags = new Map<string, KnownFlag>();
    for (const [name, stored] of snapshot.flags) flags.set(name, this.#flag(name, stored, before.flags.get(name)));
    const segments = new Map<string, KnownSegment>();
    for (const [name, changed] of snapshot.segments) {
      const seen = before.segments.get(name);
      segments.set(name, seen && changed <= seen.revision ? seen : await this.#segment(name, changed, seen));
    }
    return { id, revision, epoch, cleared, flags, segments };
  }

  async #segment(name: string, revision: number, before: KnownSegment | undefined): Promise<KnownSegment> {
    const draft = new MembersDraft(before?.members);
    for await (const page of this.#store.members(name, before?.revision ?? 0))
      for (const { id, member } of page) {
        if (member) draft.add(id);
        else draft.delete(id);
      }
    return { members: draft.done(), revision };
  }

  #flag(name: string, stored: StoredFlag, before: KnownFlag | undefined): KnownFlag {
    if (before && stored.revision <= before.revision) return before; // an older one never overwrites a newer
    try {
      return { live: readLiveFlag(stored.value), revision: stored.revision };
    } catch {
      this.#events.distrusted(`live state of ${show(name)} cannot be read; what was known of it stays`);
      return { live: before?.live ?? {}, revision: stored.revision };
    }
  }

  #setFlag(name: string, stored: StoredFlag | undefined): void {
    const flags = new Map(this.known.flags);
    if (stored) flags.set(name, this.#flag(name, stored, flags.get(name)));
    else flags.delete(name);
    this.known = { ...this.known, flags };
    this.#events.known(this.known);
  }

  async #tell(since: number): Promise<void> {
    const changes = await within(PATIENCE, this.#store.history({ since, limit: TOLD_AT_ONCE }));
    this.#events.changes(changes.toReversed());
  }

  #emptied(): GatekeeperError {
    return new GatekeeperError(
      'store-emptied',
      'the store has lost what it kept, so the last that was read stays in effect; ' +
        'if it was emptied on purpose, say so with engine.live.clear(…)',
    );
  }

  #watch(): void {
    if (this.#watching || !this.#store.watch) return;
    this.#watching = true;
    const changed = () => void this.refresh().catch(() => {});
    this.#store.watch(changed).then(
      (unwatch) => {
        this.#unwatch = unwatch;
        if (this.#closed) void unwatch();
      },
      () => (this.#watching = false), // the next look tries again
    );
  }

  #poll(): void {
    if (this.#closed) return;
    const jitter = 0.8 + Math.random() * 0.4;
    this.#timer = setTimeout(() => {
      this.#watch();
      void this.refresh()
        .catch(() => {})
        .finally(() => this.#poll());
    }, this.#store.pollEvery * jitter).unref();
  }
}
