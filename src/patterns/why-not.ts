import { show } from '../errors';
import type { Pattern, Rule, Segment, When } from '../rules/rule';
import type { Subject } from '../rules/subject';
import { NO_MATCH } from '../rules/walk';
import { compilePattern, isOptional } from './compile-pattern';
import { isSegment, listedId } from './segment';
import { inWords, isPlain, phrase } from './words';

/** Which part of a rule's `when` and `except` keeps it from matching, in words. */
export function whyNot({ when, except }: Rule, subject: Subject): string {
  try {
    const missing = listed(when).find((part) => !holds(part, subject));
    if (missing) return isSegment(missing) ? outside(missing, subject) : mismatch(missing, subject, '');
    const excepting = listed(except).find((part) => holds(part, subject));
    if (excepting)
      return `excepted: ${isSegment(excepting) ? `in segment ${show(excepting.name)}` : inWords(excepting)}`;
  } catch {
    // The app's own data and functions may fail now where they did not before.
  }
  return NO_MATCH;
}

/** The parts of `when` or `except`. */
export function listed(given: When | undefined): readonly (Pattern | Segment)[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given : [given as Pattern | Segment];
}

function holds(part: Pattern | Segment, subject: Subject): boolean {
  return isSegment(part) ? part.has(subject) : compilePattern(part)(subject);
}

function outside({ name, pattern, unit }: Segment, subject: Subject): string {
  const not = `not in segment ${show(name)}`;
  if (pattern !== undefined) return `${not}: ${mismatch(pattern, subject, '')}`;
  return unit !== undefined && listedId(subject, unit) === undefined ? `${not}: there is no ${unit} id` : not;
}

/** The first part of `pattern` that `value`, found at `path`, does not match. */
function mismatch(pattern: unknown, value: unknown, path: string): string {
  if (isPlain(pattern) && typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(pattern)) {
      const found: unknown = (value as { readonly [key: string]: unknown })[key];
      if ((!(key in value) && !isOptional(part)) || !compilePattern(part)(found))
        return mismatch(part, found, path === '' ? key : `${path}.${key}`);
    }
  if (path === '') return `wanted ${phrase(pattern)}`;
  const wanted = isPlain(pattern) ? `that ${inWords(pattern, path)}` : phrase(pattern);
  return `${path} is ${value === undefined ? 'absent' : show(value)}; wanted ${wanted}`;
}
