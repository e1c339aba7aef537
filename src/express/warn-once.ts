import type { Engine } from '../engine';

const warned = new WeakMap<Engine<any>, Set<string>>();
const MOST = 100;

/** Warns through the engine's logger, once for each message, and of no more than a hundred in all. */
export function warnOnce(engine: Engine<any>, message: string, about = message): void {
  const known = warned.get(engine) ?? new Set();
  warned.set(engine, known);
  if (known.has(about) || known.size >= MOST) return;
  known.add(about);
  engine.logger.warn(`gatekeeper: ${message}`);
}
