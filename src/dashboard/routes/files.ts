import type { RequestHandler, Router } from 'express';
import { reportMarkdown } from '../../experiments/report/markdown';
import { csvOf } from '../model/csv';
import { experiment } from '../model/experiments';
import { wholeHistory, type Entry } from '../model/history';
import { Refusal } from '../refusal';
import { visitOf } from '../visit';

/** The history as files, filtered as its page is; and an experiment's report. */
export function files(router: Router): void {
  router.get(
    '/history.csv',
    file('csv', (changes) => csvOf(changes)),
  );
  router.get(
    '/history.json',
    file('json', (changes) => JSON.stringify(changes, null, 2)),
  );
  router.get('/experiments/:flag/report.md', async (req, res, next) => {
    try {
      const report = await experiment(visitOf(req));
      res.attachment('report.md').type('text/markdown').send(reportMarkdown(report));
    } catch (error) {
      next(error);
    }
  });
}

function file(type: 'csv' | 'json', write: (changes: readonly Entry[]) => string): RequestHandler {
  return async (req, res, next) => {
    try {
      const { changes, problem } = await wholeHistory(visitOf(req));
      if (problem !== undefined) throw new Refusal(503, 'not-stored', problem);
      res.attachment(`history.${type}`).type(type).send(write(changes));
    } catch (error) {
      next(error);
    }
  };
}
