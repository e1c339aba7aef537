import { Router, type RequestHandler } from 'express';
import type { Engine } from 'gatekeeper-flags';
import { dashboard } from 'gatekeeper-flags/dashboard';
import { findCompany, findUser } from '../accounts';

/** The dashboard, where staff see every flag, override it in their browser, and for everybody move its percentages or kill it. */
export function staff(engine: Engine): Router {
  const router = Router();
  const flags = dashboard(engine, {
    authorize: ({ user }) => (user?.role === 'staff' ? { name: user.name, role: 'operator' } : null),
    lookUp(id) {
      const user = findUser(Number(id));
      return user && { user, groups: { company: findCompany(user.company) } };
    },
  });
  router.use('/gatekeeper', staffOnly, flags);
  return router;
}

const staffOnly: RequestHandler = (req, res, next) => {
  if (req.user?.role === 'staff') return next();
  if (!req.user) return res.redirect(303, `/login?next=${encodeURIComponent('/gatekeeper/')}`);
  res.status(403).render('message', { title: 'Staff only', text: 'This room is for people who work here.' });
};
