import type { RequestHandler } from 'express';
import type { Engine } from '../engine';
import { isObject } from './read';
import { Refusal } from './refusal';
import type { Actor, DashboardOptions } from './options';
import { soon } from './soon';

const PATIENCE = 5_000;
const LATE = { code: 'authorize-late', message: 'Whether you may use this dashboard was not found out in time.' };
const LONGEST_NAME = 200;
const actors = new WeakMap<object, Actor>();

/** Who a request is from; there is somebody once `authorized` has let it through. */
export function actorOf(req: object): Actor {
  return actors.get(req)!;
}

/** Lets through whom the app's `authorize` names; whatever else it does, nobody gets in. */
export function authorized(engine: Engine<any>, { authorize }: DashboardOptions): RequestHandler {
  return async (req, _res, next) => {
    try {
      const answer = await soon(() => authorize(req), PATIENCE, LATE);
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

function actor(answer: unknown): Actor {
  const { name, role } = isObject(answer) ? answer : {};
  const named = typeof name === 'string' && name.trim() !== '' && name.length <= LONGEST_NAME;
  if (named && (role === 'viewer' || role === 'qa' || role === 'operator')) return { name, role };
  throw new TypeError("authorize(req) must give null or { name, role: 'viewer' | 'qa' | 'operator' }");
}
