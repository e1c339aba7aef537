import { Router, json, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { optionsOf } from '../config/options';
import type { Engine } from '../engine';
import type { Handler } from '../express/http';
import { isSameOrigin } from '../express/same-origin';
import { isRecord } from '../openfeature/context';
import { batchIn } from './batch';
import { toldTo } from './bootstrap';
import type { ClientEndpointOptions } from './endpoint';
import { Refusal, refusalOf } from './refusal';
import { Streams } from './streams';

const BODY = '64kb';

export function createRouter(engine: Engine<any>, { streams: most = 1_000, metrics }: ClientEndpointOptions): Handler {
  const streams = new Streams(engine, most);
  const router = Router();
  const sent: RequestHandler[] = [sameOrigin, json({ limit: BODY })];
  router.use(bound(engine));

  router.get('/', (req, res) => {
    const { gk } = req;
    const told = toldTo(gk);
    // With an ETag of one's own, Express answers 304 to a browser that has these answers.
    res.set({ 'Cache-Control': 'private, no-cache', ETag: `"${told.tag}"` }).json(told);
  });

  router.get('/events', (req, res) => streams.add(req.gk, res));

  router.post('/events', sent, (req: Request, res: Response) => {
    const { exposures, outcomes } = batchIn(req.body);
    for (const flag of exposures) if (isClientSide(engine, flag)) req.gk.ffVariant(flag);
    for (const { metric, value } of outcomes) {
      if (metrics && !metrics.includes(metric)) continue;
      req.gk.track(metric, { value });
    }
    res.status(204).end();
  });

  router.post('/override', sent, (req: Request, res: Response) => {
    const { flag, variant } = isRecord(req.body) ? req.body : {};
    if (typeof flag !== 'string' || typeof variant !== 'string')
      throw new Refusal(400, 'malformed', 'send { "flag": "FLAG", "variant": "VARIANT" }, as application/json');
    if (!mayAsk(engine)) throw new Refusal(403, 'override-refused', 'nobody may override here by a script');
    if (!isClientSide(engine, flag)) throw new Refusal(404, 'flag-unknown', 'there is no such flag for browsers');
    req.gk.setBrowserOverride(flag, variant);
    res.status(204).end();
  });

  router.use(failed(engine));
  return router as unknown as Handler;
}

/** Nothing here is answered for a request that no Gatekeeper of this engine is bound to. */
function bound(engine: Engine<any>): RequestHandler {
  return (req, _res, next) => {
    const isBound = req.gk?.engine === (engine as unknown);
    next(
      isBound ? undefined : new Refusal(500, 'not-mounted', 'put app.use(gatekeeper(engine)) before clientEndpoint'),
    );
  };
}

const sameOrigin: RequestHandler = (req, _res, next) => {
  next(isSameOrigin(req) ? undefined : new Refusal(403, 'cross-origin', 'this was not sent from a page of this site'));
};

function isClientSide(engine: Engine<any>, flag: string): boolean {
  return engine.config.compiled.get(flag)?.definition.clientSide === true;
}

/**
 * Whether scripts may set overrides, as far as `overrides.allow(req)` lets them: where plain cookies hold anyway, or where the app
 * has said who may. Without either only a link that somebody signed sets one.
 */
function mayAsk(engine: Engine<any>): boolean {
  const { allow, unsigned } = optionsOf(engine).overrides ?? {};
  return allow !== undefined || (unsigned ?? ['development', 'test'].includes(engine.env.NODE_ENV ?? ''));
}

function failed(engine: Engine<any>): ErrorRequestHandler {
  return (error, _req, res, next) => {
    const { status, code, message } = refusalOf(error);
    if (code === 'failed') engine.report.failed(error);
    if (res.headersSent) return next(error);
    res.status(status).json({ code, message });
  };
}
