/** What each header becomes on a response for one visitor; `''` is none. */
export const PRIVATE = Object.entries<(value: string) => string>({
  'Cache-Control': privately,
  Vary: byCookie,
  // These tell shared caches to keep a response whatever Cache-Control says.
  'Surrogate-Control': forbidding,
  'CDN-Cache-Control': forbidding,
  'Cloudflare-CDN-Cache-Control': forbidding,
  'Netlify-CDN-Cache-Control': forbidding,
  'Vercel-CDN-Cache-Control': forbidding,
  'Edge-Control': forbidding,
  'X-Accel-Expires': forbidding,
});

/** Whether an app that sets this header wants shared caches to keep the response. */
export function isForSharedCaches(header: string, value: string): boolean {
  if (value === '' || header === 'Vary') return false;
  return header === 'Cache-Control' ? /\b(public|s-maxage)\b/i.test(value) : true;
}

/** A Cache-Control that no shared cache keeps; what the browser itself may do stays as it was. */
function privately(value: string): string {
  if (value === '') return 'private';
  if (/\bno-store\b/i.test(value)) return value;
  const others = value.replace(/\b(public|private|s-maxage)\b(\s*=\s*("[^"]*"|[^,]*))?/gi, '').split(',');
  return ['private', ...others.map((directive) => directive.trim()).filter(Boolean)].join(', ');
}
function byCookie(vary: string): string {
  if (vary === '') return 'Cookie';
  return /(^|,)\s*(\*|cookie)\s*(,|$)/i.test(vary) ? vary : `${vary}, Cookie`;
}
/** Only what itself forbids them to keep the response stays. */
function forbidding(value: string): string {
  return value === '' || /^0$|\b(private|no-store)\b/i.test(value) ? value : '';
}
