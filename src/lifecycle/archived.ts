import type { Flag } from '../flag';
import { lastDecided } from './decided';
import type { Evidence } from './hygiene';
import type { Known } from './life';
import type { FlagLifecycle } from './lifecycle';
import { ago } from './words';

/** Flags that the store knows and the code does not; what is kept of a flag in the code is listed as `FLAG: part`. */
export function namesGone(
  flags: readonly Flag[],
  { counts, changes, ignored }: Pick<Evidence, 'counts' | 'changes' | 'ignored'>,
): readonly string[] {
  const names = new Set<string>();
  for (const { flag } of [...counts, ...changes]) if (flag !== undefined) names.add(flag);
  for (const one of ignored) if (!flags.some(({ name }) => one.startsWith(`${name}: `))) names.add(one);
  for (const { name } of flags) names.delete(name);
  return [...names];
}

/** A flag that is gone from the code. */
export function archived(
  flag: string,
  { now, counts, changes }: Pick<Known, 'now' | 'counts' | 'changes'>,
): FlagLifecycle {
  const last = lastDecided(counts);
  const decided = last === undefined ? '' : `; last decided ${ago(last, now)}`;
  const changed = changes[0] === undefined ? '' : `; last changed live ${ago(changes[0].at, now)}`;
  const reasons = [{ code: 'gone', text: `gone from the code${decided}${changed}` }] as const;
  return { flag, state: 'archived', reasons, remarks: [], permanent: false, ...(last !== undefined && { last }) };
}
