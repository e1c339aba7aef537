import type { Config } from '../config';
import { Engine } from '../engine';
import type { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import { isPromise } from '../rules/is-promise';
import { unitId } from '../rules/unit-id';
import { Gatekeeper } from '../gatekeeper';
import { createEngine } from '../config/create-engine';
import type { FullObserver } from '../exposures/observer';
import { reportOf } from '../report/report';
import { requestStorage } from './current';
import { httpOf, type Handler, type Http, type HttpResponse } from './http';
import { answerLink, isLink } from './override-link';
import { RequestSource } from './request-source';
import { warnOnce } from './warn-once';

/**
 * Middleware that attaches this request's Gatekeeper as `req.gk`, and as `gk` for templates. It also answers the pages
 * that `overrideLink` links to. Put it after whatever loads the user; where cookie-parser runs makes no difference.
 */
export function gatekeeper<C extends Config<any>>(given: C | Engine<C>): Handler {
  const engine = given instanceof Engine ? given : createEngine(given);
  const http = httpOf(engine);
  const { observer } = reportOf(engine);
  const storage = http.options.asyncContext ? requestStorage() : undefined;

  return function gatekeeper(req, res, next) {
    if (req.gk?.engine === engine) return next();
    const source = new RequestSource(http, req, res);
    const gk = new Gatekeeper(engine, source);
    req.gk = gk;
    (res.locals ??= {}).gk = gk;
    if (observer?.measuresRequests) measure(observer, gk, source, res);
    if (!engine.production) warnOfLateLogin(http, source, res);
    const go = isLink(req) ? () => answerLink(http, source, res, next) : next;
    if (storage) storage.run(gk, go);
    else go();
  };
}

/** What a request counts as whose client went away before it was answered: not failed, but as long as it took. */
const GIVEN_UP = 499;

/** Tells how the request was answered, for the flags that were decided in it. */
function measure(observer: FullObserver, gk: Gatekeeper<any>, source: RequestSource, res: HttpResponse) {
  const began = performance.now();
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : GIVEN_UP;
    if (!gk.evaluation) return;
    const answers = [gk.evaluation, ...source.before];
    for (const [at, one] of answers.entries())
      observer.answered(at === 0 ? one : onlyIn(one, answers.slice(0, at)), status, performance.now() - began);
  });
}

/** Those answers before a login that were not given again after it. */
function onlyIn(before: Evaluation, later: readonly Evaluation[]): Evaluation {
  const known = (flag: Flag) => (later.some((one) => one.known(flag)) ? undefined : before.known(flag));
  return Object.create(before, { known: { value: known } });
}

/** A check before the login binds the request to nobody; while developing, that is said once. */
function warnOfLateLogin({ engine, options }: Http, source: RequestSource, res: HttpResponse) {
  const req = source.request;
  res.once('finish', () => {
    if (!source.asked || source.before.length > 0) return;
    try {
      const before = unitId(source.asked.user?.id);
      const user = options.user?.(req);
      if (isPromise(user)) return;
      const after = unitId(user?.id);
      if (before === after) return;
      const message =
        `${req.method} ${req.originalUrl}: flags were first checked for user ${before ?? 'nobody'}, but the request ` +
        `ended as user ${after ?? 'nobody'}; check flags after the login, or call req.gk.identify(user)`;
      warnOnce(engine, message, 'late login');
    } catch {
      // What user(req) throws was reported by the check.
    }
  });
}
