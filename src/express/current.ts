import { AsyncLocalStorage } from 'node:async_hooks';
import { GatekeeperError } from '../errors';
import type { Gatekeeper } from '../gatekeeper';

let requests: AsyncLocalStorage<Gatekeeper<any>> | undefined;

/**
 * The Gatekeeper of the request being handled, found through AsyncLocalStorage; undefined outside a request.
 * @throws GatekeeperError `async-context-off` where no config in use has `asyncContext: true`
 */
export function currentGatekeeper(): Gatekeeper | undefined {
  if (requests) return requests.getStore();
  throw new GatekeeperError('async-context-off', 'currentGatekeeper() needs asyncContext: true in defineConfig');
}

/** The storage that `currentGatekeeper` looks in; made when the first middleware switches it on. */
export function requestStorage(): AsyncLocalStorage<Gatekeeper<any>> {
  return (requests ??= new AsyncLocalStorage());
}
