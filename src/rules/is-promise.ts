/** Whether `value` is a promise. Its rejection is then taken care of, so that it cannot end the process. */
export function isPromise(value: unknown): boolean {
  const then: unknown = (value as PromiseLike<unknown> | null | undefined)?.then;
  if (typeof then !== 'function') return false;
  then.call(value, undefined, () => {});
  return true;
}
