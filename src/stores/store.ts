import type { Count } from '../report/counts';
import type { Change } from './live-control';

export type { Count };

/** One flag's live state as it is kept: JSON text, and the revision of the change that wrote it. */
export interface StoredFlag {
  readonly value: string;
  readonly revision: number;
}

/** Everything but the members of segments, as of one revision. */
export interface Snapshot {
  /** Made when a store is first written to; another one means that this is not the store it was. */
  readonly id: string;
  /** Grows with each change. */
  readonly revision: number;
  readonly epoch: number;
  /** The layout it was written in, 1 for now; a store of a newer one is not read. */
  readonly schema: number;
  readonly flags: ReadonlyMap<string, StoredFlag>;
  /** Segment → the revision of its last change. */
  readonly segments: ReadonlyMap<string, number>;
  /** The revision of the last `clear`: what was read before it is gone. */
  readonly cleared: number;
  /** Where this is a copy, for want of the store itself: when it was made, in milliseconds since 1970, and what is wrong. */
  readonly copiedAt?: number;
  readonly problem?: string;
}

/** What a change must be on top of, and what it writes; `change` is what the history keeps of it, without the revision that the store gives it. */
export interface Write {
  readonly change: Omit<Change, 'revision'>;
  /** The store's id as it was read; a store that has lost it, and with it all that was kept, takes no write. */
  readonly id: string;
  /** One of several writes that are one change, and not the last: the history does not keep it. */
  readonly partial?: boolean;
  /** The flag it changes: its new value, on top of the revision it was read at (0: there was none). */
  readonly flag?: { readonly name: string; readonly value: string; readonly onTopOf: number };
  /** The segment whose members it changes. */
  readonly segment?: { readonly name: string; readonly ids: readonly string[]; readonly member: boolean };
  /** Raises the epoch. */
  readonly raiseEpoch?: boolean;
  /** Forgets all flags and segments (but not the history). */
  readonly clear?: boolean;
}

/** A write that was made, and the revision it led to; or why not: somebody else was faster, or all that was kept is gone. */
export type Written =
  { readonly revision: number } | { readonly conflict: StoredFlag | undefined } | { readonly emptied: true };

/** Members of a segment that changed, in pages small enough to be worked through between two requests. */
export type MemberPages = AsyncIterable<readonly { readonly id: string; readonly member: boolean }[]>;

export interface HistoryQuery {
  readonly flag?: string;
  /** Only changes after this revision. */
  readonly since?: number;
  /** At most so many, the newest. Defaults to 100. */
  readonly limit?: number;
}

/**
 * Keeps live state and tells of changes. A store is a function that is handed a client and returns this; it need not
 * retry, cache, or time out. `storeContract` in `gatekeeper-flags/testing` says what it must hold.
 */
export interface Store {
  /** For status lines. */
  readonly kind: string;
  /** The current snapshot; creates what is missing, also when several processes do so at once. */
  read(): Promise<Snapshot>;
  /** What changed in a segment after a revision; from 0, all its members. */
  members(segment: string, since: number): MemberPages;
  write(write: Write): Promise<Written>;
  /** The newest changes, newest first. */
  history(query: HistoryQuery): Promise<readonly Change[]>;
  /** Adds to the counts kept. */
  addCounts(counts: readonly Count[]): Promise<void>;
  counts(): Promise<readonly Count[]>;
  /** Calls `changed` when something may have changed; gives what ends it. */
  watch?(changed: () => void): Promise<() => Promise<void>>;
  /** Milliseconds between two looks for changes that no message told of. */
  readonly pollEvery: number;
  /** Gives back what the store itself has taken; the client stays the app's. */
  close(): Promise<void>;
}

/** The layout that this version writes. */
export const SCHEMA = 1;
