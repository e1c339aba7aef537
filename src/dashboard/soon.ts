import { within } from '../stores/within';
import { Refusal } from './refusal';

/** What `find` gives, unless it takes longer than so many milliseconds: then a 503 that says so. */
export async function soon<T>(
  find: () => T | Promise<T>,
  milliseconds: number,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<T> {
  return within(milliseconds, Promise.resolve(find()), () => new Refusal(503, code, message));
}
