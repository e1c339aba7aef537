import { isMatching } from 'ts-pattern';
import type { Facts } from '../context';
import { P, originOf, type Origin } from './p';

export type Predicate = (value: any) => boolean;

/**
 * A predicate that answers exactly as ts-pattern's `isMatching(pattern, …)`, without walking the pattern at each question.
 * What it does not know (collections, matchers not made by our `P`) it hands to ts-pattern.
 */
export function compilePattern(pattern: unknown): Predicate {
  if (typeof pattern === 'string') return (value) => value === pattern;
  if (isMatcher(pattern)) {
    const origin = originOf(pattern);
    return (origin && compileMatcher(origin)) ?? isMatching(pattern as never);
  }
  if (typeof pattern !== 'object' || pattern === null) return (value) => Object.is(value, pattern);
  return Array.isArray(pattern) ? isMatching(pattern as never) : compileObject(pattern);
}

/** The same for a pattern over user, groups and app; only what the pattern names is read. */
export function compileFacts(pattern: object): (facts: Facts) => boolean {
  if (Reflect.ownKeys(pattern).some((key) => !Object.hasOwn(FACTS, key))) return compilePattern(pattern);
  return all(Object.entries(pattern).map(([fact, part]) => FACTS[fact as keyof Facts](compilePattern(part))));
}

const FACTS: { readonly [fact in keyof Facts]: (part: Predicate) => (facts: Facts) => boolean } = {
  user: (part) => (facts) => part(facts.user),
  groups: (part) => (facts) => part(facts.groups),
  app: (part) => (facts) => part(facts.app),
};

function compileObject(pattern: object): Predicate {
  const parts = all(Reflect.ownKeys(pattern).map((key) => compileKey(key, Reflect.get(pattern, key))));
  return (value) => typeof value === 'object' && value !== null && parts(value);
}

function compileKey(key: PropertyKey, pattern: unknown): Predicate {
  const part = compilePattern(pattern);
  if (isOptional(pattern)) return (value) => part(value[key]);
  return (value) => {
    const actual = value[key];
    // `in` is slow, and most often not asked: only a Proxy has a value where it says that there is none.
    return actual === undefined ? key in value && part(actual) : part(actual) && key in value;
  };
}

/** Whether an object may lack a key of this pattern. */
export function isOptional(pattern: unknown): boolean {
  return isMatcher(pattern) && pattern[P.matcher]().matcherType === 'optional';
}

interface Matcher {
  [P.matcher](): { readonly matcherType?: string };
}

function isMatcher(pattern: unknown): pattern is Matcher {
  return (
    (typeof pattern === 'object' || typeof pattern === 'function') && Boolean((pattern as Matcher | null)?.[P.matcher])
  );
}

/** So many predicates are nested in each other, which is fastest; more of them would overflow the stack. */
const NESTED = 16;

const anything: Predicate = () => true;

/** Whether all parts hold, asked in order. */
export function all(parts: readonly Predicate[]): Predicate {
  if (parts.length > NESTED) return (value) => parts.every((part) => part(value));
  const [first = anything, ...others] = parts;
  if (others.length === 0) return first;
  const rest = all(others);
  return (value) => first(value) && rest(value);
}

/** Whether any part holds, asked in order. */
export function any(parts: readonly Predicate[]): Predicate {
  if (parts.length > NESTED) return (value) => parts.some((part) => part(value));
  const [first = (): boolean => false, ...others] = parts;
  if (others.length === 0) return first;
  const rest = any(others);
  return (value) => first(value) || rest(value);
}

/** Matchers that stand alone. */
const MATCHERS: { readonly [name: string]: ((...args: any[]) => Predicate) | undefined } = {
  any: () => anything,
  unknown: () => anything,
  _: () => anything,
  string: () => (value) => typeof value === 'string',
  number: () => (value) => typeof value === 'number',
  bigint: () => (value) => typeof value === 'bigint',
  boolean: () => (value) => typeof value === 'boolean',
  symbol: () => (value) => typeof value === 'symbol',
  nullish: () => (value) => value === null || value === undefined,
  nonNullable: () => (value) => value !== null && value !== undefined,
  union: (...patterns) => compileUnion(patterns),
  intersection: (...patterns) => all(patterns.map(compilePattern)),
  not: (pattern) => negated(compilePattern(pattern)),
  optional: (pattern) => orAbsent(compilePattern(pattern)),
  when: (test) => (value) => Boolean(test(value)),
  select: (...args) => compileSelected(args.length === 2 || typeof args[0] !== 'string' ? args.at(-1) : undefined),
  instanceOf: (type) => (value) => value instanceof type,
  shape: compilePattern,
};

/** Methods of matchers: what each adds to the matcher it is called on. */
const METHODS: { readonly [name: string]: ((on: Predicate, ...args: any[]) => Predicate) | undefined } = {
  startsWith: (on, start) => (value) => on(value) && value.startsWith(start),
  endsWith: (on, end) => (value) => on(value) && value.endsWith(end),
  includes: (on, part) => (value) => on(value) && value.includes(part),
  regex: (on, regex) => (value) => on(value) && Boolean(value.match(regex)),
  minLength: (on, length) => (value) => on(value) && value.length >= length,
  maxLength: (on, length) => (value) => on(value) && value.length <= length,
  length: (on, length) => (value) => on(value) && value.length === length,
  between: (on, low, high) => (value) => on(value) && low <= value && high >= value,
  lt: (on, limit) => (value) => on(value) && value < limit,
  gt: (on, limit) => (value) => on(value) && value > limit,
  lte: (on, limit) => (value) => on(value) && value <= limit,
  gte: (on, limit) => (value) => on(value) && value >= limit,
  int: (on) => (value) => on(value) && Number.isInteger(value),
  finite: (on) => (value) => on(value) && Number.isFinite(value),
  positive: (on) => (value) => on(value) && value > 0,
  negative: (on) => (value) => on(value) && value < 0,
  optional: orAbsent,
  and: (on, pattern) => all([on, compilePattern(pattern)]),
  or: (on, pattern) => any([on, compilePattern(pattern)]),
  select: (on) => on,
};

function compileMatcher({ name, args, on }: Origin): Predicate | undefined {
  if (on === undefined) return MATCHERS[name]?.(...args);
  return METHODS[name]?.(compilePattern(on), ...args);
}

function compileUnion(patterns: readonly unknown[]): Predicate {
  if (!patterns.every(sameInSet)) return any(patterns.map(compilePattern));
  const values: ReadonlySet<unknown> = new Set(patterns);
  return (value) => values.has(value);
}

/** Whether a set tells this value from others as Object.is does: 0 and -0 it takes for one. */
function sameInSet(pattern: unknown): boolean {
  return !(typeof pattern === 'object' || typeof pattern === 'function') && pattern !== 0;
}

function negated(part: Predicate): Predicate {
  return (value) => !part(value);
}
function orAbsent(part: Predicate): Predicate {
  return (value) => value === undefined || part(value);
}
function compileSelected(pattern: unknown): Predicate {
  return pattern === undefined ? anything : compilePattern(pattern);
}
