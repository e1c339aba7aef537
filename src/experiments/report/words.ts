import type { MetricReport } from './report';
import { isNotComputable, type NotComputableReason } from '../stats/outcome';
import type { Interval } from '../stats/p-value';

const NBSP = '\u00a0';
const MINUS = '\u2212';
const count = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
const three = new Intl.NumberFormat('en-GB', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** `12,345` */
export function units(value: number): string {
  return count.format(value);
}

/** What was measured, with three digits: `4.31`, `0.0123`, `24.0`; from a thousand on whole. */
export function number(value: number): string {
  const text = value === 0 ? '0' : Math.abs(value) < 999.5 ? three.format(value) : count.format(value);
  return text.replace('-', MINUS);
}

/** A measured fraction: `4.31 %`. */
export function percent(value: number): string {
  return `${number(100 * value)}${NBSP}%`;
}

/** A share, or a level, that somebody chose: `50 %`. */
export function share(value: number): string {
  return `${short.format(100 * value).replace('-', MINUS)}${NBSP}%`;
}

/** A relative change, with its sign: `+4.3 %`, `−0.52 %`. */
export function relative(value: number): string {
  const size = Math.abs(100 * value);
  const text = size >= 1_000 ? count.format(size) : size.toFixed(size >= 0.95 || size === 0 ? 1 : 2);
  return `${value > 0 ? '+' : value < 0 ? MINUS : ''}${text}${NBSP}%`;
}

/** With its sign: `+4.31 %`, `−0.5 %`. */
export function signed(value: number, write: (value: number) => string): string {
  return value > 0 ? `+${write(value)}` : write(value);
}

/** A metric's value: a share, milliseconds, or a number. */
export function amount({ kind, unit }: Pick<MetricReport, 'kind' | 'unit'>, value: number): string {
  if (kind === 'conversion') return percent(value);
  return unit === undefined ? number(value) : `${number(value)}${NBSP}${unit}`;
}

/** A difference of shares is in points: `+0.4 points`. */
export function change(of: Pick<MetricReport, 'kind' | 'unit'>, value: number): string {
  const unit = of.kind === 'conversion' ? 'points' : of.unit;
  return unit === undefined ? bare(of, value) : `${bare(of, value)}${NBSP}${unit}`;
}

function bare({ kind }: Pick<MetricReport, 'kind'>, value: number): string {
  return signed(kind === 'conversion' ? 100 * value : value, number);
}

/** `−0.2 to +0.9 points` */
export function changes(of: Pick<MetricReport, 'kind' | 'unit'>, [lower, upper]: Interval): string {
  return `${bare(of, lower)} to ${change(of, upper)}`;
}

/** `−1.2 % to +3.4 %` */
export function interval([lower, upper]: Interval, write: (value: number) => string): string {
  return `${write(lower)} to ${write(upper)}`;
}

/** A lift, or where it is not estimable the difference, with its interval. */
export function effect({ lift, difference, kind, unit }: Pick<MetricReport, 'lift' | 'difference' | 'kind' | 'unit'>) {
  if (!isNotComputable(lift))
    return { value: relative(lift.lift), interval: interval(lift.interval, relative), isRelative: true };
  const of = { kind, ...(unit !== undefined && { unit }) };
  if (!isNotComputable(difference))
    return { value: change(of, difference.value), interval: changes(of, difference.interval), isRelative: false };
  return undefined;
}

/** `p = 0.034`, never over two lines. */
export function pIs(value: { readonly p: number; readonly logP: number }): string {
  return `p${NBSP}=${NBSP}${probability(value)}`;
}

/** `0.034`; from its logarithm where it is small: `2 × 10⁻³⁰`. */
export function probability({ p, logP }: { readonly p: number; readonly logP: number }): string {
  if (p >= 0.001) return p.toFixed(p >= 0.1 ? 2 : 3);
  const log10 = logP / Math.LN10;
  const [power, digit] = [Math.floor(log10), Math.round(10 ** (log10 - Math.floor(log10)))];
  const [first, exponent] = digit === 10 ? [1, power + 1] : [digit, power];
  return `${first}${NBSP}×${NBSP}10${[...String(exponent)].map((one) => RAISED[one]).join('')}`;
}

const RAISED: { readonly [digit: string]: string } = {
  ...{ '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴' },
  ...{ 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' },
};

/** `99 %`, and never quite all or nothing. */
export function chance(value: number): string {
  if (value > 0.999) return `>${NBSP}99.9${NBSP}%`;
  if (value < 0.001) return `<${NBSP}0.1${NBSP}%`;
  return `${(100 * value).toFixed(1)}${NBSP}%`;
}

/** Why there is no number, for people. */
export const REASONS: { readonly [R in NotComputableReason | 'quantile']: string } = {
  'no-data': 'nothing was counted',
  'too-few': 'too few units',
  'zero-variance': 'all units are alike',
  'control-near-zero': 'the control cannot be told from 0',
  'no-effect': 'no effect is named',
  quantile: 'a quantile is watched, not tested',
};

export function plural(value: number, one: string, others = `${one}s`): string {
  return `${units(value)} ${value === 1 ? one : others}`;
}

const month = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
const withYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `21 November`, with the year where it is not that of `at`. */
export function day(date: string, at: string): string {
  return (date.slice(0, 4) === at.slice(0, 4) ? month : withYear).format(new Date(date));
}
