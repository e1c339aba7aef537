import type { Engine } from '../engine';
import type { Handler } from '../express/http';
import { checkOptions, type DashboardOptions } from './options';
import { checkPackages } from './packages';

export type { Actor, DashboardOptions, Role } from './options';

/**
 * The dashboard of `engine`, as a router to mount: `app.use('/gatekeeper', dashboard(engine, { authorize }))`, after
 * whatever loads the user. It needs a few more packages; the error says which.
 * @throws GatekeeperError `field-invalid` without `authorize`, `not-mounted` where a package is missing
 */
export function dashboard(engine: Engine<any>, options: DashboardOptions): Handler {
  checkOptions(options);
  checkPackages();
  // Loaded here, so that the entry can be imported where those packages are not installed.
  const { createDashboard } = require('./dashboard') as typeof import('./dashboard');
  return createDashboard(engine, options);
}
