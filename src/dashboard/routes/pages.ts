import type { Router } from 'express';
import type { FunctionComponent } from 'preact';
import { actions } from '../actions/act';
import { flag } from '../model/flag';
import { flags } from '../model/flags';
import { FlagView } from '../views/flag';
import { FlagsView } from '../views/flags';
import { renderPage } from '../views/render';
import { visitOf, type Visit } from '../visit';

/** A page, and what it shows: the API gives that as it is. */
export interface Page<T = unknown> {
  readonly path: string;
  readonly api: string;
  readonly title: (data: T) => string;
  readonly model: (visit: Visit) => T | Promise<T>;
  readonly View: FunctionComponent<{ data: T; visit: Visit }>;
}

function page<T>(
  path: string,
  api: string,
  title: string | ((data: T) => string),
  model: Page<T>['model'],
  View: Page<T>['View'],
): Page {
  return { path, api, title: typeof title === 'string' ? () => title : title, model, View } as Page<any>;
}

export const allPages: readonly Page[] = [
  page('/', '/flags', 'Flags', flags, FlagsView),
  page(
    '/flags/:flag',
    '/flags/:flag',
    ({ name }) => name,
    (visit) => flag(visit),
    FlagView,
  ),
];

export function pages(router: Router): void {
  for (const { path, title, model, View } of allPages)
    router.get(path, async (req, res, next) => {
      try {
        const visit = visitOf(req);
        const data = await model(visit);
        const done = actions.get(String(req.query.done))?.done;
        res.type('html').send(renderPage(View, title(data), { data, visit, ...(done && { notice: { done } }) }));
      } catch (error) {
        next(error);
      }
    });
}
