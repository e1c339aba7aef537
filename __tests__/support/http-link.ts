import type { Express } from 'express';
import type { Engine } from 'gatekeeper-flags';
import { overrideLink, type LinkOptions } from 'gatekeeper-flags/express';
import { raw, type RawAnswer } from './http-express';

export const SHOP = 'https://shop.example';

/** What an override link asks its server for: path and query. */
export function pathOfLink(
  engine: Engine,
  overrides: { readonly [flag: string]: string } = { CHECKOUT: 'ON' },
  options: Partial<LinkOptions> = {},
): string {
  const url = new URL(overrideLink(engine, overrides, { baseUrl: `${SHOP}/checkout`, ...options }));
  return url.pathname + url.search;
}

/** The query alone, to be put behind another path. */
export function queryOfLink(engine: Engine, overrides?: { readonly [flag: string]: string }): string {
  return pathOfLink(engine, overrides).split('?')[1]!;
}

/** Answers the link's question with yes, as a browser does from the page itself. */
export function confirm(app: Express, path: string, cookie?: string): Promise<RawAnswer> {
  const headers = [['Sec-Fetch-Site', 'same-origin'] as const, ...(cookie ? [['Cookie', cookie] as const] : [])];
  return raw(app, path, { method: 'POST', headers });
}
