import type { TrackedEvent } from '../sinks/sink';
import { dayOf } from './day';

/** The same events with those of a unit's day in one. */
export function merged(events: readonly TrackedEvent[]): readonly TrackedEvent[] {
  const byKey = new Map<string, TrackedEvent>();
  for (const event of events) {
    const key = JSON.stringify([event.experiment, event.unit, event.event, dayOf(event.at)]);
    const same = byKey.get(key);
    byKey.set(key, same ? { ...same, count: same.count + event.count, sum: same.sum + event.sum } : event);
  }
  return [...byKey.values()];
}
