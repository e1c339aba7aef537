import { show } from '../errors';
import type { LiveFlag } from '../live-state';
import { believe, emptied, wasCleared } from './believe';
import { readLiveFlag } from './live-flag';
import type { Change } from './live-control';
import { MembersDraft, type Members } from './members';
import type { Snapshot, Store, StoredFlag, Write } from './store';
import { Turn } from './turn';
import { eachWithin, PATIENCE, within } from './within';

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
const TOLD_AT_ONCE = 1_000;
/** After a read, messages wait ten times as long as it took, so that a burst of them is few reads; but no longer than: */
const LONGEST_PAUSE = 50;
/** Where something is wrong, it looks again after so many milliseconds. */
const LOOK_AGAIN = 1_000;

/** What a `Sync` tells. */
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
  /** The revision up to which changes were told of; none of those before the first read is. */
  #told: { readonly id: string; readonly revision: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #pauseUntil = 0;
  #unwatch: (() => Promise<void>) | undefined;
  #watching = false;
  /** How many messages have come. */
  #heard = 0;
  /** Whether the store has lost what it kept: then it takes no write but `clear`. */
  #emptied = false;
  /** Whether this process is in the middle of a change that takes several writes: it reads all of it after the last. */
  #midway = false;
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
    if (this.#emptied && !write.clear) throw emptied();
    const id = write.clear ? '' : this.known.id;
    this.#midway = write.partial ?? false;
    const written = await within(PATIENCE, this.#store.write({ ...write, id })).catch((error: unknown) => {
      this.#midway = false;
      throw error;
    });
    if ('emptied' in written) throw emptied();
    if ('conflict' in written) {
      await this.#catchUp(write.flag!, written.conflict);
      return undefined;
    }
    if (write.flag) this.#setFlag(write.flag.name, { value: write.flag.value, revision: written.revision });
    if (!write.partial) await this.refresh().catch(() => {}); // written it is; the next look will see it
    return written.revision;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    await this.#unwatch?.();
    await this.#reading?.catch(() => {});
  }

  async #read(): Promise<void> {
    const began = performance.now();
    try {
      const snapshot = await within(PATIENCE, this.#store.read());
      believe(snapshot, this.known);
      const { id, revision } = this.known;
      if (snapshot.revision !== revision || snapshot.id !== id || this.readAt === undefined) {
        this.known = await this.#understood(snapshot);
        this.#events.known(this.known);
      }
      this.readAt = snapshot.copiedAt ?? this.#now();
      this.problem = snapshot.problem;
      this.#emptied = false;
    } catch (error) {
      const wasWell = this.problem === undefined;
      this.problem = error instanceof Error ? error.message : show(error);
      if (wasWell && this.#timer) this.#poll(); // sooner than it would have
      this.#emptied = (error as { code?: unknown }).code === 'store-emptied';
      throw error;
    }
    await this.#tell().catch(() => {}); // what is known counts; they are told with the next read
    const now = performance.now();
    this.#pauseUntil = now + Math.min(10 * (now - began), LONGEST_PAUSE);
  }

  async #understood(snapshot: Snapshot): Promise<Known> {
    const { id, revision, epoch, cleared } = snapshot;
    const anew = wasCleared(snapshot, this.known);
    const segments = new Map<string, KnownSegment>();
    for (const [name, changed] of snapshot.segments) {
      const seen = anew ? undefined : this.known.segments.get(name);
      segments.set(name, seen && changed <= seen.revision ? seen : await this.#segment(name, changed, seen));
    }
    const before = anew ? NOTHING.flags : this.known.flags;
    const flags = new Map<string, KnownFlag>();
    for (const [name, stored] of snapshot.flags) flags.set(name, this.#flag(name, stored, before.get(name)));
    for (const [name, flag] of before) if (flag.revision > revision && !flags.has(name)) flags.set(name, flag);
    return { id, revision, epoch, cleared, flags, segments };
  }

  async #segment(name: string, revision: number, before: KnownSegment | undefined): Promise<KnownSegment> {
    const draft = new MembersDraft(before?.members);
    const turn = new Turn();
    for await (const page of eachWithin(PATIENCE, this.#store.members(name, before?.revision ?? 0))) {
      for (const { id, member } of page) {
        if (member) draft.add(id);
        else draft.delete(id);
        if (turn.over) await turn.next();
      }
      if (turn.over) await turn.next();
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

  #setFlag(name: string, stored: StoredFlag): void {
    this.#put(name, this.#flag(name, stored, this.known.flags.get(name)));
  }

  #put(name: string, flag: KnownFlag): void {
    this.known = { ...this.known, flags: new Map(this.known.flags).set(name, flag) };
    this.#events.known(this.known);
  }

  /** Learns what a write was refused for: a newer change, a `clear`, or a value that is garbage and may be written over. */
  async #catchUp({ name, onTopOf }: NonNullable<Write['flag']>, stands: StoredFlag | undefined): Promise<void> {
    if (stands && stands.revision > onTopOf) return this.#setFlag(name, stands);
    await this.refresh();
    const known = this.known.flags.get(name);
    if (known && stands) this.#put(name, { ...known, revision: stands.revision });
  }

  async #tell(): Promise<void> {
    const { id, revision } = this.known;
    const since = this.#told === undefined ? revision : this.#told.id === id ? this.#told.revision : 0;
    if (since < revision) {
      const changes = await within(PATIENCE, this.#store.history({ since, limit: TOLD_AT_ONCE }));
      this.#events.changes(changes.filter((change) => change.revision <= revision).toReversed());
    }
    this.#told = { id, revision };
  }

  #watch(): void {
    if (this.#watching || !this.#store.watch) return;
    this.#watching = true;
    this.#store
      .watch(() => {
        this.#heard += 1;
        this.#changed();
      })
      .then(
        (unwatch) => {
          this.#unwatch = unwatch;
          if (this.#closed) void unwatch();
          else this.#changed(); // what changed before it listened, nobody told of
        },
        () => (this.#watching = false), // the next look tries again
      );
  }

  /** Where a look finds what no message told of, the connection that listens may be dead without knowing. */
  #watchAnew(): void {
    if (!this.#unwatch) return;
    void this.#unwatch().catch(() => {});
    this.#unwatch = undefined;
    this.#watching = false;
    this.#watch();
  }

  /** Reads at once, or after a pause where it has only just read. */
  #changed(): void {
    if (this.#closed || this.#soon || this.#midway) return;
    const read = () => {
      this.#soon = undefined;
      void this.refresh().catch(() => {});
    };
    const pause = this.#pauseUntil - performance.now();
    if (pause < 1) read();
    else this.#soon = setTimeout(read, pause).unref();
  }

  #poll(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const jitter = 0.8 + Math.random() * 0.4;
    const wait = this.problem === undefined ? this.#store.pollEvery : Math.min(this.#store.pollEvery, LOOK_AGAIN);
    this.#timer = setTimeout(() => {
      this.#watch();
      const { revision } = this.known;
      const heard = this.#heard;
      void this.refresh()
        .then(() => {
          if (this.known.revision > revision && this.#heard === heard) this.#watchAnew();
        })
        .catch(() => {})
        .finally(() => this.#poll());
    }, wait * jitter).unref();
  }
}
