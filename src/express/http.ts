import type { IncomingMessage, ServerResponse } from 'node:http';
import { optionsOf, type Options } from '../config/options';
import type { Engine } from '../engine';
import type { Gatekeeper } from '../gatekeeper';
import { OverrideCookie } from './override-cookie';
import { StickyCookie } from './sticky-cookie';
import { VisitorCookie } from './visitor-cookie';

/** A request as Express 4 and 5 give it: what is used here of it. */
export interface HttpRequest extends IncomingMessage {
  originalUrl?: string;
  secure?: boolean;
  gk?: Gatekeeper<any>;
}

/** A response as Express 4 and 5 give it: what is used here of it. */
export interface HttpResponse extends ServerResponse {
  locals?: { [name: string]: unknown };
}

export type Next = (error?: unknown) => void;
export type Handler = (req: HttpRequest, res: HttpResponse, next: Next) => void;

/** What an engine needs besides itself to speak HTTP. */
export interface Http {
  readonly engine: Engine<any>;
  readonly options: Options;
  readonly cookie: OverrideCookie;
  readonly visitors: VisitorCookie;
  readonly sticky: StickyCookie;
}

const made = new WeakMap<Engine<any>, Http>();

/** The HTTP side of `engine`, one for all its middleware, links and dashboards. */
export function httpOf(engine: Engine<any>): Http {
  const http = made.get(engine) ?? {
    engine,
    options: optionsOf(engine),
    cookie: new OverrideCookie(engine),
    visitors: new VisitorCookie(engine),
    sticky: new StickyCookie(engine),
  };
  made.set(engine, http);
  return http;
}
