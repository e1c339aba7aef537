import type { Request, Router } from 'express';
import { act, actions } from '../actions/act';
import { isObject } from '../read';
import { refusalOf } from '../refusal';
import { refererOf } from '../same-origin';
import type { Notice } from '../views/notice';
import { renderPage } from '../views/render';
import { flagUrl } from '../views/urls';
import { visitOf, type Visit } from '../visit';
import { flag } from '../model/flag';
import { flags } from '../model/flags';
import { overrides } from '../model/overrides';
import { segments } from '../model/segments';
import { FlagView } from '../views/flag';
import { FlagsView } from '../views/flags';
import { OverridesView } from '../views/overrides';
import { SegmentsView } from '../views/segments';

/** The actions as forms: done, they lead back (303); refused, they show how it stands, with what was asked for. */
export function forms(router: Router): void {
  for (const [name, action] of actions)
    router.post(`/actions/${name}`, async (req, res, next) => {
      const visit = visitOf(req);
      // The address of an action is no page's.
      const show = async (status: number, notice: Notice) =>
        res
          .status(status)
          .set('HX-Replace-Url', 'false')
          .type('html')
          .send(await around(visit, name, notice));
      try {
        const result = await act(action, visit, req.body);
        const link = isObject(result) ? (result.link as string) : undefined;
        if (link !== undefined) return void (await show(200, { done: action.done, link }));
        res.redirect(303, back(visit, name));
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal.status === 500) return next(error);
        await show(refusal.status, { refusal, asked: asked(req, name) }).catch(next);
      }
    });
}

/** The page that a form was on, where the browser says so; otherwise that of the flag, or the first. Always one of this dashboard. */
function back(visit: Visit, done: string): string {
  const { base, req } = visit;
  const referer = refererOf(req);
  const isPage = referer?.pathname.startsWith(`${base}/`) && !referer.pathname.startsWith(`${base}/actions/`);
  const { flag: named } = asked(req, done).fields;
  const otherwise = named === undefined ? `${base}/` : flagUrl(visit, named);
  const page = isPage ? referer! : new URL(otherwise, 'http://localhost');
  page.searchParams.set('done', done);
  if (named !== undefined) page.searchParams.set('of', named);
  return page.pathname + page.search;
}

/** The page about what a form was about, with a notice on it. */
async function around(visit: Visit, name: string, notice: Notice): Promise<string> {
  const { flag: named, segment } = notice.asked?.fields ?? {};
  if (named !== undefined && visit.engine.config.compiled.has(named))
    return renderPage(FlagView, named, { data: await flag(visit, named), visit, notice });
  if (segment !== undefined) return renderPage(SegmentsView, 'Segments', { data: segments(visit), visit, notice });
  if (!actions.get(name)!.shared)
    return renderPage(OverridesView, 'My overrides', { data: overrides(visit), visit, notice });
  return renderPage(FlagsView, 'Flags', { data: await flags(visit), visit, notice });
}

/** What was asked for, as its form sent it. */
function asked({ body }: Request, name: string): NonNullable<Notice['asked']> {
  const sent = Object.entries(isObject(body) ? body : {});
  const fields = Object.fromEntries(sent.filter(([field, value]) => typeof value === 'string' && field !== 'confirm'));
  const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
  return { action: name, label, fields: fields as {} };
}
