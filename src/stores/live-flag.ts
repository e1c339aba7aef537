import type { LiveFlag, LiveRollout } from '../live-state';
import type { Field, FieldValue } from './live-control';

/** A flag's live state as text. */
export function writeLiveFlag({ killed, pinned, users = new Map(), rollouts = new Map() }: LiveFlag): string {
  return JSON.stringify({ killed, pinned, users: Object.fromEntries(users), rollouts: Object.fromEntries(rollouts) });
}

/** A flag's live state from its text. @throws TypeError or SyntaxError where the text is none */
export function readLiveFlag(text: string): LiveFlag {
  const { killed, pinned, users = {}, rollouts = {} } = object(JSON.parse(text));
  for (const field of [killed, pinned]) if (field !== undefined) string(field);
  const ofUsers = Object.entries(object(users)).map(([id, variant]) => [id, string(variant)] as const);
  const ofRules = Object.entries(object(rollouts)).map(
    ([rule, rollout]) => [rule, readRollout(object(rollout))] as const,
  );
  return {
    ...(killed !== undefined && { killed: killed as string }),
    ...(pinned !== undefined && { pinned: pinned as string }),
    ...(ofUsers.length > 0 && { users: new Map(ofUsers) }),
    ...(ofRules.length > 0 && { rollouts: new Map(ofRules) }),
  };
}

function readRollout({ percent, approved, replaced }: { [field: string]: unknown }): LiveRollout {
  for (const field of [percent, approved])
    if (field !== undefined && !(typeof field === 'number' && field >= 0 && field <= 100))
      throw new TypeError('no percentage');
  return { percent, approved, replaced } as LiveRollout;
}

function object(value: unknown): { [field: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no object');
  return value as { [field: string]: unknown };
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no text');
  return value;
}

/** What stands in a field; null where nothing does. */
export function fieldOf(live: LiveFlag, [name, key, part]: Field): FieldValue {
  if (name === 'users') return live.users?.get(key) ?? null;
  if (name === 'rollouts') return live.rollouts?.get(key)?.[part] ?? null;
  return live[name] ?? null;
}

/** `live` with a field set, or with null emptied. A percentage remembers what the code said when it was set. */
export function withField(live: LiveFlag, field: Field, value: FieldValue, coded?: LiveRollout['replaced']): LiveFlag {
  const [name, key, part] = field;
  if (name === 'users') return { ...live, users: withEntry(live.users, key, value as string | null) };
  if (name !== 'rollouts') return { ...live, [name]: value ?? undefined };
  const rollout = { ...live.rollouts?.get(key), [part]: value ?? undefined };
  if (part === 'percent') rollout.replaced = value === null ? undefined : coded;
  const empty = rollout.percent === undefined && rollout.approved === undefined;
  return { ...live, rollouts: withEntry(live.rollouts, key, empty ? null : rollout) };
}

function withEntry<V>(
  entries: ReadonlyMap<string, V> | undefined,
  key: string,
  value: V | null,
): ReadonlyMap<string, V> {
  const changed = new Map(entries);
  if (value === null) changed.delete(key);
  else changed.set(key, value);
  return changed;
}
