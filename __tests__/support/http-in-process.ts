import type { Engine, Gatekeeper } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

const nowhere = new Socket();

/** Makes Gatekeepers as the middleware does, from `Cookie` headers that no socket has carried. */
export function inProcess(engine: Engine): (cookie: string) => { gk: Gatekeeper; res: ServerResponse } {
  const middleware = gatekeeper(engine);
  return (cookie) => {
    const req = Object.assign(new IncomingMessage(nowhere), { method: 'GET', url: '/', headers: { cookie } });
    const res = new ServerResponse(req);
    middleware(req, res, () => {});
    return { gk: (req as { gk?: Gatekeeper }).gk!, res };
  };
}
