import type { Context } from '../../context';
import type { Decision } from '../../decide';
import { show } from '../../errors';
import { contextOf } from '../../openfeature/context';
import { uncounted } from '../../report/uncounted';
import { isObject } from '../read';
import { Refusal } from '../refusal';
import { soon } from '../soon';
import type { Visit } from '../visit';
import { explained } from './told';

/** What somebody else would get, and why. */
export interface Playground {
  readonly user?: string;
  /** As it was typed, or as the user was found. */
  readonly context: string;
  /** The answer of every flag whose name matches `q`. Nothing until somebody is named. */
  readonly answers: readonly Answer[];
  readonly q: string;
  /** With the query's `flag`, each step on the way to its answer. */
  readonly decision?: Decision;
  /** What is wrong with what was typed. */
  readonly problem?: string;
}

interface Answer {
  readonly flag: string;
  readonly variant: string;
  readonly reason: string;
  /** What decided, in words. */
  readonly detail: string;
  readonly rule?: string;
}

const PATIENCE = 3_000;
const LATE = { code: 'late', message: 'The user was not found in time.' };

/** For the query's `user`, an id, or `context`, JSON such as `{ "user": { "id": 42, "plan": "growth" } }`. */
export async function playground(visit: Visit): Promise<Playground> {
  const { user, context, flag, q = '' } = asked(visit);
  const base = { ...(user !== undefined && { user }), context: context ?? '', answers: [], q };
  if (user === undefined && context === undefined) return base;
  try {
    const given = context === undefined ? await lookedUp(visit, user!) : parsed(context);
    const gk = uncounted(visit.engine).for(given);
    const decisions = visit.engine.flags().map(({ name }) => explained(gk, name));
    const decision = decisions.find((one) => one.flag === flag);
    return {
      ...base,
      context: context ?? JSON.stringify(given, null, 2),
      answers: decisions
        .filter((one) => one.flag.toLowerCase().includes(q.toLowerCase()))
        .map(({ steps, ...answer }) => ({ ...answer, detail: steps.at(-1)!.detail })),
      ...(decision && { decision }),
    };
  } catch (error) {
    if (error instanceof Refusal) return { ...base, problem: error.message };
    throw error;
  }
}

function asked({ req }: Visit) {
  const text = (name: string) => {
    const value = req.query[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  return { user: text('user'), context: text('context'), flag: text('flag'), q: text('q') };
}

/** What rules see of a user whose id somebody typed; without `lookUp`, the id alone. */
async function lookedUp({ options: { lookUp } }: Visit, id: string): Promise<Partial<Context>> {
  if (!lookUp) return contextOf({ targetingKey: id });
  // Whatever it throws is no answer to this request.
  const find = async () => lookUp(id);
  const failed = (cause: unknown) => Promise.reject(new Error(`lookUp failed: ${show(cause)}`, { cause }));
  const found = await soon(() => find().catch(failed), PATIENCE, LATE);
  if (!found) throw new Refusal(404, 'user-unknown', `No user “${id}” was found.`);
  return { user: found.user, groups: found.groups };
}

const PARTS = ['user', 'groups', 'app', 'visitor', 'now'] as const;

function parsed(text: string): Partial<Context> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'malformed', 'That is no JSON.');
  }
  if (!isObject(value) || Array.isArray(value))
    throw new Refusal(400, 'malformed', 'Give an object with a user in it.');
  const unknown = Object.keys(value).find((key) => !PARTS.includes(key as never));
  if (unknown !== undefined)
    throw new Refusal(400, 'malformed', `“${unknown}” is no part of a context; give ${PARTS.join(', ')}.`);
  return value as Partial<Context>;
}
