import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { findCompany, findUser, type Company, type User } from './accounts';
import type { Details } from './order-form';
import type { Order } from './orders';

/** What the shop remembers of one browser, in memory. */
export interface Session {
  id: string;
  userId?: number;
  /** Product → how many. */
  readonly basket: Map<string, number>;
  readonly wishlist: Set<string>;
  readonly orders: Set<string>;
  /** What each form at the checkout led to: one that is sent twice is one order. */
  readonly placed: Map<string, Promise<Order>>;
  /** What was filled in at the checkout so far. */
  details: Partial<Details>;
  /** Said once, on the next page. */
  message?: string;
}

declare global {
  namespace Express {
    interface Request {
      session: Session;
      user?: User;
      company?: Company;
    }
  }
}

const COOKIE = 'saltmarsh';
const sessions = new Map<string, Session>();

/** Finds the session and its user. A browser that only looks around gets no cookie: its first form starts a session. */
export const session: RequestHandler = (req, res, next) => {
  const id: unknown = req.signedCookies[COOKIE];
  const known = typeof id === 'string' ? sessions.get(id) : undefined;
  req.session = known ?? emptySession();
  if (!known && req.method === 'POST') renew(req, res);
  req.user = findUser(req.session.userId);
  req.company = findCompany(req.user?.company);
  next();
};

/** Of somebody who is new here. */
export function emptySession(): Session {
  return { id: '', basket: new Map(), wishlist: new Set(), orders: new Set(), placed: new Map(), details: {} };
}

/** Keeps the session under a new id: after a login, an id that somebody may have planted is worth nothing. */
export function renew(req: Request, res: Response): void {
  sessions.delete(req.session.id);
  req.session.id = randomUUID();
  sessions.set(req.session.id, req.session);
  res.cookie(COOKIE, req.session.id, { signed: true, httpOnly: true, sameSite: 'lax', secure: req.secure });
}

/** Forgets the session, and its basket with it. */
export function end(req: Request, res: Response): void {
  sessions.delete(req.session.id);
  res.clearCookie(COOKIE);
}
