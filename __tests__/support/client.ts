import express, { type Express, type RequestHandler } from 'express';
import { FeatureFlag, createEngine, defineConfig, type Engine, type Options, type Rule } from 'gatekeeper-flags';
import { clientEndpoint, type ClientEndpointOptions } from 'gatekeeper-flags/client/endpoint';
import { gatekeeper } from 'gatekeeper-flags/express';
import { quiet } from './config';

export enum Checkout {
  STEPS = 'STEPS',
  ONE_PAGE = 'ONE_PAGE',
}

export enum Size {
  S = 'S',
  L = 'L',
}

class CheckoutFlag extends FeatureFlag<Checkout> {
  readonly description = 'Checkout on one page';
  override readonly clientSide = true;
  readonly variants = Checkout;
  readonly off = Checkout.STEPS;
  override readonly payloads = { ONE_PAGE: { steps: 1 } };
  override readonly rules: Rule<Checkout>[] = [
    { name: 'needle-in-a-rule', when: { user: { plan: 'growth' } } as never, serve: 'ONE_PAGE' },
  ];
}

/** By visitor, so that a browser without a user has an answer of its own. */
class SizeFlag extends FeatureFlag<Size> {
  readonly description = 'The size of the pictures';
  override readonly clientSide = true;
  override readonly unit = 'visitor';
  readonly variants = Size;
  readonly off = Size.S;
  override readonly rules: Rule<Size>[] = [{ name: 'all', rollout: 100, serve: 'L' }];
}

class SecretFlag extends FeatureFlag<Checkout> {
  readonly description = 'Nobody is to hear of it';
  readonly variants = Checkout;
  readonly off = Checkout.STEPS;
}

const flags = { CHECKOUT: new CheckoutFlag(), SIZE: new SizeFlag(), SECRET: new SecretFlag() };

/** Two flags that a browser may know, and one that it may not; `x-user` and `x-plan` say who is asking. */
export function clientConfig(options: Options = {}) {
  return defineConfig({
    flags,
    user: ({ headers }) => headers['x-user'] && { id: headers['x-user'], plan: headers['x-plan'] },
    ...quiet,
    ...options,
  });
}
export type ClientConfig = ReturnType<typeof clientConfig>;

export function clientEngine(options?: Options): Engine<ClientConfig> {
  return createEngine(clientConfig(options));
}

/** An app with the endpoint at /flags; `before` goes ahead of everything, `page` answers `/`. */
export function clientApp(
  engine: Engine<any>,
  { before = [], ...options }: ClientEndpointOptions & { readonly before?: readonly RequestHandler[] } = {},
): Express {
  const app = express();
  app.use(...(before.length > 0 ? before : [(_req: unknown, _res: unknown, next: () => void) => next()]));
  app.use(gatekeeper(engine));
  app.use('/flags', clientEndpoint(engine, options));
  app.get('/', (req, res) => res.send(req.gk.bootstrap()));
  return app;
}
