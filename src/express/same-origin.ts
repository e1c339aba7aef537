import type { IncomingMessage } from 'node:http';

/** Whether a page of this very site sent it. Browsers say so; scripts must, too. */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin, host } = headers;
  if (site !== undefined) return site === 'same-origin';
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
