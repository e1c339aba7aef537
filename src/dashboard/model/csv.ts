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

/** An apostrophe keeps spreadsheets from reading a formula into it (OWASP, CSV injection). */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value).replace(/^(?=\s*[=+\-@\t\r\n|%])/, "'");
  return `"${text.replaceAll('"', '""')}"`;
}
