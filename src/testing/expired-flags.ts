import type { Config } from '../config';
import { expiryOf, isExpired } from '../lifecycle/expired';
import { ago, cleanup, dayOf } from '../lifecycle/words';

export interface ExpiredFlagsOptions {
  /** The clock, in milliseconds since 1970. Defaults to `Date.now`, whatever the config's own says. */
  readonly now?: () => number;
}

/**
 * Fails a test from the day on that a flag expires (the first instant of that day in UTC), and names each such flag, its
 * owner, and the command that removes it: `test('no flag is past its date', () => expectNoExpiredFlags(config))`.
 */
export function expectNoExpiredFlags(config: Config<any>, { now = Date.now }: ExpiredFlagsOptions = {}): void {
  const today = now();
  const lines = [...config.compiled.values()]
    .filter((flag) => isExpired(flag, today))
    .map((flag) => {
      const at = expiryOf(flag)!;
      const { owner = 'no owner' } = flag.definition;
      const { run, or } = cleanup(flag);
      return `  ${flag.name} (${owner}) expired on ${dayOf(at)}, ${ago(at, today)}: ${run}${or && ` (or ${or})`}`;
    });
  if (lines.length === 0) return;
  const count = lines.length === 1 ? 'a flag is' : `${lines.length} flags are`;
  throw new Error(
    `${count} past the date to be gone by; remove each, or give it a later expires:\n${lines.join('\n')}`,
  );
}
