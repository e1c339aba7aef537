import type { Request, RequestHandler } from 'express';
import type { Config } from '../config';
import { optionsOf } from '../config/options';
import type { Gatekeeper } from '../gatekeeper';
import type { Engine } from '../index';
import { looking } from './looking';
import type { Actor, DashboardOptions, Role } from './options';
import type { Samples } from './samples';

/** What all requests to one dashboard share. */
export interface House {
  readonly engine: Engine<Config<any>>;
  readonly options: DashboardOptions;
  readonly samples: Samples;
  /** Such as `production`. */
  readonly environment: string;
  readonly production: boolean;
}

export function environmentOf({ engine, options }: Pick<House, 'engine' | 'options'>) {
  const environment = options.environment ?? optionsOf(engine).environment ?? engine.env.NODE_ENV ?? 'unnamed';
  return { environment, production: engine.production || environment === 'production' };
}

/** Somebody who may use the dashboard, and what they ask for. */
export interface Visit extends House {
  readonly actor: Actor;
  /** The flags of this browser; looking at them changes nothing. */
  readonly gk: Gatekeeper<Config<any>>;
  readonly req: Request;
  /** The path that the dashboard is mounted at, without a slash at its end. */
  readonly base: string;
  readonly now: number;
}

const RANKS: { readonly [R in Role]: number } = { viewer: 0, qa: 1, operator: 2 };
const visits = new WeakMap<object, Visit>();

/** The visit that `req` is; there is one from `authorize` on, and none elsewhere in the app. */
export function visitOf(req: object): Visit {
  return visits.get(req)!;
}

/** Whether an actor of this role may do what `needs` a role. */
export function may({ actor }: Pick<Visit, 'actor'>, needs: Role): boolean {
  return RANKS[actor.role] >= RANKS[needs];
}

/** Keeps the visit of a request that has an actor by now. */
export function beginVisit(house: House, actorOf: (req: object) => Actor): RequestHandler {
  const look = looking(house.engine);
  return (req, res, next) => {
    const base = req.baseUrl.replace(/^[/\\]+/, '/').replace(/\/$/, ''); // never the start of another site's URL
    visits.set(req, { ...house, actor: actorOf(req), gk: look(req, res), req, base, now: house.engine.now() });
    next();
  };
}

/** The overrides of this browser, flag → variant. */
export function overridesOf({ gk }: Pick<Visit, 'gk'>): { readonly [flag: string]: string } {
  return gk.browserOverrides() as {};
}
