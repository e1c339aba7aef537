import { inMillionths } from '../exposures/millionths';
import { isRecord } from '../openfeature/context';
import { Refusal } from './refusal';
import type { Batch } from './types';

const MOST = 500;

/** What a browser sent, looked through. @throws Refusal `malformed` */
export function batchIn(body: unknown): Batch {
  const { exposures = [], outcomes = [] } = isRecord(body) ? body : malformed();
  if (!isList(exposures, (flag) => typeof flag === 'string') || !isList(outcomes, isOutcome)) malformed();
  return { exposures, outcomes } as Batch;
}

function isList(list: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(list) && list.length <= MOST && list.every(isOne);
}

function isOutcome(one: unknown): boolean {
  if (!isRecord(one) || typeof one.metric !== 'string') return false;
  return one.value === undefined || inMillionths(one.value as number) !== undefined;
}

function malformed(): never {
  const shape = '{ "exposures": ["FLAG"], "outcomes": [{ "metric": "name", "value": 1 }] }';
  throw new Refusal(400, 'malformed', `send ${shape}, at most ${MOST} of each, as application/json`);
}
