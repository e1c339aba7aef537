/** For so many milliseconds a store is waited for. */
export const PATIENCE = 5_000;

/** What `promise` gives, unless it takes longer than so many milliseconds: then a rejection, that says so unless `late` says otherwise. */
export async function within<T>(
  milliseconds: number,
  promise: Promise<T>,
  late = () => new Error(`no answer within ${milliseconds} ms`),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds).unref();
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {}); // an answer that comes too late concerns nobody
  }
}

/** What `items` gives, where each takes no longer than so many milliseconds. */
export async function* eachWithin<T>(milliseconds: number, items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await within(milliseconds, iterator.next());
    if (done) return;
    yield value;
  }
}
