import { STATUS_CODES } from 'node:http';
import { GatekeeperError } from '../errors';
import type { FlagName, RegisteredConfig, VariantName } from '../register';
import type { Handler } from './http';

/** What a guarded route answers to those whom it does not let through. */
export interface GuardOptions {
  /** Send them there (302) instead. */
  readonly redirect?: string;
  /** The status to answer with. Defaults to 404. */
  readonly status?: number;
  /** Answers instead: such as the handler of the app's own 404 page, so that the route seems not to exist. */
  readonly otherwise?: Handler;
}

/** Middleware that lets a request through if it gets `variant` of `flag`, and answers 404 otherwise. */
export function requireVariant<N extends FlagName>(
  flag: N,
  variant: VariantName<RegisteredConfig, N>,
  { redirect, status = redirect === undefined ? 404 : 302, otherwise }: GuardOptions = {},
): Handler {
  return function requireVariant(req, res, next) {
    if (!req.gk)
      return next(new GatekeeperError('not-mounted', 'requireVariant needs app.use(gatekeeper(config)) before it'));
    if (req.gk.ff(flag, variant)) return next();
    if (otherwise) return otherwise(req, res, next);
    res.statusCode = status;
    if (redirect !== undefined) res.setHeader('Location', redirect);
    res.end(STATUS_CODES[status]);
  };
}
