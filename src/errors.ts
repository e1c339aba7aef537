import { inspect } from 'node:util';
import { closest, distance } from 'fastest-levenshtein';

/** Every code that a `GatekeeperError` or a `Problem` can carry. The list is closed; docs/errors.md explains each. */
// prettier-ignore
export const errorCodes = [
  'config-invalid', 'flag-invalid', 'flag-duplicate', 'field-invalid', 'variants-missing', 'variant-invalid',
  'variant-duplicate', 'variant-unknown', 'user-id-invalid', 'user-id-duplicate', 'payload-invalid',
  'requirement-unknown', 'requirement-cycle', 'date-invalid', 'option-unknown', 'secret-invalid', 'flag-unknown',
  'rule-returned-no-variant', 'rule-returned-promise', 'rule-recursive', 'context-read-only', 'user-async',
  'change-invalid', 'conflict', 'rule-invalid', 'rule-duplicate', 'percent-invalid', 'split-invalid', 'ramp-invalid',
  'rule-unknown', 'segment-unknown', 'store-newer', 'store-emptied', 'not-stored', 'change-unknown', 'override-refused',
  'override-too-large', 'headers-sent', 'not-mounted', 'async-context-off', 'authorize-missing', 'package-missing',
  'metric-unknown', 'metric-invalid', 'results-missing', 'results-unavailable',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One mistake in a config: what is wrong, where, and the way out. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly flag?: string;
  readonly field?: string;
}

/** The one error class. `code` is stable; `problems` lists every mistake where `code` is `config-invalid`. */
export class GatekeeperError extends Error {
  override readonly name = 'GatekeeperError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
  }
}

/** A value as an error message may show it: short, on one line, and never throwing. */
export function show(value: unknown): string {
  try {
    const plain = value instanceof Error ? `${value.name}: ${value.message}` : inspect(value, { depth: 0 });
    const text = (typeof value === 'string' ? JSON.stringify(value) : plain).replace(/\s*\n\s*/g, ' ');
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  } catch {
    return `a ${typeof value}`;
  }
}

/** `no flag named "CHEKOUT"; did you mean "CHECKOUT"?`: the hint if one of `names` is near enough, else `otherwise`. */
export function unknownName(what: string, name: unknown, names: readonly string[], otherwise = ''): string {
  const asked = show(name).toLowerCase();
  const known = names.map((one) => show(one).toLowerCase());
  const best = closest(asked, known);
  const near = known.length > 0 && distance(best, asked) <= Math.max(2, (best.length - 2) / 3);
  const hint = near ? `did you mean ${show(names[known.indexOf(best)])}?` : otherwise;
  return `no ${what} named ${show(name)}${hint && `; ${hint}`}`;
}
