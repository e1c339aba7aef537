import type { Life } from './life';
import { DAY, QUIET } from './policy';
import { isRolledOut, type Reason } from './reasons';
import { cleanup, dayOf } from './words';

/** The command that comes next, and what else would do. */
export interface NextStep {
  readonly run: string;
  readonly or: string;
}

/** What to do about a flag that is stale for these reasons, or rolled out; undefined where nothing is due. */
export function nextStep(life: Life, stale: readonly Reason[]): NextStep | undefined {
  const { flag, settled, unused } = life;
  const { run, or: others } = cleanup(flag, settled?.variant ?? (unused === undefined ? undefined : flag.off));
  if (stale.length > 0) return { run, or: [others, otherwise(life, stale)].filter(Boolean).join(', or ') };
  if (!isRolledOut(life)) return undefined;
  const since = settled!.since;
  const due = since === undefined ? `after ${QUIET} days of it` : `from ${dayOf(since + QUIET * DAY)} on`;
  return { run, or: `wait: it is stale ${due}` };
}

function otherwise({ live }: Life, stale: readonly Reason[]): string {
  const is = (code: Reason['code']) => stale.some((reason) => reason.code === code);
  if (is('expired')) return 'give it a later expires';
  if (live?.killed !== undefined) return 'restore it, if it is still wanted';
  if (is('settled') || is('unused')) return 'if it is meant to stay, write permanent = true';
  return 'write until when it is needed, as expires; or permanent = true, if it is meant to stay';
}
