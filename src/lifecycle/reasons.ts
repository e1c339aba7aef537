import { expiryOf, isExpired } from './expired';
import type { Life } from './life';
import { DAY, LIFETIMES, QUIET } from './policy';
import { isGrowing } from './served-to-all';
import { ago, dayOf, days, daysBetween } from './words';

/** Why a flag is in its state. */
export interface Reason {
  readonly code:
    | ('expired' | 'lifetime' | 'settled' | 'unused')
    | ('draft' | 'rolled-out' | 'scheduled' | 'growing' | 'killed' | 'permanent' | 'young' | 'ageless' | 'gone');
  readonly text: string;
}

/** All that makes a flag stale; what is meant to stay can only expire. */
export function staleReasons(life: Life): readonly Reason[] {
  const reasons = life.stays ? [expired(life)] : [expired(life), outlived(life), settledLong(life), unusedLong(life)];
  return reasons.filter((reason) => reason !== undefined);
}

function expired({ flag, now }: Life): Reason | undefined {
  if (!isExpired(flag, now)) return undefined;
  const at = expiryOf(flag)!;
  return { code: 'expired', text: `it expired on ${dayOf(at)}, ${ago(at, now)}` };
}

function outlived({ flag, kind, age }: Life): Reason | undefined {
  const lifetime = LIFETIMES[kind];
  if (flag.definition.expires !== undefined || age === undefined || age <= lifetime) return undefined;
  const lives = `${kind === 'release' ? 'a' : 'an'} ${kind} flag lives ${lifetime} days`;
  return { code: 'lifetime', text: `it is ${days(age)} old; ${lives} unless its expires says otherwise` };
}

function settledLong({ settled, now }: Life): Reason | undefined {
  if (settled?.since === undefined || now - settled.since < QUIET * DAY) return undefined;
  const { variant, since, how } = settled;
  return { code: 'settled', text: `everybody has got ${variant} since ${dayOf(since)} (${how})` };
}

export function unusedLong({ counts, unused, now }: Life): Reason | undefined {
  if (unused === undefined) return undefined;
  const text =
    counts.length > 0
      ? `nothing has asked for it since ${dayOf(unused)}, ${ago(unused, now)}`
      : `nothing has ever asked for it, in the ${days(daysBetween(unused, now))} that were counted`;
  return { code: 'unused', text };
}

/** Whether everybody has the variant that the flag was written for. */
export function isRolledOut({ flag, settled }: Life): boolean {
  return settled !== undefined && settled.variant !== flag.off;
}

/** Why a flag that is not stale is in its state. */
export function standing(life: Life): Reason {
  const { flag, now, live, age, kind, stays, settled } = life;
  const { draft, off, starts, definition } = flag;
  if (draft) return { code: 'draft', text: `a draft: ${off} for all but those listed` };
  if (isRolledOut(life)) {
    const { variant, since, how } = settled!;
    const from = since === undefined ? '' : ` since ${dayOf(since)}`;
    return { code: 'rolled-out', text: `everybody gets ${variant}${from} (${how})` };
  }
  if (live?.killed !== undefined) return { code: 'killed', text: live.killed };
  if (stays) return { code: 'permanent', text: definition.permanent ? 'meant to stay' : 'a permission, meant to stay' };
  if (now < starts) return { code: 'scheduled', text: `it starts on ${dayOf(starts)}` };
  if (isGrowing(flag, live, now)) return { code: 'growing', text: 'its rollout is growing' };
  const expiry = expiryOf(flag);
  if (expiry !== undefined) return { code: 'young', text: `it has until ${dayOf(expiry)}` };
  if (age === undefined) return { code: 'ageless', text: 'how old it is is not known; write created' };
  return { code: 'young', text: `it is ${days(age)} old, and may live ${LIFETIMES[kind]}` };
}
