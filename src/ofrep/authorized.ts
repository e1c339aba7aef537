import type { RequestHandler } from 'express';
import type { Engine } from '../engine';
import { PATIENCE, within } from '../stores/within';
import type { OfrepOptions, Side } from './options';
import { Refusal } from './refusal';

const late = () => new Error(`authorize(req) did not answer within ${PATIENCE} ms`);
const sides = new WeakMap<object, Side>();

/** Which side a request is from; there is one once `authorized` has let it through. */
export function sideOf(req: object): Side {
  return sides.get(req)!;
}

/** Lets through whom the app's `authorize` names a side; whatever else it does, nobody gets in. */
export function authorized(engine: Engine<any>, { authorize }: OfrepOptions): RequestHandler {
  return async (req, res, next) => {
    try {
      const side: unknown = await within(PATIENCE, Promise.resolve(authorize(req)), late);
      if (side === null || side === undefined)
        return void res.status(401).set('WWW-Authenticate', 'Bearer').json({ errorDetails: 'not authorized' });
      if (side !== 'client' && side !== 'server')
        throw new TypeError("authorize(req) must give 'client', 'server' or null");
      sides.set(req, side);
      next();
    } catch (error) {
      engine.report.failed(error);
      next(new Refusal(500, 'GENERAL', 'it could not be found out whether this request is authorized'));
    }
  };
}
