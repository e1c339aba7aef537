import { Router } from 'express';
import type { FlagName } from 'gatekeeper-flags';

/** The way out for whoever browses with overrides: the badge on every page posts here. */
export function overrides(): Router {
  const router = Router();

  router.post('/overrides/clear', (req, res) => {
    for (const flag of Object.keys(req.gk.browserOverrides())) req.gk.setBrowserOverride(flag as FlagName, '');
    res.redirect(303, '/');
  });

  return router;
}
