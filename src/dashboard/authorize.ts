import type { Request, RequestHandler } from 'express';
import type { Engine } from '../engine';
import { isObject } from './read';
import { Refusal } from './refusal';
import type { Actor, DashboardOptions } from './options';

const PATIENCE = 5_000;
const LONGEST_NAME = 200;
const actors = new WeakMap<object, Actor>();

/** Who a request is from; there is somebody once `authorized` has let it through. */
export function actorOf(req: object): Actor {
  return actors.get(req)!;
}

/** Lets through whom the app's `authorize` names; whatever else it does, nobody gets in. */
export function authorized(engine: Engine<any>, { authorize }: DashboardOptions, patience = PATIENCE): RequestHandler {
  return async (req, _res, next) => {
    try {
      const answer = await answered(authorize, req, patience);
      if (answer === null || answer === undefined)
        throw new Refusal(403, 'forbidden', 'You may not use this dashboard.');
      actors.set(req, actor(answer));
      next();
    } catch (error) {
      if (error instanceof Refusal) return next(error);
      engine.report.failed(error);
      next(new Refusal(500, 'authorize-failed', 'It could not be found out whether you may use this dashboard.'));
    }
  };
}

/** What `authorize` answers, at once or later; but not too late. */
async function answered(authorize: DashboardOptions['authorize'], req: Request, patience: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const refusal = new Refusal(503, 'authorize-late', 'Whether you may use this dashboard was not found out in time.');
    timer = setTimeout(() => reject(refusal), patience);
  });
  try {
    return await Promise.race([authorize(req), late]);
  } finally {
    clearTimeout(timer);
    late.catch(() => {});
  }
}

function actor(answer: unknown): Actor {
  const { name, role } = isObject(answer) ? answer : {};
  const named = typeof name === 'string' && name.trim() !== '' && name.length <= LONGEST_NAME;
  if (named && (role === 'viewer' || role === 'qa' || role === 'operator')) return { name, role };
  throw new TypeError("authorize(req) must give null or { name, role: 'viewer' | 'qa' | 'operator' }");
}
