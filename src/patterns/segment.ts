import type { Facts } from '../context';
import { GatekeeperError, show } from '../errors';
import type { UserId } from '../flag';
import { draw, seedsOf } from '../rules/bucket';
import { isPromise } from '../rules/is-promise';
import type { Pattern, Segment } from '../rules/rule';
import type { Subject } from '../rules/subject';
import { unitId } from '../rules/unit-id';
import { compileFacts } from './compile-pattern';
import { inWords } from './words';

export interface SegmentOptions {
  /** For people; where it is left out, a pattern is put in words. */
  readonly description?: string;
  /** Whose ids a list holds: `'user'` (the default), `'visitor'`, `'either'`, or a group's name. */
  readonly unit?: string;
}

/**
 * Names a group of visitors: those who match a ts-pattern pattern, satisfy a predicate, or are on a list of ids
 * (1,000,000 ids load in about 0.6 s, take 60 to 90 MB, and are looked up within 0.4 µs).
 */
export function segment(
  name: string,
  who: Pattern | ((facts: Facts) => boolean) | readonly UserId[],
  { description = '', unit = 'user' }: SegmentOptions = {},
): Segment {
  if (typeof who === 'function') return made({ name, description, has: (subject) => accepts(who, subject) });
  if (Array.isArray(who)) {
    const ids = new Set((who as readonly UserId[]).map(unitId));
    ids.delete(undefined); // what was no id
    return made({
      name,
      description: description || `a list of ${ids.size} ids`,
      unit,
      has: (subject) => has(ids, listedId(subject, unit)),
    });
  }
  if (typeof who === 'object' && who !== null)
    return made({ name, description: description || inWords(who), pattern: who, has: compileFacts(who) });
  const fix = "give a pattern such as { user: { plan: 'growth' } }, a function, or a list of ids";
  throw new GatekeeperError('rule-invalid', `segment ${show(name)} is made of ${show(who)}; ${fix}`);
}

/** What a predicate says; a promise, which would always be taken for a yes, is an error. */
function accepts(who: (facts: Facts) => boolean, subject: Subject): boolean {
  const answer: unknown = who(subject);
  if (!isPromise(answer)) return Boolean(answer);
  throw new GatekeeperError('rule-returned-promise', 'a predicate of a segment returned a promise; it decides at once');
}

/** A segment whose members are in live state, edited without a deploy (`engine.live.addToSegment`). */
export function liveSegment(name: string, { description = '', unit = 'user' }: SegmentOptions = {}): Segment {
  liveSegmentNames.add(name);
  return made({
    name,
    description: description || 'members in live state',
    unit,
    has: (subject) => has(subject.state.segments.get(name), listedId(subject, unit)),
  });
}

/** A share of all units, from so many percent to so many, drawn by a salt of its own. */
export function shareSegment(
  name: string,
  { unit, from, to }: { readonly unit: string; readonly from: number; readonly to: number },
): Segment {
  const seeds = seedsOf('share', name);
  return made({
    name,
    description: `${from} % to ${to} % of all units, by chance`,
    unit,
    has(subject) {
      const hash = subject.hash(unit);
      const bucket = hash === undefined ? -1 : draw(hash, seeds) * 100;
      return bucket >= from && bucket < to;
    },
  });
}

/** The live segments that this process's code has named: live state can have no others. */
export const liveSegmentNames = new Set<string>();

const segments = new WeakSet<object>();

function made(segment: Segment): Segment {
  segments.add(segment);
  return Object.freeze(segment);
}

/** Whether `part` of a `when` was made by `segment` or `liveSegment`. */
export function isSegment(part: unknown): part is Segment {
  return typeof part === 'object' && part !== null && segments.has(part);
}

/** The id to look up; a visitor without one is in no list, and is not given one for that. */
export function listedId(subject: Subject, unit: string): string | undefined {
  if (unit === 'visitor') return subject.visitor;
  return unit === 'either' ? (subject.id('user') ?? subject.visitor) : subject.id(unit);
}

function has(members: { has(id: string): boolean } | undefined, id: string | undefined): boolean {
  return id !== undefined && members !== undefined && members.has(id);
}
