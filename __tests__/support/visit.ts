import express, { type Request } from 'express';
import type { Config, Engine, Gatekeeper } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';

export interface Visitor {
  readonly user?: object;
  /** What the browser's override cookie says. */
  readonly overrides?: { readonly [flag: string]: string };
}

/**
 * What `look` returns when it is called within a real request of Express, whose override cookie is plain (the engine's
 * NODE_ENV must be `test`) and whose `req.user` is `user`.
 */
export async function visit<C extends Config<any>, T>(
  engine: Engine<C>,
  { user, overrides = {} }: Visitor,
  look: (gk: Gatekeeper<C>, req: Request) => T | Promise<T>,
): Promise<T> {
  const app = express();
  let seen: Promise<T> | undefined;
  app.use((req, _res, next) => {
    Object.assign(req, { user });
    next();
  });
  app.use(gatekeeper(engine));
  app.get('/', async (req, res) => {
    seen = Promise.resolve().then(() => look(req.gk as unknown as Gatekeeper<C>, req));
    await seen.catch(() => {});
    res.end();
  });
  await request(app)
    .get('/')
    .set('Cookie', `gatekeeper=${encodeURIComponent(JSON.stringify(overrides))}`);
  return seen!;
}
