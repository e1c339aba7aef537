import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { isSameOrigin } from '../express/same-origin';
import { Refusal } from './refusal';

/** Refuses what another site sends in a visitor's name. */
export const sameOrigin: RequestHandler = (req, _res, next) => {
  if (req.method === 'GET' || req.method === 'HEAD' || isSameOrigin(req)) return next();
  next(new Refusal(403, 'cross-origin', 'This was not sent from a page of this dashboard.'));
};

/** The path of the page that a form was on, where the browser says so and it is of this site: never another site's URL. */
export function refererOf({ headers }: IncomingMessage): URL | undefined {
  const { referer = '', host } = headers;
  const url = URL.canParse(referer) ? new URL(referer) : undefined;
  if (url?.host !== host) return undefined;
  return new URL(url!.pathname.replace(/^\/+/, '/') + url!.search, 'http://localhost');
}
