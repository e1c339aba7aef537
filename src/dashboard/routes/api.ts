import type { Router } from 'express';
import { act, actions } from '../actions/act';
import { openApi } from '../openapi/document';
import { visitOf } from '../visit';
import { allPages } from './pages';

/** Behind each page, what it shows, as JSON; and each action, as JSON too. */
export function api(router: Router): void {
  router.get('/api/openapi.json', (req, res) => void res.json(openApi(`${visitOf(req).base}/api`)));
  for (const { api, model } of allPages)
    router.get(`/api${api}`, async (req, res, next) => {
      try {
        res.json(await model(visitOf(req)));
      } catch (error) {
        next(error);
      }
    });
  for (const [name, action] of actions)
    router.post(`/api/actions/${name}`, async (req, res, next) => {
      try {
        const visit = visitOf(req);
        const result = await act(action, visit, req.body);
        res.json({ done: action.done, ...(typeof result === 'number' ? { revision: result } : (result as object)) });
      } catch (error) {
        next(error);
      }
    });
}
