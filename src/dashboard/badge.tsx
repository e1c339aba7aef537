import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderToString } from 'preact-render-to-string';
import { optionsOf } from '../config/options';
import type { Engine } from '../engine';
import { cookieValues } from '../express/cookies';
import type { Handler, HttpRequest, HttpResponse } from '../express/http';
import { gatekeeper } from '../express/middleware';
import type { BadgeOptions } from './options';
import { isSameOrigin } from '../express/same-origin';
import { refererOf } from './same-origin';
import { visitOf } from './visit';

const STYLE = join(__dirname, '../../src/dashboard/public/badge.css');
const SHOWN = 5;

/** Shows on the app's own pages what is overridden, and ends it with a click. */
export function createBadge(engine: Engine<any>, { path = '/gatekeeper-badge', dashboard }: BadgeOptions): Handler {
  const bind = gatekeeper(engine);
  const cookie = optionsOf(engine).overrides?.cookie ?? 'gatekeeper';
  const style = readFileSync(STYLE);
  return function overrideBadge(req, res, next) {
    const asked = (req.originalUrl ?? req.url!).split('?', 1)[0];
    if (asked === `${path}.css`) return sendStyle(res, style);
    bind(req, res, (error) => {
      if (error !== undefined) return next(error);
      if (asked === path && req.method === 'POST') return clear(req, res);
      if (cookieValues(req.headers.cookie, cookie).length > 0)
        addTo(req, res, (chosen) => html(chosen, path, dashboard));
      next();
    });
  };
}

function sendStyle(res: HttpResponse, style: Buffer): void {
  res.writeHead(200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=3600' }).end(style);
}

function clear(req: HttpRequest, res: HttpResponse): void {
  if (!isSameOrigin(req)) return void res.writeHead(403).end();
  const gk = req.gk!;
  for (const flag of Object.keys(gk.browserOverrides())) gk.setBrowserOverride(flag as never, '');
  const back = refererOf(req);
  res.writeHead(303, { Location: back ? back.pathname + back.search : '/', 'Cache-Control': 'no-store' }).end();
}

type Chosen = readonly (readonly [flag: string, variant: string])[];

/** Puts the badge at the end of this response, if it turns out to be a page and something is overridden. */
function addTo(req: HttpRequest, res: HttpResponse, badge: (chosen: Chosen) => string): void {
  // A page without the badge, from the browser's cache, is not the same page.
  delete req.headers['if-none-match'];
  delete req.headers['if-modified-since'];
  const end = res.end as (...args: unknown[]) => HttpResponse;
  res.end = (...args: unknown[]) => {
    res.end = end as HttpResponse['end'];
    const chosen = isPage(req, res) ? Object.entries<string>(req.gk!.browserOverrides() as {}) : [];
    if (chosen.length === 0) return end.apply(res, args);
    const [body, ...rest] = typeof args[0] === 'function' ? [undefined, ...args] : args;
    const [encoding] = rest;
    const page = withBadge(Buffer.from((body as string) ?? '', encoding as 'utf8'), badge(chosen));
    if (!res.headersSent) {
      if (res.hasHeader('Content-Length')) res.setHeader('Content-Length', page.length);
      for (const header of ['ETag', 'Last-Modified']) res.removeHeader(header);
      res.setHeader('Cache-Control', 'no-store');
    }
    return end.call(res, page, ...rest.filter((arg) => typeof arg === 'function'));
  };
}

/** Whether what is sent is a page that something can be put into; the dashboard's own say it themselves. */
function isPage(req: HttpRequest, res: HttpResponse): boolean {
  if (visitOf(req)) return false;
  if (req.method === 'HEAD' || [204, 304].includes(res.statusCode) || res.hasHeader('Content-Encoding')) return false;
  if (res.headersSent && res.hasHeader('Content-Length')) return false;
  return String(res.getHeader('Content-Type') ?? '').startsWith('text/html');
}

function withBadge(page: Buffer, badge: string): Buffer {
  const at = page.lastIndexOf('</body>');
  const place = at < 0 ? page.length : at;
  return Buffer.concat([page.subarray(0, place), Buffer.from(badge), page.subarray(place)]);
}

function html(chosen: Chosen, path: string, dashboard: string | undefined): string {
  return renderToString(
    <>
      <link rel="stylesheet" href={`${path}.css`} />
      <aside id="gatekeeper-badge" aria-label="Flag overrides">
        <p>
          <strong>Overridden in this browser</strong>{' '}
          {chosen.slice(0, SHOWN).map(([flag, variant]) => (
            <span>
              {flag} <b>{variant}</b>{' '}
            </span>
          ))}
          {chosen.length > SHOWN && <span>and {chosen.length - SHOWN} more</span>}
        </p>
        {dashboard !== undefined && <a href={dashboard}>Change</a>}
        <form method="post" action={path}>
          <button>Clear</button>
        </form>
      </aside>
    </>,
  );
}
