import { show } from '../errors';
import { originOf, P } from './p';

/** A pattern in words: `user.plan is "growth" and user.country is "US" or "CA"`. */
export function inWords(pattern: unknown, path = ''): string {
  if (!isPlain(pattern)) return path === '' ? phrase(pattern) : `${path} is ${phrase(pattern)}`;
  const keys = Object.entries(pattern).map(([key, part]) => inWords(part, path === '' ? key : `${path}.${key}`));
  return keys.join(' and ') || `${path} is an object`.trim();
}

/** Whether `pattern` is an object of patterns by key. */
export function isPlain(pattern: unknown): pattern is { readonly [key: string]: unknown } {
  return typeof pattern === 'object' && pattern !== null && !Array.isArray(pattern) && !(P.matcher in pattern);
}

/** What a pattern accepts: `"US" or "CA"`. */
export function phrase(pattern: unknown): string {
  if (typeof pattern !== 'object' || pattern === null) return show(pattern);
  if (Array.isArray(pattern)) return `[${pattern.map(phrase).join(', ')}]`;
  const { name, args, on } = originOf(pattern) ?? {};
  // ts-pattern may have matchers that are newer than this list of phrases.
  if (name !== undefined && on) return METHODS[name]?.(on, ...args!) ?? also(on, name);
  if (name !== undefined) return MATCHERS[name]?.(...args!) ?? name;
  if (P.matcher in pattern) return 'what a matcher of ts-pattern accepts';
  const keys = Object.entries(pattern).map(([key, part]) => `${key}: ${phrase(part)}`);
  return keys.length > 0 ? `{ ${keys.join(', ')} }` : 'an object';
}

/** A phrase within a longer one: in parentheses where it joins several. */
function part(pattern: unknown): string {
  const origin = typeof pattern === 'object' && pattern !== null ? originOf(pattern) : undefined;
  return origin && JOINING.has(origin.name) ? `(${phrase(pattern)})` : phrase(pattern);
}

const JOINING: ReadonlySet<string> = new Set(['union', 'intersection', 'or', 'and', 'optional']);
/** Of so many alternatives, each is named. */
const NAMED = 10;

function joined(patterns: readonly unknown[], word: string): string {
  const more = patterns.length - NAMED;
  return [...patterns.slice(0, NAMED).map(part), ...(more > 0 ? [`${more} more`] : [])].join(` ${word} `);
}
const oneOf = (...patterns: readonly unknown[]): string => joined(patterns, 'or') || 'nothing';
const allOf = (...patterns: readonly unknown[]): string => joined(patterns, 'and') || 'anything';

type Phrases<Args extends unknown[]> = { readonly [name: string]: ((...args: Args) => string) | undefined };

const MATCHERS: Phrases<any[]> = {
  any: () => 'anything',
  unknown: () => 'anything',
  _: () => 'anything',
  string: () => 'a string',
  number: () => 'a number',
  bigint: () => 'a bigint',
  boolean: () => 'true or false',
  symbol: () => 'a symbol',
  nullish: () => 'null or absent',
  nonNullable: () => 'present',
  union: oneOf,
  intersection: allOf,
  not: (pattern) => `not ${part(pattern)}`,
  optional: (pattern) => `absent or ${part(pattern)}`,
  when: (test) => `what ${test.name || 'a function'} accepts`,
  instanceOf: (type) => `an instance of ${type.name}`,
  shape: phrase,
  array: (pattern) => `an array${pattern === undefined ? '' : ` of ${part(pattern)}`}`,
  set: (pattern) => `a set${pattern === undefined ? '' : ` of ${part(pattern)}`}`,
  map: (key, value) => `a map${key === undefined ? '' : ` from ${part(key)} to ${part(value)}`}`,
  record: (...patterns) =>
    `a record${patterns.length > 1 ? ` from ${part(patterns[0])}` : ''} to ${part(patterns.at(-1))}`,
  select: (...args) => {
    const pattern = typeof args[0] === 'string' ? args[1] : args[0];
    return pattern === undefined ? 'anything' : phrase(pattern);
  },
};

const METHODS: Phrases<[on: object, ...args: any[]]> = {
  startsWith: (on, start) => also(on, `starting with ${show(start)}`),
  endsWith: (on, end) => also(on, `ending with ${show(end)}`),
  includes: (on, text) => also(on, `containing ${show(text)}`),
  regex: (on, regex) => also(on, `matching ${regex}`),
  minLength: (on, length) => also(on, `of at least ${length} characters`),
  maxLength: (on, length) => also(on, `of at most ${length} characters`),
  length: (on, length) => also(on, `of ${length} characters`),
  between: (on, low, high) => also(on, `from ${low} to ${high}`),
  lt: (on, limit) => also(on, `under ${limit}`),
  gt: (on, limit) => also(on, `over ${limit}`),
  lte: (on, limit) => also(on, `of at most ${limit}`),
  gte: (on, limit) => also(on, `of at least ${limit}`),
  int: (on) => also(on, 'without a fraction'),
  finite: (on) => also(on, 'that is finite'),
  positive: (on) => also(on, 'over 0'),
  negative: (on) => also(on, 'under 0'),
  optional: (on) => `absent or ${part(on)}`,
  and: allOf,
  or: oneOf,
  select: phrase,
};

/** `on` narrowed further: `a string starting with "a" and ending with "z"`. */
function also(on: object, what: string): string {
  return `${phrase(on)}${originOf(on)?.on ? ' and' : ''} ${what}`;
}
