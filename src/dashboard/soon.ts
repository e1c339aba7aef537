import { Refusal } from './refusal';

/** What `find` gives, unless it takes longer than so many milliseconds: then a 503 that says so. */
export async function soon<T>(
  find: () => T | Promise<T>,
  milliseconds: number,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal(503, code, message)), milliseconds);
  });
  try {
    return await Promise.race([find(), late]);
  } finally {
    clearTimeout(timer);
  }
}
