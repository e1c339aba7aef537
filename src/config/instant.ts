const ISO = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Milliseconds since 1970 of a date or an ISO 8601 string, which is UTC unless it says otherwise; NaN where it is none. */
export function parseInstant(given: unknown): number {
  if (given instanceof Date) return given.getTime();
  const [text, date, time, , , zone] = typeof given === 'string' ? (ISO.exec(given) ?? []) : [];
  if (text === undefined || Number.isNaN(Date.parse(date!))) return NaN;
  // Date.parse takes February 30 for March 1 or 2.
  if (new Date(date!).toISOString().slice(0, 10) !== date) return NaN;
  return Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
}
