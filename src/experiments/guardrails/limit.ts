/** What a metric may not rise above: so many times the control's, so much more than it, or a level of its own. */
export type Above = `${number}x` | `+${number}%` | `+${number}ms` | `${number}%` | `${number}ms`;
/** What a metric may not fall below. */
export type Below = `${number}x` | `-${number}%` | `${number}%`;

/** A limit: against the control's by a factor or by milliseconds, or without regard to it. */
export type Limit =
  | { readonly kind: 'ratio'; readonly ratio: number }
  | { readonly kind: 'difference'; readonly milliseconds: number }
  | { readonly kind: 'level'; readonly level: number; readonly unit: '%' | 'ms' };

/** A limit from how it is written; undefined where it is not written so. `20%` is a level of 0.2, `-5%` a ratio of 0.95. */
export function parseLimit(text: string): Limit | undefined {
  const [, sign = '', digits, unit] = /^([+-]?)(\d+(?:\.\d+)?)(x|%|ms)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(`${sign}${digits}`);
  if (unit === 'x') return sign === '' && number > 0 ? { kind: 'ratio', ratio: number } : undefined;
  if (unit === '%' && sign === '') return { kind: 'level', level: number / 100, unit };
  if (unit === '%') return number > -100 ? { kind: 'ratio', ratio: (100 + number) / 100 } : undefined;
  if (sign === '-') return undefined;
  return sign === '+' ? { kind: 'difference', milliseconds: number } : { kind: 'level', level: number, unit: 'ms' };
}
