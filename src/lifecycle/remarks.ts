import { FeatureFlag, type Flag } from '../flag';
import { compilePattern } from '../patterns/compile-pattern';
import { originOf } from '../patterns/p';
import { isSegment } from '../patterns/segment';
import { listed } from '../patterns/why-not';
import { inWords, isPlain } from '../patterns/words';
import { LARGE } from './policy';

/** Something about a flag that somebody should look at; it makes no flag stale. */
export interface Remark {
  readonly code: 'unowned' | 'old' | 'unused' | 'not' | 'payload';
  readonly text: string;
}

const seen = new WeakMap<Flag, readonly Remark[]>();

/** What its code alone says against a flag; looked for once. */
export function remarksOnCode(flag: Flag): readonly Remark[] {
  const known = seen.get(flag) ?? [...unowned(flag), ...nots(flag), ...largePayloads(flag)];
  seen.set(flag, known);
  return known;
}

export function isOwned({ definition }: Flag): boolean {
  return Boolean(definition.owner?.trim());
}

function unowned(flag: Flag): readonly Remark[] {
  return isOwned(flag) ? [] : [{ code: 'unowned', text: "nobody owns it; write owner = 'your-team'" }];
}

function largePayloads({ payloads }: Flag): readonly Remark[] {
  return [...payloads].flatMap(([variant, payload]) => {
    const size = Buffer.byteLength(JSON.stringify(payload));
    const fix = 'keep that where content is kept, and only its key here';
    return size > LARGE ? [{ code: 'payload', text: `the payload of ${variant} is ${kilobytes(size)}; ${fix}` }] : [];
  });
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString('en-GB')} kB of JSON`;

/** `P.not` where an attribute may be absent: what it then matches is what people get wrong. */
function nots({ rules, imperative, definition }: Flag): readonly Remark[] {
  const inRules = rules.flatMap(({ name, definition: { when } }) =>
    listed(when).flatMap((part) => {
      const where = isSegment(part) ? `rule “${name}”, segment “${part.name}”` : `rule “${name}”`;
      const pattern = isSegment(part) ? part.pattern : part;
      return notsIn(pattern, '').map(
        (found) => `${where}: “${found.words}” also holds where ${found.path} is absent; use except instead`,
      );
    }),
  );
  const { getVariant } = definition;
  const own = imperative && getVariant !== FeatureFlag.prototype.getVariant && NOT.test(String(getVariant));
  const inOwn = own
    ? ['its getVariant uses P.not, which may also hold where the attribute is absent; see that it is meant']
    : [];
  return [...inRules, ...inOwn].map((text) => ({ code: 'not', text }));
}

/** `P.not(…)` of something that is not absence itself. */
const NOT = /\bP\.not\((?!\s*(?:[\w.]*\bP\.nullish|undefined|void 0)\b)/;

/** The attributes that a pattern wants to be not something, and takes when they are absent; the app's own facts are there. */
function notsIn(pattern: unknown, path: string): readonly { readonly path: string; readonly words: string }[] {
  if (isPlain(pattern))
    return Object.entries(pattern).flatMap(([key, part]) => notsIn(part, path === '' ? key : `${path}.${key}`));
  if (path === '' || /^app\b/.test(path) || !hasNot(pattern) || isSaidToBeOptional(pattern) || !takesAbsent(pattern))
    return [];
  const inner = originOf(pattern as object)?.args[0];
  const parts = isPlain(inner) ? Object.keys(inner).map((key) => `${path}.${key}`) : [];
  return [{ path: [path, ...parts].join(' or '), words: inWords(pattern, path) }];
}

function hasNot(pattern: unknown): boolean {
  if (typeof pattern !== 'object' || pattern === null) return false;
  const { name, args = [], on } = originOf(pattern) ?? {};
  return name === 'not' || hasNot(on) || args.some(hasNot);
}

function isSaidToBeOptional(pattern: unknown): boolean {
  return originOf(pattern as object)?.name === 'optional';
}

function takesAbsent(pattern: unknown): boolean {
  const holds = compilePattern(pattern);
  try {
    return holds(undefined) || holds(null);
  } catch {
    return false; // a P.when of the app's own, which wants something
  }
}
