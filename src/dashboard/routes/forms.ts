import type { Request, Router } from 'express';
import { act, actions } from '../actions/act';
import { isObject } from '../read';
import { refusalOf } from '../refusal';
import type { Notice } from '../views/notice';
import { renderPage } from '../views/render';
import { visitOf, type Visit } from '../visit';
import { flag } from '../model/flag';
import { flags } from '../model/flags';
import { FlagView } from '../views/flag';
import { FlagsView } from '../views/flags';

/** The actions as forms: done, they lead back (303); refused, they show how it stands, with what was asked for. */
export function forms(router: Router): void {
  for (const [name, action] of actions)
    router.post(`/actions/${name}`, async (req, res, next) => {
      const visit = visitOf(req);
      try {
        const result = await act(action, visit, req.body);
        const link = isObject(result) ? (result.link as string) : undefined;
        if (link !== undefined) return void res.send(await around(visit, { done: action.done, link }));
        res.redirect(303, back(visit, name));
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal.status === 500) return next(error);
        res.status(refusal.status).type('html');
        res.send(await around(visit, { refusal, asked: asked(req, name) }).catch(() => refusal.message));
      }
    });
}

/** The page that a form was on, where the browser says so; otherwise the first. Always one of this dashboard. */
function back({ base, req }: Visit, done: string): string {
  const referer = req.get('referer') ?? '';
  const url = URL.canParse(referer) ? new URL(referer) : undefined;
  const ours = url?.host === req.get('host') && url?.pathname.startsWith(`${base}/`);
  const page = new URL(ours ? url!.pathname.replace(/^\/+/, '/') + url!.search : `${base}/`, 'http://localhost');
  page.searchParams.set('done', done);
  return page.pathname + page.search;
}

/** The page about what a form was about, with a notice on it. */
async function around(visit: Visit, notice: Notice): Promise<string> {
  const name: unknown = notice.asked?.fields.flag;
  if (typeof name === 'string' && visit.engine.config.compiled.has(name))
    return renderPage(FlagView, name, { data: await flag(visit, name), visit, notice });
  return renderPage(FlagsView, 'Flags', { data: await flags(visit), visit, notice });
}

/** What was asked for, as its form sent it. */
function asked({ body }: Request, name: string): Notice['asked'] {
  const sent = Object.entries(isObject(body) ? body : {});
  const fields = Object.fromEntries(sent.filter(([field, value]) => typeof value === 'string' && field !== 'confirm'));
  const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
  return { action: name, label, fields: fields as {} };
}
