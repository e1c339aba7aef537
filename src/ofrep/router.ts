import { createHash } from 'node:crypto';
import { Router, json, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { Context } from '../context';
import type { Engine } from '../engine';
import type { Handler } from '../express/http';
import type { Flag } from '../flag';
import { evaluationOf } from '../openfeature/answer';
import { contextOf, isRecord } from '../openfeature/context';
import { uncounted } from '../report/uncounted';
import { answerOf } from './answer';
import { authorized, sideOf } from './authorized';
import type { OfrepOptions } from './options';
import { Refusal, refusalOf } from './refusal';

const FLAGS = '/ofrep/v1/evaluate/flags';
const BODY = '64kb';

export function createRouter(engine: Engine<any>, options: OfrepOptions): Handler {
  const router = Router();
  const before: RequestHandler[] = [isPrivate, authorized(engine, options), json({ limit: BODY })];
  const tellsOf = (flag: Flag, req: Request) => sideOf(req) === 'server' || flag.definition.clientSide === true;

  router.post(FLAGS, before, (req: Request, res: Response) => {
    // A client asks for all flags to have them at hand: that is no use of any, and not counted.
    const evaluation = evaluationOf(uncounted(engine), contextFor(req, options));
    const flags = engine.flags().filter((flag) => tellsOf(flag, req));
    const body = JSON.stringify({ flags: flags.map((flag) => answerOf(flag, evaluation)) });
    for (const flag of flags) {
      const outcome = evaluation.answer(flag);
      if (outcome.reason === 'error') engine.report.decided(flag, outcome);
    }
    // Over the answers, and so over everything they are made of: live state, the context, the side, and code.
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    res.set('ETag', etag);
    if (has(req.get('If-None-Match'), etag)) res.status(304).end();
    else res.type('json').end(body);
  });

  router.post(`${FLAGS}/:key`, before, (req: Request, res: Response) => {
    const context = contextFor(req, options);
    const flag = engine.config.compiled.get(req.params.key as string);
    // A flag that is not for clients is to them as one that does not exist.
    if (!flag || !tellsOf(flag, req)) throw new Refusal(404, 'FLAG_NOT_FOUND', 'there is no such flag');
    const evaluation = evaluationOf(engine, context);
    const answer = answerOf(flag, evaluation);
    const failed = 'errorCode' in answer;
    if (!failed) evaluation.use(flag);
    res.status(!failed ? 200 : answer.errorCode === 'GENERAL' ? 500 : 400).json(answer);
  });

  router.use(FLAGS, failed(engine));
  return router as unknown as Handler;
}

const isPrivate: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'private');
  next();
};

/** What rules are to see of a request. @throws Refusal where it has no context */
function contextFor(req: Request, { context }: OfrepOptions): Partial<Context> {
  if (!isRecord(req.body)) throw new Refusal(400, 'PARSE_ERROR', 'send a JSON object, as application/json');
  const { context: given } = req.body;
  if (!isRecord(given)) throw new Refusal(400, 'INVALID_CONTEXT', 'the request has no context');
  const { targetingKey } = given;
  if (targetingKey !== undefined && typeof targetingKey !== 'string')
    throw new Refusal(400, 'INVALID_CONTEXT', 'targetingKey is to be a string');
  if (context) return context(req, given);
  if (!targetingKey) throw new Refusal(400, 'TARGETING_KEY_MISSING', 'the context has no targetingKey');
  return contextOf(given);
}

function has(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false;
}

function failed(engine: Engine<any>): ErrorRequestHandler {
  return (error, req, res, next) => {
    const { status, code, message } = refusalOf(error);
    if (status === 500 && !(error instanceof Refusal)) engine.report.failed(error);
    if (res.headersSent) return next(error);
    const key = req.path === '/' ? undefined : keyIn(req.path.slice(1));
    res.status(status).json({ ...(key !== undefined && { key }), errorCode: code, errorDetails: message });
  };
}

/** The key that a path ends in; as it stands where it cannot be decoded. */
function keyIn(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
