import { Refusal } from './refusal';

/** What a form or a script sent, by field. */
export interface Fields {
  readonly flag: string;
  readonly rule: string;
  readonly variant: string;
  readonly user: string;
  readonly segment: string;
  /** A path of the app's own. */
  readonly page: string;
  readonly percent: number;
  /** The revision of a change in the history. */
  readonly change: number;
  readonly ids: readonly string[];
  readonly reason: string;
  /** The revision that was looked at. */
  readonly revision?: number;
  /** The environment's name, typed by somebody who turns something on in production. */
  readonly confirm: string;
}

export type Field = keyof Fields;

const LONGEST = 1_000;
const MOST_IDS = 10_000;

/** How each field is read; undefined where it was not sent. */
const READERS: { readonly [F in Field]: (value: unknown, field: F) => Fields[F] } = {
  flag: name,
  rule: name,
  variant: name,
  user: (value, field) => name(typeof value === 'number' ? String(value) : value, field),
  segment: name,
  page: (value) => text(value ?? '/', 'page'),
  percent: number,
  change: number,
  ids,
  reason: (value) => text(value, 'reason').trim() || 'no reason given',
  revision: (value) => (value === undefined || value === '' ? undefined : number(value, 'revision')),
  confirm: (value) => text(value, 'confirm').trim(),
};

/** Reads the fields that an action takes. @throws Refusal 400, or 413 where one is too long */
export function read<F extends Field>(body: unknown, fields: readonly F[]): Pick<Fields, F> {
  const sent = isObject(body) ? body : {};
  const value = (field: Field) => (Object.hasOwn(sent, field) ? sent[field] : undefined);
  const entries = fields.map((field) => [field, READERS[field](value(field), field as never)]);
  return Object.fromEntries(entries) as Pick<Fields, F>;
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown, field: Field): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') throw new Refusal(400, 'malformed', `${field} must be text.`);
  if (value.length > LONGEST) throw new Refusal(413, 'too-large', `${field} is longer than ${LONGEST} characters.`);
  return value;
}

function name(value: unknown, field: Field): string {
  const given = text(value, field);
  if (given === '') throw new Refusal(400, 'malformed', `${field} is missing.`);
  return given;
}

function number(value: unknown, field: Field): number {
  const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  throw new Refusal(400, 'malformed', `${field} must be a number.`);
}

/** A list, or as forms send it: separated by commas, spaces or lines. */
function ids(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? value.split(/[\s,;]+/) : value;
  if (!Array.isArray(list)) throw new Refusal(400, 'malformed', 'ids must be a list.');
  if (list.length > MOST_IDS) throw new Refusal(413, 'too-large', `At most ${MOST_IDS} ids at once.`);
  const given = list.map((id) => text(typeof id === 'number' ? String(id) : id, 'ids')).filter((id) => id !== '');
  if (given.length === 0) throw new Refusal(400, 'malformed', 'ids is empty.');
  return given;
}
