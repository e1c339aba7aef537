import { LIFECYCLES } from '../../lifecycle/policy';
import { STATES } from '../model/state';

export interface Schema {
  readonly [keyword: string]: unknown;
}

export const string: Schema = { type: 'string' };
export const number: Schema = { type: 'number' };
export const boolean: Schema = { type: 'boolean' };
export const time: Schema = { type: 'number', description: 'Milliseconds since 1970' };
const percent: Schema = { type: 'number', minimum: 0, maximum: 100 };
const strings = list(string);

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** An object with these fields and no other; a name that ends with `?` may be absent. */
export function object(fields: { readonly [name: string]: Schema }): Schema {
  const names = Object.keys(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ''), fields[name]])),
    required: names.filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

function record(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

const row = {
  ...{ name: string, description: string, state: { enum: STATES }, 'killed?': string, 'pinned?': string },
  ...{ 'owner?': string, kind: string, 'age?': { ...number, description: 'Whole days' }, expired: boolean },
  'rollout?': object({ rule: string, percent, of: string }),
  ...{ count: number, 'last?': time, lately: list(number) },
};
const step = object({ step: string, matched: boolean, detail: string, 'rule?': string, 'bucket?': number, 'percent?': number }); // prettier-ignore
const told = object({ code: string, text: string });
const rampSteps = list(object({ at: time, percent }));
const value: Schema = { type: ['string', 'number', 'null'] };
const filter = object({ 'flag?': string, 'actor?': string, 'from?': string, 'to?': string });

/** What the API answers with: the same that the pages show. */
export const schemas: { readonly [name: string]: Schema } = {
  Flags: object({
    ...{ flags: list(object(row)), matching: number, states: record(number), page: number, pages: number, q: string },
    'state?': { enum: STATES },
  }),
  Flag: object({
    ...row,
    ...{ 'created?': string, 'expires?': string, permanent: boolean, overridable: boolean, clientSide: boolean },
    ...{ imperative: boolean, unit: string, off: string, 'starts?': time, 'ends?': time },
    requires: list(object({ flag: string, variant: string })),
    variants: list(object({ name: string, count: number, 'last?': time, 'payload?': {} })),
    rules: list(ref('Rule')),
    'guardrails?': list(ref('Guardrail')),
    ...{ users: list(object({ id: string, variant: string, inCode: boolean })), listed: number },
    series: object({ at: list(time), variants: record(list(number)) }),
    here: object({ variant: string, reason: string, 'override?': string, steps: list(step) }),
    ...{ revision: number, changes: list(ref('Change')), 'problem?': string },
  }),
  Rule: object({
    ...{ name: string, who: string, gives: record(percent) },
    'rollout?': object({
      ...{ percent, of: string, coded: { anyOf: [percent, rampSteps] }, 'approved?': percent, moved: boolean },
      'replaced?': { anyOf: [percent, { const: 'ramp' }] },
    }),
  }),
  Change: object({
    ...{ revision: number, action: string, actor: string, reason: string, at: time, 'flag?': string },
    ...{
      'field?': strings,
      'value?': value,
      'previous?': value,
      'segment?': string,
      'count?': number,
      'ids?': strings,
    },
    ...{ words: string, revertible: boolean },
  }),
  Overrides: object({
    flags: list(
      object({
        ...{ name: string, description: string, variants: strings, overridable: boolean },
        ...{ 'override?': string, variant: string },
      }),
    ),
    ...{ matching: number, q: string, page: string, 'expires?': time, 'link?': string },
  }),
  Playground: object({
    ...{ 'user?': string, context: string, 'problem?': string, q: string },
    answers: list(object({ flag: string, variant: string, reason: string, detail: string, 'rule?': string })),
    'decision?': object({ flag: string, variant: string, reason: string, 'rule?': string, steps: list(step) }),
  }),
  Segments: object({
    segments: list(
      object({
        ...{ name: string, description: string, live: boolean, flags: strings },
        ...{ 'size?': number, 'members?': strings },
      }),
    ),
  }),
  History: object({ changes: list(ref('Change')), filter, more: boolean, 'problem?': string }),
  Hygiene: object({
    flags: list(ref('Lifecycle')),
    figures: list(
      object({ name: { enum: ['stale', 'active', 'age', 'unowned'] }, value: number, target: number, met: boolean }),
    ),
    states: object(Object.fromEntries(LIFECYCLES.map((state) => [state, number]))),
    ...{ permanent: number, ageless: number, counted: boolean },
    ...{ matching: number, page: number, pages: number, q: string, 'state?': { enum: LIFECYCLES }, 'problem?': string },
  }),
  Lifecycle: object({
    ...{ flag: string, state: { enum: LIFECYCLES }, reasons: list(told), 'next?': object({ run: string, or: string }) },
    ...{ remarks: list(told), 'kind?': string, 'owner?': string, permanent: boolean },
    ...{ 'created?': time, 'createdBy?': { enum: ['class', 'git'] }, 'age?': { ...number, description: 'Whole days' } },
    'last?': time,
  }),
  Health: object({
    status: object({
      ...{ store: string, state: { enum: ['fresh', 'stale', 'never-loaded'] }, revision: number, 'since?': time },
      ...{ 'problem?': string, ignored: strings, unstoredKills: strings },
    }),
    stats: object({
      ...{ errors: record(number), refusedOverrides: record(number), unknownNames: number },
      decisions: object({ counted: number, written: number, dropped: number, pending: number }),
      'exposures?': object({ enqueued: number, written: number, dropped: number, pending: number }),
    }),
    ...{ environment: string, flags: number, process: object({ id: number, node: string, since: time }) },
  }),
  Done: object({ done: string, 'revision?': number, 'link?': string }),
  Error: object({
    error: object({
      code: { ...string, description: "Stable: one of the dashboard's own, or of docs/errors.md" },
      message: string,
    }),
  }),
};
