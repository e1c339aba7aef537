import type { Gatekeeper } from '../gatekeeper';

export { requireVariant, type GuardOptions } from './guard';
export { handlebarsHelpers } from './handlebars';
export { health, type HealthOptions } from './health';
export type { Handler, HttpRequest, HttpResponse, Next } from './http';
export { gatekeeper } from './middleware';
export { overrideLink, type LinkOptions } from './override-link';

declare global {
  namespace Express {
    interface Request {
      /** This request's flags. */
      gk: Gatekeeper;
    }
    interface Locals {
      /** This request's flags, for templates. */
      gk: Gatekeeper;
    }
  }
}
