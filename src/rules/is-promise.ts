import { types } from 'node:util';

/** Whether `value` is a promise. Its rejection is then taken care of, so that it cannot end the process. */
export function isPromise(value: unknown): boolean {
  // Another thenable may be a query that only starts when it is awaited; it is left alone.
  if (types.isPromise(value)) value.catch(() => {});
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
