import type { Context } from '../context';
import type { User } from '../register';

/**
 * What rules see of OpenFeature's evaluation context. `targetingKey` is `user.id`, and what else there is are attributes of
 * the user, so that rules written for `user` hold; but for two: `groups`, an object such as `{ company: { id: 7 } }`, are the
 * groups, and `visitor`, a string, is the anonymous id. A key of digits is a number, since that is what patterns such as
 * `{ user: { id: 7 } }` compare it with; buckets and lists take both for one id.
 */
export function contextOf(given: { readonly [key: string]: unknown }): Partial<Context> {
  const { targetingKey, groups, visitor, ...attributes } = given;
  const id = typeof targetingKey === 'string' && targetingKey !== '' ? idOf(targetingKey) : undefined;
  return {
    user: { ...attributes, ...(id !== undefined && { id }) } as User,
    ...(isRecord(groups) && { groups: groups as Context['groups'] }),
    ...(typeof visitor === 'string' && visitor !== '' && { visitor }),
  };
}

function idOf(key: string): string | number {
  return /^(0|[1-9]\d{0,14})$/.test(key) ? Number(key) : key;
}

/** Whether `value` is an object with names, not a list. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
