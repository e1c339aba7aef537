import { actions } from '../actions/act';
import type { Action } from '../actions/action';
import type { Field } from '../read';
import { experimentSchemas } from './experiments';
import { list, number, object, ref, schemas, string, type Schema } from './schemas';

const FIELDS: { readonly [F in Field]: Schema } = {
  flag: string,
  rule: string,
  variant: string,
  user: { type: ['string', 'number'] },
  segment: string,
  page: { ...string, description: 'A path of this site, such as /checkout' },
  percent: { type: 'number', minimum: 0, maximum: 100 },
  change: { ...number, description: 'The revision of a change in the history' },
  ids: list({ type: ['string', 'number'] }),
  reason: string,
  revision: { ...number, description: 'What was looked at: refused with 409 where the flag was changed since' },
  confirm: { ...string, description: 'The name of the environment, to turn something on in production' },
};

const CALCULATED = ['kind', 'baseline', 'sd', 'effect', 'power', 'alpha', 'treatments', 'perDay'];

const SHOWN: readonly (readonly [path: string, schema: string, summary: string, query: readonly string[]])[] = [
  ['/flags', 'Flags', 'Every flag', ['q', 'state', 'page']],
  ['/flags/{flag}', 'Flag', 'All about one flag', []],
  ['/experiments', 'Experiments', 'Every experiment, and the verdict on it', []],
  ['/experiments/{flag}', 'Experiment', 'All about one experiment', []],
  ['/calculator', 'Calculator', 'How large and long an experiment has to be', CALCULATED],
  ['/overrides', 'Overrides', 'What this browser overrides', ['q', 'page']],
  ['/playground', 'Playground', 'What somebody else would get, and why', ['user', 'context', 'flag', 'q']],
  ['/segments', 'Segments', 'The segments', []],
  ['/history', 'History', 'What was changed', ['flag', 'actor', 'from', 'to']],
  ['/hygiene', 'Hygiene', 'Where each flag is in its life, and why', ['q', 'state', 'page']],
  ['/health', 'Health', 'How live state is doing', []],
];

/** The API as OpenAPI 3.1; `server` is where it is. */
export function openApi(server: string): Schema {
  const paths = [...SHOWN.map(shown), ...[...actions].map(([name, action]) => done(name, action))];
  return {
    openapi: '3.1.0',
    info: { title: 'Gatekeeper dashboard', version: '1', description: DESCRIPTION },
    servers: [{ url: server }],
    paths: Object.fromEntries(paths),
    components: { schemas: { ...schemas, ...experimentSchemas } },
  };
}

const DESCRIPTION =
  'What the pages of the dashboard show, and all that can be done there. Who may use it, the app says; requests that ' +
  "change something say where they come from (Sec-Fetch-Site: same-origin, or an Origin of the server's own).";

function shown([path, schema, summary, query]: (typeof SHOWN)[number]): [string, Schema] {
  const parameters = [
    ...(path.includes('{flag}') ? [{ name: 'flag', in: 'path', required: true, schema: string }] : []),
    ...query.map((name) => ({ name, in: 'query', schema: string })),
  ];
  return [path, { get: { summary, operationId: `show${schema}`, parameters, responses: answers(schema) } }];
}

function done(name: string, { summary, role, shared, fields, optional }: Action): [string, Schema] {
  const named = fields.map((field) => [`${field}${optional.includes(field) ? '?' : ''}`, FIELDS[field]]);
  const content = { 'application/json': { schema: object(Object.fromEntries(named)) } };
  const description = `For the role ${role}. ${shared ? 'For everybody.' : 'In this browser alone.'}`;
  const required = named.some(([field]) => !(field as string).endsWith('?'));
  const post = {
    summary,
    description,
    operationId: name,
    requestBody: { required, content },
    responses: answers('Done'),
  };
  return [`/actions/${name}`, { post }];
}

function answers(schema: string): Schema {
  const json = (name: string) => ({ 'application/json': { schema: ref(name) } });
  return {
    200: { description: 'Done', content: json(schema) },
    default: { description: 'Refused', content: json('Error') },
  };
}
