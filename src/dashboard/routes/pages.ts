import type { Router } from 'express';
import type { FunctionComponent } from 'preact';
import { actions } from '../actions/act';
import { calculator } from '../model/calculator';
import { experiment, experiments } from '../model/experiments';
import { flag } from '../model/flag';
import { flags } from '../model/flags';
import { health } from '../model/health';
import { history } from '../model/history';
import { hygiene } from '../model/hygiene';
import { overrides } from '../model/overrides';
import { playground } from '../model/playground';
import { segments } from '../model/segments';
import { CalculatorView } from '../views/calculator';
import { ExperimentView } from '../views/experiment';
import { ExperimentsView } from '../views/experiments';
import { FlagView } from '../views/flag';
import { FlagsView } from '../views/flags';
import { HealthView } from '../views/health';
import { HistoryView } from '../views/history';
import { HygieneView } from '../views/hygiene';
import { OverridesView } from '../views/overrides';
import { PlaygroundView } from '../views/playground';
import { renderPage } from '../views/render';
import { SegmentsView } from '../views/segments';
import type { Notice } from '../views/notice';
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

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

export const allPages: readonly Page[] = [
  page('/', '/flags', 'Flags', flags, FlagsView),
  page('/flags/:flag', '/flags/:flag', nameOf, flag, FlagView),
  page('/experiments', '/experiments', 'Experiments', experiments, ExperimentsView),
  page('/experiments/:flag', '/experiments/:flag', (data) => data.experiment, experiment, ExperimentView),
  page('/calculator', '/calculator', 'How large, how long?', calculator, CalculatorView),
  page('/overrides', '/overrides', 'My overrides', overrides, OverridesView),
  page('/playground', '/playground', 'Playground', playground, PlaygroundView),
  page('/segments', '/segments', 'Segments', segments, SegmentsView),
  page('/history', '/history', 'History', history, HistoryView),
  page('/hygiene', '/hygiene', 'Hygiene', hygiene, HygieneView),
  page('/health', '/health', 'Health', health, HealthView),
];

export function pages(router: Router): void {
  for (const { path, title, model, View } of allPages)
    router.get(path, async (req, res, next) => {
      try {
        const visit = visitOf(req);
        const data = await model(visit);
        res.type('html').send(renderPage(View, title(data), { data, visit, notice: noticeOf(visit) }));
      } catch (error) {
        next(error);
      }
    });
}

/** What was just done, as `forms` said in the address. */
function noticeOf({ req, engine }: Visit): Notice | undefined {
  const done = actions.get(String(req.query.done))?.done;
  const flag = String(req.query.of);
  return done === undefined ? undefined : { done, ...(engine.config.compiled.has(flag) && { flag }) };
}
