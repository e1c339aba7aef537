import { Router, type ErrorRequestHandler } from 'express';
import type { Engine as AnyEngine } from '../engine';
import type { Handler } from '../express/http';
import type { Engine } from '../index';
import { actorOf, authorized } from './authorize';
import { headers } from './headers';
import { bodies, unhurried } from './limits';
import type { DashboardOptions } from './options';
import { Refusal, refusalOf } from './refusal';
import { api } from './routes/api';
import { assets } from './routes/assets';
import { events, Streams } from './routes/events';
import { files } from './routes/files';
import { forms } from './routes/forms';
import { pages } from './routes/pages';
import { sameOrigin } from './same-origin';
import { Samples } from './samples';
import { renderMessage } from './views/render';
import { beginVisit, environmentOf, visitOf } from './visit';

/** The router: each request goes through what is used here, in this order; nothing comes before `authorized`. */
export function createDashboard(given: AnyEngine<any>, options: DashboardOptions): Handler {
  const engine = given as Engine<any>;
  const samples = new Samples(engine);
  const streams = new Streams(engine);
  engine.live.closing.addEventListener('abort', () => {
    streams.close();
    samples.close();
  });

  const router = Router();
  router.use(headers);
  router.use(authorized(engine, options));
  router.use(sameOrigin);
  router.use(beginVisit({ engine, options, samples, ...environmentOf({ engine, options }) }, actorOf));
  router.use(unhurried(), ...bodies);
  assets(router);
  pages(router);
  files(router);
  forms(router);
  api(router);
  events(router, streams);
  router.use((_req, _res, next) => next(new Refusal(404, 'not-found', 'There is no such page here.')));
  router.use(failed(engine));
  return router as unknown as Handler;
}

function failed(engine: Engine<any>): ErrorRequestHandler {
  return (error, req, res, next) => {
    const { status, code, message } = refusalOf(error);
    if (status === 500 && !(error instanceof Refusal)) engine.report.failed(error);
    if (res.headersSent) return next(error);
    res.status(status);
    if (req.path.startsWith('/api/')) res.json({ error: { code, message } });
    else res.type('html').send(renderMessage(message, visitOf(req)));
  };
}
