import type { Engine } from '../engine';
import type { Handler } from '../express/http';
import { checkOptions, type BadgeOptions, type DashboardOptions } from './options';
import { checkPackages } from './packages';

export type { Actor, BadgeOptions, DashboardOptions, Role, Targets } from './options';

/**
 * The dashboard of `engine`, as a router to mount: `app.use('/gatekeeper', dashboard(engine, { authorize }))`, after
 * whatever loads the user. It needs a few more packages; the error says which.
 * @throws GatekeeperError `authorize-missing`, `field-invalid`, `package-missing` where a package is missing
 */
export function dashboard(engine: Engine<any>, options: DashboardOptions): Handler {
  checkOptions(options);
  checkPackages();
  // Loaded here, so that the entry can be imported where those packages are not installed.
  const { createDashboard } = require('./dashboard') as typeof import('./dashboard');
  return createDashboard(engine, options);
}

/**
 * Middleware that shows, at the foot of the app's own pages, which flags this browser overrides, with a button that ends
 * it. Before the routes, after whatever loads the user. It needs of a Content-Security-Policy only `style-src 'self'` and
 * `form-action 'self'`.
 * @throws GatekeeperError `package-missing` where a package is missing
 */
export function overrideBadge(engine: Engine<any>, options: BadgeOptions = {}): Handler {
  checkPackages();
  const { createBadge } = require('./badge') as typeof import('./badge');
  return createBadge(engine, options);
}
