import type { Change, Field, FieldValue } from '../stores/live-control';

/**
 * Since when a field of a flag's live state has held what it holds now; undefined where the history does not say. Of
 * `changes`, newest first, those of this flag, and of all flags.
 */
export function heldSince(
  changes: readonly Change[],
  field: Field,
  holds: (value: FieldValue) => boolean,
): number | undefined {
  let since: number | undefined;
  for (const change of changes) {
    if (change.action !== 'clear' && !sameField(change.field, field)) continue;
    if (!holds(change.value ?? null)) break;
    since = change.at;
  }
  return since;
}

/** Until when live control listed somebody for another variant; -Infinity where it did not. Nobody is listed so now. */
export function listedUntil(changes: readonly Change[], variant: string): number {
  const isOther = (value: FieldValue | undefined) => typeof value === 'string' && value !== variant;
  let cleared = -Infinity;
  for (const { action, field, value, previous, at } of changes) {
    if (action === 'clear') cleared = at;
    if (field?.[0] !== 'users') continue;
    if (isOther(value)) return Math.max(cleared, at);
    if (isOther(previous)) return at;
  }
  return -Infinity;
}

function sameField(one: Field | undefined, other: Field): boolean {
  return one?.length === other.length && other.every((part, at) => part === one[at]);
}
