import { randomUUID } from 'node:crypto';
import type { Batch, Exposure, Histogram, TrackedEvent } from '../sinks/sink';
import { merged } from './merged';

/** What is written at once, and how that went so far. */
export interface Piece {
  readonly batch: Batch;
  /** As they were tracked, before those of a unit's day were put together. */
  readonly events: readonly TrackedEvent[];
  failures: number;
  /** Failures at a time when the sink took something else. */
  refusals: number;
}

/** What is certain only when it was refused again: the first time, an answer may have been lost. */
const CERTAIN = 2;

/** A piece of its own id, unless it is the rest of another. */
export function pieceOf(
  exposures: readonly Exposure[],
  events: readonly TrackedEvent[] = [],
  histograms: readonly Histogram[] = [],
  { id = randomUUID() as string, failures = 0 } = {},
): Piece {
  return { batch: { id, exposures, events: merged(events), histograms }, events, failures, refusals: 0 };
}

/** What is pending with it. */
export function sizeOf({ batch, events }: Piece): number {
  return batch.exposures.length + events.length;
}

/**
 * The parts of a piece that was refused, so that what is at fault is found: the piece itself where it is to be tried once
 * more, none where it is at fault itself. Exposures may be written again under another id, as a unit counts once; events
 * only where it is certain that they were not written.
 */
export function partsOf(piece: Piece): readonly Piece[] {
  const { batch, events, refusals, failures } = piece;
  const { id, exposures, histograms } = batch;
  if (exposures.length > 0 && events.length + histograms.length > 0)
    return [pieceOf(exposures, [], [], { failures }), pieceOf([], events, histograms, { failures, id })];
  if (exposures.length > 1) return halves(exposures).map((half) => pieceOf(half, [], [], { failures }));
  if (refusals < CERTAIN) return [piece];
  if (events.length > 0 && histograms.length > 0)
    return [pieceOf([], events, [], { failures }), pieceOf([], [], histograms, { failures })];
  if (events.length > 1) return halves(events).map((half) => pieceOf([], half, [], { failures }));
  if (histograms.length > 1) return halves(histograms).map((half) => pieceOf([], [], half, { failures }));
  return [];
}

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const half = Math.ceil(items.length / 2);
  return [items.slice(0, half), items.slice(half)];
}
