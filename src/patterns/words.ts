import { show } from '../errors';
import { compilePattern, isOptional } from './compile-pattern';
import { P, originOf, type Origin } from './p';
import type { Pattern, Rule, Segment, When } from '../rules/rule';
import { isSegment } from './segment';
import type { Subject } from '../rules/subject';

const PHRASES: { readonly [matcher: string]: string | undefined } = {
  any: 'anything',
  unknown: 'anything',
  _: 'anything',
  nullish: 'absent',
  nonNullable: 'present',
  startsWith: 'starting with',
  endsWith: 'ending with',
  includes: 'containing',
  regex: 'matching',
  gt: 'over',
  gte: 'at least',
  lt: 'under',
  lte: 'at most',
  instanceOf: 'an instance of',
};

/** A pattern in words: `user.plan "growth" and user.country "US" or "CA"`. */
export function inWords(pattern: unknown, path = ''): string {
  if (typeof pattern !== 'object' || pattern === null) return show(pattern);
  const origin = originOf(pattern);
  if (origin) return matcherInWords(origin);
  if (isSegment(pattern)) return `in segment ${show(pattern.name)}`;
  if (P.matcher in pattern) return 'what a matcher accepts';
  if (Array.isArray(pattern)) return `[${pattern.map((part) => inWords(part)).join(', ')}]`;
  const parts = Object.entries(pattern).map(([key, part]) =>
    isPlain(part) ? inWords(part, `${path}${key}.`) : `${path}${key} ${inWords(part)}`,
  );
  return parts.join(' and ');
}

function matcherInWords({ name, args, on }: Origin): string {
  const parts = args.map((arg) => inWords(arg));
  const subject = on ? [inWords(on)] : [];
  if (name === 'union' || name === 'or') return [...subject, ...parts].join(' or ');
  if (name === 'intersection' || name === 'and') return [...subject, ...parts].join(' and ');
  if (name === 'between') return [...subject, 'from', parts.join(' to ')].join(' ');
  if (name === 'when') return `what ${(args[0] as { name?: string }).name || 'a function'} accepts`;
  return [...subject, PHRASES[name] ?? (on || args.length > 0 ? name : `a ${name}`), ...parts].join(' ');
}

/** Which part of a rule's `when` and `except` keeps it from matching. */
export function whyNot({ when, except }: Rule, subject: Subject): string {
  for (const part of listed(when)) {
    if (isSegment(part) && !part.has(subject)) return `not in segment ${show(part.name)}${because(part, subject)}`;
    if (!isSegment(part) && !compilePattern(part)(subject)) return mismatch(part, subject, '');
  }
  const excluding = listed(except).find((part) =>
    isSegment(part) ? part.has(subject) : compilePattern(part)(subject),
  );
  return `excepted: ${inWords(excluding)}`;
}

function because({ pattern }: Segment, subject: Subject): string {
  return pattern === undefined ? '' : `: ${mismatch(pattern, subject, '')}`;
}

/** The first part of `pattern` that `value`, found at `path`, does not match. */
function mismatch(pattern: unknown, value: unknown, path: string): string {
  if (isPlain(pattern) && typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(pattern)) {
      const found: unknown = (value as { [key: string]: unknown })[key];
      if (!(key in value) && !isOptional(part)) return `${path}${key} is absent; wanted ${inWords(part)}`;
      if (!compilePattern(part)(found))
        return mismatch(part, found, isPlain(part) ? `${path}${key}.` : `${path}${key}`);
    }
  return `${path.replace(/\.$/, '')} is ${show(value)}; wanted ${inWords(pattern)}`;
}

/** The parts of `when` or `except`. */
export function listed(given: When | undefined): readonly (Pattern | Segment)[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given : [given as Pattern | Segment];
}

function isPlain(part: unknown): part is object {
  return typeof part === 'object' && part !== null && !Array.isArray(part) && !(P.matcher in part) && !isSegment(part);
}
