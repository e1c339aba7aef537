import { parseInstant } from '../config/instant';
import type { Flag } from '../flag';

/** When a flag expires, in milliseconds since 1970: the first instant of that day in UTC, unless it says more. */
export function expiryOf({ definition }: Flag): number | undefined {
  return definition.expires === undefined ? undefined : parseInstant(definition.expires);
}

export function isExpired(flag: Flag, now: number): boolean {
  const at = expiryOf(flag);
  return at !== undefined && at <= now;
}
