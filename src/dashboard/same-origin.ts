import type { RequestHandler } from 'express';
import { Refusal } from './refusal';

/** Refuses what another site sends in a visitor's name. Browsers say where a form is from; scripts must, too. */
export const sameOrigin: RequestHandler = (req, _res, next) => {
  if (req.method === 'GET' || req.method === 'HEAD') return next();
  const { 'sec-fetch-site': site, origin, host } = req.headers;
  const ours =
    site === undefined
      ? origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
      : site === 'same-origin';
  next(ours ? undefined : new Refusal(403, 'cross-origin', 'This was not sent from a page of this dashboard.'));
};
