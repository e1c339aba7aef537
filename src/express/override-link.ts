import type { Engine } from '../engine';
import type { GatekeeperError } from '../errors';
import type { Choices } from '../register';
import { reportOf } from '../report/report';
import { httpOf, type Http, type HttpRequest, type HttpResponse, type Next } from './http';
import { LINK_PAGE_POLICY, linkPage } from './link-page';
import type { Overrides } from './override-cookie';
import type { RequestSource } from './request-source';
import { isSameOrigin } from './same-origin';

const PARAMETER = 'gatekeeper-override';
const ONE_DAY = 24 * 60 * 60;

export interface LinkOptions {
  /** The page to open, such as `https://shop.example/checkout`; any page behind the middleware will do. */
  readonly baseUrl: string;
  /** Seconds until the link ends. Defaults to a day. */
  readonly expiresIn?: number;
  /** Who made the link. */
  readonly by?: string;
}

/**
 * A link that lets whoever opens it take over `overrides` in their browser: it shows what it will set, and asks for a
 * click.
 * @throws GatekeeperError `flag-unknown`, `variant-unknown`, `override-refused` (also where the config has no secret),
 * `override-too-large`
 */
export function overrideLink<C>(engine: Engine<C>, overrides: Choices<C>, options: LinkOptions): string {
  const { cookie } = httpOf(engine);
  const chosen = new Map(Object.entries<string>(overrides as { [flag: string]: string }));
  for (const [flag, variant] of chosen) cookie.check(flag, variant);
  cookie.write(chosen); // what no browser could take is refused here, not by whoever opens the link
  const url = new URL(options.baseUrl);
  url.searchParams.set(PARAMETER, cookie.seal(chosen, 'override-link', options.expiresIn ?? ONE_DAY, options.by));
  return url.href;
}

/** Whether `req` opens such a link. */
export function isLink({ url, method }: HttpRequest): boolean {
  return url!.includes(`${PARAMETER}=`) && (method === 'GET' || method === 'HEAD' || method === 'POST');
}

/** Answers the link: GET shows what it would set, POST sets it and goes on to the page. */
export function answerLink({ engine, cookie }: Http, source: RequestSource, res: HttpResponse, next: Next): void {
  const { request: req } = source;
  const { token, page } = split(req.originalUrl ?? req.url!);
  if (token === null) return next();

  const opened = cookie.open(token, 'override-link');
  if (typeof opened === 'string') {
    reportOf(engine).refused(opened);
    return sendPage(res, 400, linkPage({ page, problem: problems[opened] ?? 'This link is not valid.' }));
  }
  if (!source.mayOverride())
    return sendPage(res, 403, linkPage({ page, problem: 'You may not override flags here. Sign in first?' }));
  const overrides = cookie.existing(opened.set);
  if (req.method !== 'POST') return sendPage(res, 200, linkPage({ page, overrides: describe(engine, overrides) }));
  if (!isSameOrigin(req))
    return sendPage(res, 403, linkPage({ page, problem: 'Please open the link itself, and confirm there.' }));

  try {
    source.setOverrides(new Map([...(source.overrides() ?? []), ...overrides]), opened.by);
  } catch (error) {
    if ((error as GatekeeperError).code !== 'override-too-large') throw error;
    return sendPage(res, 400, linkPage({ page, problem: 'This browser has too many overrides. Clear some first.' }));
  }
  res.writeHead(303, { Location: page, 'Cache-Control': 'no-store' }).end();
}

/** The link's token, and the page without it: always one of this site, whatever slashes the path begins with. */
function split(target: string): { token: string | null; page: string } {
  const url = new URL(target.replace(/^[/\\]+/, '/'), 'http://localhost');
  const token = url.searchParams.get(PARAMETER);
  url.searchParams.delete(PARAMETER);
  return { token, page: url.pathname.replace(/^\/{2,}/, '/') + url.search };
}

const problems: { readonly [refusal: string]: string } = {
  expired: 'This link has expired. Ask for a new one.',
  revoked: 'This link was revoked. Ask for a new one.',
  forged: 'This link was not made here, or was changed on its way.',
};

function describe(engine: Engine<any>, overrides: Overrides) {
  return [...overrides].map(([flag, variant]) => {
    const { description } = engine.config.compiled.get(flag)!.definition;
    return { flag, variant, description };
  });
}

function sendPage(res: HttpResponse, status: number, html: string): void {
  res.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': LINK_PAGE_POLICY,
    // Not no-referrer, under which the form would be posted with `Origin: null`.
    'Referrer-Policy': 'strict-origin',
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(html);
}
