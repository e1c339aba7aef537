/** An id in its one form, as a string; undefined where it is none (`''`, `NaN`, `null`, an object …). */
export function unitId(id: unknown): string | undefined {
  if (typeof id === 'string') return id === '' ? undefined : id;
  if (typeof id === 'number') return Number.isFinite(id) ? String(id) : undefined;
  return typeof id === 'bigint' ? String(id) : undefined;
}
