import request from 'supertest';
import { startExample, type RunningExample } from './start-example';

/** Starts the shop; its live state is its own, unless `env` says where it is. */
export function startShop(env: NodeJS.ProcessEnv = {}): Promise<RunningExample> {
  const own = { REDIS_URL: undefined, DATABASE_URL: undefined, SQLITE_FILE: ':memory:' };
  return startExample('shop', { ...own, ...env });
}

/** Somebody in front of the shop: keeps cookies as a browser does, and sends forms as its pages do. */
export interface Visitor {
  get(path: string): request.Test;
  post(path: string, fields?: { readonly [name: string]: string | number }): request.Test;
  /** Does something on the dashboard. */
  act(action: string, fields?: { readonly [name: string]: string | number }): request.Test;
}

/** A new visitor of the shop at `url`. */
export function visitor(url: string): Visitor {
  const agent = request.agent(url);
  const post: Visitor['post'] = (path, fields = {}) => agent.post(path).set('Origin', url).type('form').send(fields);
  return {
    get: (path) => agent.get(path),
    post,
    act: (action, fields) => post(`/gatekeeper/actions/${action}`, fields),
  };
}

/** A visitor who has logged in as the demo user with this id. */
export async function loggedIn(url: string, id: number): Promise<Visitor> {
  const somebody = visitor(url);
  await somebody.post('/login', { id }).expect(303);
  return somebody;
}

const ADDRESS = { email: 'me@post.example', street: '4 Copperhill Street', city: 'Aberdyfi', postcode: 'LL35 0HT' };

/** What a checkout on one page sends, once it is filled in. */
export const FILLED_IN = { name: 'Mair', ...ADDRESS, country: 'GB', delivery: 'collect', card: '4242 4242 4242 4242' };

/** The text of a page, as it reads without its tags. */
export function textOf(page: request.Response): string {
  const body = page.text.slice(page.text.indexOf('<body')).replace(/<svg[\s\S]*?<\/svg>/g, '');
  return body
    .replace(/<wbr ?\/?>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(#34|quot);/g, '"')
    .replace(/\s+/g, ' ');
}
