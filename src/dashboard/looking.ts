import type { Request, Response } from 'express';
import { httpOf } from '../express/http';
import { RequestSource } from '../express/request-source';
import { Gatekeeper } from '../gatekeeper';
import type { Engine } from '../index';
import { uncounted } from '../report/uncounted';

/**
 * Makes the Gatekeepers of those who only look: nothing is counted, and the browser is given neither an id nor a variant
 * to keep. Overrides are set as ever.
 */
export function looking(engine: Engine<any>): (req: Request, res: Response) => Gatekeeper<any> {
  const http = httpOf(uncounted(engine));
  return (req, res) => {
    const source = new RequestSource(http, req as never, res);
    const reading = { visitor: () => source.visitor(false), keep() {} };
    return new Gatekeeper(http.engine, Object.assign(Object.create(source), reading));
  };
}
