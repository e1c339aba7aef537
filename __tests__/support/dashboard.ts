import express, { type Express } from 'express';
import { FeatureFlag, liveSegment, ramp, type Engine, type Options, type Rule } from 'gatekeeper-flags';
import { dashboard, type DashboardOptions, type Role } from 'gatekeeper-flags/dashboard';
import request from 'supertest';
import { engineOf, toggle } from './config';

enum Checkout {
  STEPS = 'STEPS',
  ONE_PAGE = 'ONE_PAGE',
}

/** The name is of its own, as live segments are known to the whole process. */
const beta = liveSegment('beta testers', { description: 'who signed up' });

class CheckoutFlag extends FeatureFlag<Checkout> {
  readonly description = 'Checkout on one page';
  override readonly owner = 'payments';
  override readonly created = '2026-11-01';
  readonly variants = Checkout;
  readonly off = Checkout.STEPS;
  override readonly overrides = { ONE_PAGE: [42] };
  override readonly payloads = { ONE_PAGE: { steps: 1 } };
  override readonly rules: Rule<Checkout>[] = [
    { name: 'beta', when: beta, serve: 'ONE_PAGE' },
    { name: 'growth', when: { user: { plan: 'growth' } } as never, rollout: 25, serve: 'ONE_PAGE' },
    {
      name: 'all',
      rollout: ramp('2026-12-01', { day1: 5, day3: 25, day7: 100 }, { guarded: true }),
      serve: 'ONE_PAGE',
    },
  ];
}

const SECRET = 'a-secret-of-at-least-32-characters';
export const NOW = Date.parse('2026-12-04T10:00Z');

/** An engine on the 4th of December, with a flag that has everything and two that have little. */
export function dashboardEngine(options: Options = {}, more = {}): Engine<any> {
  return engineOf(
    { CHECKOUT: new CheckoutFlag(), BANNER: toggle(), LOCKED: toggle({ overridable: false }), ...more },
    { now: () => NOW, environment: 'staging', secret: SECRET, ...options },
  );
}

/** An app with the dashboard at /gatekeeper; the header `x-role` says in which role Ada comes, or that nobody does. */
export function dashboardApp(engine: Engine<any>, options: Partial<DashboardOptions> = {}): Express {
  const app = express();
  const authorize: DashboardOptions['authorize'] = (req) => {
    const role = (req as express.Request).get('x-role') as Role | undefined;
    return role && { name: 'Ada', role };
  };
  app.use('/gatekeeper', dashboard(engine, { authorize, ...options }));
  return app;
}

export interface Client {
  get(path: string): request.Test;
  /** Sends a form, as a page of the dashboard does. */
  form(action: string, fields?: object, from?: string): request.Test;
  /** Sends JSON, as a script does. */
  api(action: string, fields?: object): request.Test;
}

/** Somebody in this role, who keeps cookies. */
export function client(app: Express, role: Role = 'operator'): Client {
  const agent = request.agent(app).set({ 'x-role': role, 'Sec-Fetch-Site': 'same-origin' });
  return {
    get: (path) => agent.get(`/gatekeeper${path}`),
    form: (action, fields = {}, from = '/') =>
      agent
        .post(`/gatekeeper/actions/${action}`)
        .set({ Host: 'shop.test', Referer: `http://shop.test/gatekeeper${from}` })
        .type('form')
        .send(fields),
    api: (action, fields = {}) => agent.post(`/gatekeeper/api/actions/${action}`).send(fields),
  };
}
