/** What can be written down as a literal. */
export type Data = undefined | null | boolean | number | string | readonly Data[] | { readonly [key: string]: Data };

/** Data as an expression of JavaScript, on one line. */
export function literal(value: Data): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (isList(value)) return `[${value.map(literal).join(', ')}]`;
  const entries = Object.entries(value).map(([key, one]) => `${keyOf(key)}: ${literal(one)}`);
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
}

export function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value);
}

function keyOf(key: string): string {
  if (key === '__proto__') return `['__proto__']`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('\u00a0', '\\u00a0');
  // The quote that needs no escaping, single ones first.
  if (!inner.includes("'")) return `'${inner}'`;
  return inner.includes('"') ? `'${inner.replaceAll("'", "\\'")}'` : `"${inner}"`;
}
