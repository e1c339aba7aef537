import type { TrackedEvent } from '../sinks/sink';
import { dayOf } from './day';

/** The same events with those of a unit's day in one. */
export function merged(events: readonly TrackedEvent[]): readonly TrackedEvent[] {
  const byKey = new Map<string, TrackedEvent>();
  for (const one of events) {
    const { experiment, unit, event, at } = one;
    // With lengths, since names may hold any separator.
    const key = `${experiment.length} ${unit.length} ${dayOf(at)} ${experiment}${unit}${event}`;
    const same = byKey.get(key);
    byKey.set(key, same ? { ...same, count: same.count + one.count, sum: same.sum + one.sum } : one);
  }
  return [...byKey.values()];
}
