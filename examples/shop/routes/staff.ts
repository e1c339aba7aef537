import { Router, type Request, type RequestHandler, type Response } from 'express';
import {
  GatekeeperError,
  type Change,
  type Choices,
  type Engine,
  type FlagName,
  type RegisteredConfig,
  type VariantName,
} from 'gatekeeper-flags';
import { overrideLink } from 'gatekeeper-flags/express';

const REMEMBERED = 10;
type Variant = VariantName<RegisteredConfig, FlagName>;

/** The page where staff see every flag, override it in their browser, and kill it for everybody. */
export function staff(engine: Engine): Router {
  const router = Router();
  const changes: Change[] = [];
  engine.onChange((change) => {
    changes.unshift(change);
    changes.length = Math.min(changes.length, REMEMBERED);
  });

  router.use('/staff', staffOnly);

  router.get('/staff/flags', (req, res) => {
    const { gk } = req;
    const overrides = gk.browserOverrides();
    const flags = engine.flags().map((flag) => ({
      ...flag,
      decision: gk.explain(flag.name as FlagName),
      payload: gk.payload(flag.name as FlagName),
      override: overrides[flag.name as FlagName],
      killed: engine.live.state.flags.get(flag.name)?.killed,
    }));
    res.render('staff-flags', { flags, changes, link: shareLink(engine, req, overrides) });
  });

  router.post('/staff/flags/:flag/override', (req, res) =>
    answer(req, res, () => {
      const variant = String(req.body?.variant ?? '') as Variant | '';
      req.gk.setBrowserOverride(flagIn(req), variant);
      return variant ? `${flagIn(req)} is at ${variant} in this browser.` : `${flagIn(req)} is no longer overridden.`;
    }),
  );

  router.post('/staff/flags/:flag/kill', (req, res) =>
    answer(req, res, async () => {
      await engine.live.kill(flagIn(req), { actor: req.user!.name, reason: String(req.body?.reason ?? '').trim() });
      return `${flagIn(req)} is killed, for everybody.`;
    }),
  );

  router.post('/staff/flags/:flag/restore', (req, res) =>
    answer(req, res, async () => {
      await engine.live.restore(flagIn(req), { actor: req.user!.name, reason: 'restored on the staff page' });
      const killed = engine.live.state.flags.get(flagIn(req))?.killed;
      return killed ? `${flagIn(req)} is still ${killed}.` : `${flagIn(req)} is restored.`;
    }),
  );

  return router;
}

const staffOnly: RequestHandler = (req, res, next) => {
  if (req.user?.role === 'staff') return next();
  if (!req.user) return res.redirect(303, `/login?next=${encodeURIComponent('/staff/flags')}`);
  res.status(403).render('message', { title: 'Staff only', text: 'This room is for people who work here.' });
};

/** The name in the URL. Whether there is such a flag is for the library to say. */
function flagIn(req: Request<{ flag: string }>): FlagName {
  return req.params.flag as FlagName;
}

/** Does it, says on the page how it went, and goes back there. */
async function answer(req: Request, res: Response, act: () => string | Promise<string>): Promise<void> {
  try {
    req.session.message = await act();
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    req.session.message = `Not done: ${error.message}.`;
  }
  res.redirect(303, '/staff/flags');
}

/** A link that gives somebody else's browser the overrides of this one. */
function shareLink(engine: Engine, req: Request, overrides: Choices): string | undefined {
  if (Object.keys(overrides).length === 0) return undefined;
  return overrideLink(engine, overrides, { baseUrl: `${req.protocol}://${req.host}/`, by: req.user!.email });
}
