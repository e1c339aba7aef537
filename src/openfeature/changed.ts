import type { Engine } from '../engine';
import type { Change } from '../stores/live-control';

/** The flags that a change may give other answers: its own and those that require it, or all where it names none. */
export function changedFlags(engine: Engine<any>, { flag }: Change): string[] {
  const flags = engine.flags();
  if (flag === undefined) return flags.map(({ name }) => name);
  const changed = new Set([flag]);
  // A set that grows while it is walked is walked to its new end.
  for (const name of changed)
    for (const other of flags) if (other.requires.some((one) => one.flag === name)) changed.add(other.name);
  return [...changed];
}
