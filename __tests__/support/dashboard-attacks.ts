import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Engine } from 'gatekeeper-flags';
import { dashboard } from 'gatekeeper-flags/dashboard';
import { dashboardEngine } from './dashboard';

interface Layer {
  readonly route?: { readonly path: string; readonly methods: { readonly [method: string]: boolean } };
  readonly handle: { readonly stack?: unknown };
}

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every route of the dashboard, with something in the place of its parameters. */
export function allRoutes(): readonly Route[] {
  const { stack } = dashboard(dashboardEngine(), { authorize: () => null }) as unknown as { stack: readonly Layer[] };
  if (stack.some(({ handle }) => handle.stack)) throw new Error('there is a router within the router: walk it, too');
  return stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).map((method) => ({
      method: method.toUpperCase(),
      path: route!.path.replace(':flag', 'CHECKOUT').replace(/:\w+/g, 'x'),
    })),
  );
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  /** As it goes over the wire: nothing in it is put right. */
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer;
}

/** Sends one request over a connection of its own; of a stream, what comes first is the answer. */
export async function send(origin: string, { method = 'GET', path, headers = {}, body }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  const sent = request({ hostname, port, method, path, headers: { ...headers }, agent: false });
  sent.on('error', () => {}); // a refused body may end the connection before all of it was sent
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  sent.end(body);
  const [answer] = await answered;
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    text += chunk;
    if (answer.headers['content-type'] === 'text/event-stream') break;
  }
  return { status: answer.statusCode!, headers: answer.headers, text };
}

/** What a request of the dashboard's own pages says of itself. */
export const FROM_HERE = { 'Sec-Fetch-Site': 'same-origin' };
export const OPERATOR = { 'x-role': 'operator', ...FROM_HERE };

/** A form, as `send` takes it. */
export function form(
  path: string,
  fields: { readonly [name: string]: string },
  headers: Sent['headers'] = OPERATOR,
): Sent {
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', path, headers: { ...type, ...headers }, body: new URLSearchParams(fields).toString() };
}

/** JSON, as `send` takes it. */
export function json(path: string, value: unknown, headers: Sent['headers'] = OPERATOR): Sent {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return { method: 'POST', path, headers: { 'Content-Type': 'application/json', ...headers }, body };
}

/** All that an attack could have changed for others. */
export async function standing(engine: Engine<any>): Promise<unknown> {
  const { state } = engine.live;
  const flags = [...state.flags].map(([name, live]) => [name, JSON.stringify(live, mapsToo)]);
  const segments = [...state.segments].map(([name, members]) => [name, [...(members as never as Iterable<string>)]]);
  return { revision: state.revision, epoch: state.epoch, flags, segments, history: await engine.live.history() };
}

function mapsToo(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}
