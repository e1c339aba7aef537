import { Router } from 'express';
import { demoUsers, findUser, userByEmail } from '../accounts';
import { end, renew } from '../session';

/** Logging in, as one of the demo users or with an e-mail address, and out. */
export function account(): Router {
  const router = Router();

  router.get('/login', (req, res) => {
    res.render('login', { demoUsers, next: localPath(req.query.next), problem: undefined });
  });

  router.post('/login', (req, res) => {
    const { id, email, next } = (req.body ?? {}) as { [field: string]: unknown };
    const typed = typeof email === 'string' && /^\S+@\S+\.\S+$/.test(email.trim()) ? email : undefined;
    const user = findUser(Number(id)) ?? (typed === undefined ? undefined : userByEmail(typed));
    if (!user) {
      const problem = 'Please type an e-mail address, such as you@example.com.';
      return res.status(422).render('login', { demoUsers, next: localPath(next), problem });
    }
    req.session.userId = user.id;
    req.session.details = {};
    req.session.message = `Hello, ${user.name}.`;
    renew(req, res);
    res.redirect(303, localPath(next));
  });

  router.post('/logout', (req, res) => {
    end(req, res);
    res.redirect(303, '/');
  });

  return router;
}

/** A path of this shop: a link to the login page must not lead on to another site. */
function localPath(given: unknown): string {
  return typeof given === 'string' && /^\/(?![/\\])[\w\-/?=&#]*$/.test(given) ? given : '/';
}
