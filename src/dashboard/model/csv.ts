import type { Entry } from './history';

const COLUMNS: { readonly [column: string]: (entry: Entry) => unknown } = {
  revision: ({ revision }) => revision,
  at: ({ at }) => new Date(at).toISOString(),
  actor: ({ actor }) => actor,
  action: ({ action }) => action,
  flag: ({ flag }) => flag,
  segment: ({ segment }) => segment,
  field: ({ field }) => field?.join(' '),
  previous: ({ previous }) => previous,
  value: ({ value }) => value,
  ids: ({ ids }) => ids?.join(' '),
  reason: ({ reason }) => reason,
};

/** The changes as CSV (RFC 4180), for spreadsheets: no cell is taken for a formula. */
export function csvOf(changes: readonly Entry[]): string {
  const rows = changes.map((entry) => Object.values(COLUMNS).map((value) => cell(value(entry))));
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/**
 * Where a spreadsheet may begin to read a formula: at the start, and, where `;` or a tab separates its cells, behind each
 * of those and on each line. ASVS 1.2.10, and the full-width signs that some take for the others.
 */
const FORMULA = /^(?=[\t\r\n\0])|(?<=^|[;\t\r\n])(?=(?:[^\S\t\r\n]|["\0])*[=+\-@|%＝＋－＠])/g;

/** An apostrophe makes text of what would be a formula. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  return `"${String(value).replace(FORMULA, "'").replaceAll('"', '""')}"`;
}
