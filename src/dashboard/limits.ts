import { json, urlencoded, type RequestHandler } from 'express';
import { Refusal } from './refusal';
import { visitOf } from './visit';

const BODY = '256kb';
const WRITES = 20;
const SECOND = 1_000;

/** Reads forms and JSON, up to a size. Where the app has read them already, its own limit held. */
export const bodies: readonly RequestHandler[] = [json({ limit: BODY }), urlencoded({ extended: false, limit: BODY })];

/** Refuses an actor who writes more than so often a second. */
export function unhurried(): RequestHandler {
  let since = -Infinity;
  const writes = new Map<string, number>();
  return (req, res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    if (performance.now() - since >= SECOND) {
      since = performance.now();
      writes.clear();
    }
    const { name } = visitOf(req).actor;
    const count = (writes.get(name) ?? 0) + 1;
    writes.set(name, count);
    if (count <= WRITES) return next();
    res.set('Retry-After', '1');
    next(new Refusal(429, 'too-often', 'Slower, please: that is too many changes a second.'));
  };
}
