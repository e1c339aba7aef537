import type { Engine } from '../engine';
import { GatekeeperError, show } from '../errors';
import type { Handler } from '../express/http';

export interface ClientEndpointOptions {
  /** How many pages may listen for changes at once; the others ask now and then. Defaults to 1,000. */
  readonly streams?: number;
  /** The metrics that a browser may report. Defaults to all: a browser can claim anything, so count money on the server. */
  readonly metrics?: readonly string[];
}

/**
 * What the browser's client talks to, as a router to mount after the middleware: `app.use('/flags', clientEndpoint(engine))`. Who
 * asks is read from the request's session alone; only flags with `clientSide = true` are told of.
 * @throws GatekeeperError `field-invalid`, `package-missing` where Express is missing
 */
export function clientEndpoint(engine: Engine<any>, options: ClientEndpointOptions = {}): Handler {
  const { streams = 0, metrics = [] } = options;
  if (!Number.isInteger(streams) || streams < 0)
    throw new GatekeeperError('field-invalid', `clientEndpoint's streams is ${show(streams)}; give a number of pages`);
  if (!Array.isArray(metrics))
    throw new GatekeeperError('field-invalid', `clientEndpoint's metrics is ${show(metrics)}; give a list of names`);
  try {
    require.resolve('express');
  } catch {
    throw new GatekeeperError('package-missing', 'clientEndpoint needs another package: npm install express');
  }
  // Loaded here, so that the entry can be imported where Express is not installed.
  const { createRouter } = require('./router') as typeof import('./router');
  return createRouter(engine, options);
}
