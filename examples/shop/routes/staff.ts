import { Router, type Request, type RequestHandler, type Response } from 'express';
import {
  GatekeeperError,
  type ChangeBy,
  type Choices,
  type Engine,
  type FlagName,
  type RegisteredConfig,
  type VariantName,
} from 'gatekeeper-flags';
import { overrideLink } from 'gatekeeper-flags/express';
import { changeInWords, listedUsers, rulesInWords } from '../flags-in-words';

const SHOWN = 10;
type Variant = VariantName<RegisteredConfig, FlagName>;

/** The page where staff see every flag, override it in their browser, and for everybody move its percentages or kill it. */
export function staff(engine: Engine): Router {
  const router = Router();

  router.use('/staff', staffOnly);

  router.get('/staff/flags', async (req, res) => {
    const { gk } = req;
    const overrides = gk.browserOverrides();
    const now = engine.config.options.now?.() ?? Date.now();
    const flags = engine.flags().map((flag) => {
      const name = flag.name as FlagName;
      const live = engine.live.state.flags.get(name);
      return {
        ...flag,
        decision: gk.explain(name),
        payload: gk.payload(name),
        override: overrides[name],
        rules: rulesInWords(flag, live, now),
        listed: listedUsers(flag, live),
        killed: live?.killed,
      };
    });
    const changes = await engine.live.history({ limit: SHOWN });
    res.render('staff-flags', { flags, changes, changeInWords, link: shareLink(engine, req, overrides) });
  });

  router.post('/staff/flags/:flag/override', (req, res) =>
    answer(req, res, () => {
      const variant = String(req.body?.variant ?? '') as Variant | '';
      req.gk.setBrowserOverride(flagIn(req), variant);
      return variant ? `${flagIn(req)} is at ${variant} in this browser.` : `${flagIn(req)} is no longer overridden.`;
    }),
  );

  for (const [path, act] of Object.entries(actions))
    router.post(`/staff/flags/:flag/${path}`, (req: Request<{ flag: string }>, res) =>
      answer(req, res, () => {
        const form = read(req.body);
        return act({ engine, flag: flagIn(req), form, by: { actor: req.user!.name, reason: form.reason } });
      }),
    );

  return router;
}

interface Asked {
  readonly engine: Engine;
  readonly flag: FlagName;
  readonly form: Form;
  readonly by: ChangeBy;
}

/** What can be changed for everybody, by the path it is posted to; each says how it went. */
const actions: { readonly [path: string]: (asked: Asked) => Promise<string> } = {
  async kill({ engine, flag, by }) {
    await engine.live.kill(flag, by);
    return `${flag} is killed, for everybody.`;
  },
  async restore({ engine, flag, by }) {
    await engine.live.restore(flag, { ...by, reason: 'restored on the staff page' });
    const killed = engine.live.state.flags.get(flag)?.killed;
    return killed ? `${flag} is still ${killed}.` : `${flag} is restored.`;
  },
  async rollout({ engine, flag, form: { rule, percent }, by }) {
    await engine.live.setRollout(flag, rule, percent === '' ? NaN : Number(percent), by);
    return `“${rule}” of ${flag} is at ${Number(percent)} %.`;
  },
  async 'rollout/hold'({ engine, flag, form: { rule }, by }) {
    await engine.live.holdRamp(flag, rule, by);
    return `“${rule}” of ${flag} stays where it is.`;
  },
  async 'rollout/reset'({ engine, flag, form: { rule }, by }) {
    await engine.live.resetRollout(flag, rule, by);
    return `“${rule}” of ${flag} is as the code has it.`;
  },
  async users({ engine, flag, form: { user, variant }, by }) {
    await engine.live.addUser(flag, variant as Variant, user, by);
    return `User ${user} gets ${variant} of ${flag}.`;
  },
  async 'users/remove'({ engine, flag, form: { user }, by }) {
    await engine.live.removeUser(flag, user, by);
    return `User ${user} is not listed here for ${flag}.`;
  },
};

const FIELDS = ['rule', 'percent', 'user', 'variant', 'reason'] as const;
type Form = { readonly [F in (typeof FIELDS)[number]]: string };

/** What a form of this page sent, trimmed. */
function read(body: { readonly [field: string]: unknown } | undefined): Form {
  return Object.fromEntries(FIELDS.map((field) => [field, String(body?.[field] ?? '').trim()])) as Form;
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
async function answer(
  req: Request<{ flag: string }>,
  res: Response,
  act: () => string | Promise<string>,
): Promise<void> {
  try {
    req.session.message = await act();
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    req.session.message = `Not done: ${error.message}.`;
  }
  res.redirect(303, `/staff/flags#${encodeURIComponent(req.params.flag)}`);
}

/** A link that gives somebody else's browser the overrides of this one. */
function shareLink(engine: Engine, req: Request, overrides: Choices): string | undefined {
  if (Object.keys(overrides).length === 0) return undefined;
  return overrideLink(engine, overrides, { baseUrl: `${req.protocol}://${req.host}/`, by: req.user!.email });
}
