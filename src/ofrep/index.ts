import type { Engine } from '../engine';
import { GatekeeperError, show } from '../errors';
import type { Handler } from '../express/http';
import type { OfrepOptions } from './options';

export type { OfrepOptions, Side } from './options';

/**
 * The endpoints of OpenFeature's Remote Evaluation Protocol 0.3, as a router to mount: `app.use(ofrep(engine, { authorize }))`.
 * @throws GatekeeperError `authorize-missing`, `field-invalid`, `package-missing` where Express is missing
 */
export function ofrep(engine: Engine<any>, options: OfrepOptions): Handler {
  if (options?.authorize === undefined)
    throw new GatekeeperError(
      'authorize-missing',
      'ofrep() needs authorize(req): it says who may ask, and for which flags',
    );
  for (const name of ['authorize', 'context'] as const)
    if (!['function', 'undefined'].includes(typeof options[name]))
      throw new GatekeeperError('field-invalid', `ofrep's ${name} is ${show(options[name])}; give a function`);
  try {
    require.resolve('express');
  } catch {
    throw new GatekeeperError('package-missing', 'ofrep needs another package: npm install express');
  }
  // Loaded here, so that the entry can be imported where Express is not installed.
  const { createRouter } = require('./router') as typeof import('./router');
  return createRouter(engine, options);
}
