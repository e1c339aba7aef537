import { createHash } from 'node:crypto';
import type { Subject } from '../rules/subject';
import { Seen } from './seen';

/** A longer id is kept as its hash: an index takes no key of any length. */
const LONGEST_ID = 128;

/** An experiment, or what a guardrail watches, as exposures and events of it are recorded. */
export interface Recorded {
  /** Its name in the sink. */
  readonly experiment: string;
  readonly unit: string;
  readonly weights: string;
  /** The events that its metrics count. */
  readonly counts: ReadonlySet<string>;
  /** Properties of the user that are recorded as well. */
  readonly properties: readonly string[];
  /** Unit → arm, of late. */
  readonly seen: Seen;
}

/** Begins to record something. */
export function recorded(what: Omit<Recorded, 'seen' | 'properties'> & Partial<Recorded>): Recorded {
  return { properties: [], seen: new Seen(), ...what };
}

/** The id of a unit as sinks keep it; a visitor is given none for being recorded. */
export function unitOf(subject: Subject, unit: string): string | undefined {
  const id = unit === 'visitor' ? subject.visitor : subject.id(unit);
  if (id === undefined || (id.length <= LONGEST_ID && !id.includes('\0'))) return id;
  return `sha256:${createHash('sha256').update(id).digest('base64url')}`;
}
