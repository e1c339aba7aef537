import { GatekeeperError } from '../errors';
import { newerSchema } from './schema';
import { SCHEMA, type Snapshot } from './store';

type Cleared = Pick<Snapshot, 'id' | 'cleared'>;

/** What is remembered of a store, to tell a store that has lost something from one where it was cleared. */
export interface Remembered extends Cleared {
  readonly revision: number;
  readonly flags: ReadonlyMap<string, { readonly revision: number }>;
  readonly segments: ReadonlyMap<string, number | { readonly revision: number }>;
}

/**
 * Refuses a snapshot that cannot be what the store should hold: one of a newer layout, one that is garbage, and one that
 * lacks what was there before, unless somebody has cleared it since. @throws GatekeeperError or TypeError
 */
export function believe(
  snapshot: Remembered & Pick<Snapshot, 'epoch' | 'schema'>,
  before: Remembered | undefined,
): void {
  const { id, revision, epoch, cleared, schema, flags, segments } = snapshot;
  if (schema > SCHEMA) throw newerSchema(schema);
  if (typeof id !== 'string' || ![revision, epoch, cleared, schema].every((n) => Number.isSafeInteger(n) && n >= 0))
    throw new TypeError('what the store holds is no live state');
  if (!before || before.id === '' || wasCleared(snapshot, before)) return;
  const lost =
    id !== before.id ||
    revision < before.revision ||
    isOlder(flags, before.flags, revision) ||
    isOlder(segments, before.segments, revision);
  if (lost) throw emptied();
}

type Revisions = Remembered['flags' | 'segments'];

/** Whether `entries`, as of a revision, lack what was there before, or hold something older: a failover loses the last changes. */
function isOlder(entries: Revisions, before: Revisions, revision: number): boolean {
  for (const [name, seen] of before) {
    const found = entries.get(name);
    if (revisionOf(seen) > revision) continue; // written here since
    if (found === undefined || (revisionOf(found) > 0 && revisionOf(found) < revisionOf(seen))) return true;
  }
  return false;
}

/** 0 or less where it is garbage, which is that entry's problem alone. */
function revisionOf(entry: number | { readonly revision: number }): number {
  return typeof entry === 'number' ? entry : entry.revision;
}

/** Whether all that was known before was forgotten on purpose, in this store or in one that took its place. */
export function wasCleared({ id, cleared }: Cleared, before: Cleared): boolean {
  return cleared > (id === before.id ? before.cleared : 0);
}

/** What a store is told that has lost what it kept. */
export function emptied(): GatekeeperError {
  return new GatekeeperError(
    'store-emptied',
    'the store has lost what it kept, so the last that was read stays in effect; ' +
      'if it was emptied on purpose, say so with engine.live.clear(…)',
  );
}
