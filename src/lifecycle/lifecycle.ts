import { parseInstant } from '../config/instant';
import type { Flag, Kind } from '../flag';
import type { LiveFlag } from '../live-state';
import type { Count } from '../report/counts';
import type { Change } from '../stores/live-control';
import { decidedAlone, lastDecided, unusedSince, type Counting } from './decided';
import { expiryOf } from './expired';
import type { Dates } from './git-log';
import { DAY, LIFETIMES, OLD, QUIET, type Lifecycle } from './policy';
import { remarksOnCode, type Remark } from './remarks';
import { isGrowing, servedToAll, type Settled } from './served-to-all';
import { ago, cleanup, dayOf, days, daysBetween } from './words';

/** Why a flag is in its state. */
export interface Reason {
  readonly code:
    | ('expired' | 'lifetime' | 'settled' | 'unused')
    | ('draft' | 'rolled-out' | 'scheduled' | 'growing' | 'killed' | 'permanent' | 'young' | 'ageless' | 'gone');
  readonly text: string;
}

/** Where a flag is in its life, why, and what to do about it. */
export interface FlagLifecycle {
  readonly flag: string;
  readonly state: Lifecycle;
  /** At least one; of a stale flag, all that makes it so. */
  readonly reasons: readonly Reason[];
  /** The command that comes next, and what else would do; absent where nothing is due. */
  readonly next?: { readonly run: string; readonly or: string };
  readonly remarks: readonly Remark[];
  /** What the class says; absent where there is none any more. */
  readonly kind?: Kind;
  readonly owner?: string;
  /** Meant to stay: declared so, or a permission. */
  readonly permanent: boolean;
  /** When it was added, in milliseconds since 1970, and by what that is known. */
  readonly created?: number;
  readonly createdBy?: 'class' | 'git';
  /** Whole days since then. */
  readonly age?: number;
  /** When it was last decided. */
  readonly last?: number;
}

/** What is known of one flag beside its code; `changes` are its own, newest first. */
export interface Known {
  readonly now: number;
  readonly live?: LiveFlag;
  readonly changes: readonly Change[];
  readonly counts: readonly Count[];
  readonly counting: Counting | undefined;
  readonly dates?: Dates;
}

/** The state of a flag that is in the code. */
export function lifecycleOf(flag: Flag, known: Known): FlagLifecycle {
  const { now, counts } = known;
  const { definition } = flag;
  const { kind = 'release', owner, permanent = false } = definition;
  const created = definition.created === undefined ? known.dates?.added : parseInstant(definition.created);
  const age = created === undefined ? undefined : daysBetween(created, now);
  const stays = permanent || kind === 'permission';
  const counted = { ...known, created };
  const settled = flag.draft || stays ? undefined : settledOn(flag, known, created);
  const unused = flag.draft ? undefined : unusedSince(counted);
  const stale = [
    ...expired(flag, now),
    ...(stays ? [] : [...outlived(flag, kind, age), ...settledLong(settled, now), ...unusedLong(counts, unused, now)]),
  ];
  const last = lastDecided(counts);
  const remarks = [
    ...remarksOnCode(flag),
    ...(stays ? unusedLong(counts, unused, now).map(({ text }) => ({ code: 'unused' as const, text })) : []),
    ...(age !== undefined && age > OLD && !stale.some(({ code }) => code === 'lifetime')
      ? [{ code: 'old' as const, text: `it is ${days(age)} old; see whether it is still needed` }]
      : []),
  ];
  const isRolledOut = settled !== undefined && settled.variant !== flag.off;
  const state = stale.length > 0 ? 'stale' : flag.draft ? 'draft' : isRolledOut ? 'rolled out' : 'active';
  const next = nextStep(flag, known.live, stale, settled, unused);
  return {
    flag: flag.name,
    state,
    reasons: stale.length > 0 ? stale : [standing(flag, { ...known, age, kind, stays, settled, isRolledOut })],
    ...(next && { next }),
    ...{ remarks, kind, permanent: stays },
    ...(owner?.trim() && { owner }),
    ...(created !== undefined && { created, createdBy: definition.created === undefined ? 'git' : 'class' }),
    ...(age !== undefined && { age }),
    ...(last !== undefined && { last }),
  };
}

/** What everybody gets: by what was decided, or by what code and live control say, as far as nothing else was decided since. */
function settledOn(flag: Flag, known: Known, created: number | undefined): Settled | undefined {
  const { live, changes, counts, dates, now } = known;
  const waits = now < flag.starts || isGrowing(flag, live, now);
  const alone = waits ? undefined : decidedAlone(flag, { ...known, created });
  const said = servedToAll(flag, live, changes, now);
  if (!said || (alone?.variant === said.variant && (said.byCode || said.since === undefined))) return alone;
  if (!said.byCode) return said;
  const others = counts.filter(({ variant }) => variant !== said.variant && flag.variants.includes(variant));
  const times = [said.since, dates?.changed, lastDecided(others)].filter((time) => time !== undefined);
  return times.length > 0 ? { ...said, since: Math.max(...times, said.notBefore ?? -Infinity) } : said;
}

function expired(flag: Flag, now: number): readonly Reason[] {
  const at = expiryOf(flag);
  return at === undefined || at > now ? [] : [{ code: 'expired', text: `it expired on ${dayOf(at)}, ${ago(at, now)}` }];
}

function outlived({ definition }: Flag, kind: Kind, age: number | undefined): readonly Reason[] {
  const lifetime = LIFETIMES[kind];
  if (definition.expires !== undefined || age === undefined || age <= lifetime) return [];
  const lives = `${kind === 'ops' || kind === 'experiment' ? 'an' : 'a'} ${kind} flag lives ${lifetime} days`;
  return [{ code: 'lifetime', text: `it is ${days(age)} old; ${lives} unless its expires says otherwise` }];
}

function settledLong(settled: Settled | undefined, now: number): readonly Reason[] {
  if (settled?.since === undefined || now - settled.since < QUIET * DAY) return [];
  const { variant, since, how } = settled;
  return [{ code: 'settled', text: `everybody has got ${variant} since ${dayOf(since)} (${how})` }];
}

function unusedLong(counts: readonly Count[], since: number | undefined, now: number): readonly Reason[] {
  if (since === undefined) return [];
  const text =
    counts.length > 0
      ? `nothing has asked for it since ${dayOf(since)}, ${ago(since, now)}`
      : `nothing has ever asked for it, in the ${days(daysBetween(since, now))} that were counted`;
  return [{ code: 'unused', text }];
}

interface Standing extends Known {
  readonly age: number | undefined;
  readonly kind: Kind;
  readonly stays: boolean;
  readonly settled: Settled | undefined;
  readonly isRolledOut: boolean;
}

/** Why a flag that is not stale is in its state. */
function standing(flag: Flag, { now, live, age, kind, stays, settled, isRolledOut }: Standing): Reason {
  const { draft, off, starts, definition } = flag;
  if (draft) return { code: 'draft', text: `a draft: ${off} for all but those listed` };
  if (isRolledOut) {
    const { variant, since, how } = settled!;
    const from = since === undefined ? '' : ` since ${dayOf(since)}`;
    return { code: 'rolled-out', text: `everybody gets ${variant}${from} (${how})` };
  }
  if (live?.killed !== undefined) return { code: 'killed', text: `${live.killed}` };
  if (stays) return { code: 'permanent', text: definition.permanent ? 'meant to stay' : 'a permission, meant to stay' };
  if (now < starts) return { code: 'scheduled', text: `it starts on ${dayOf(starts)}` };
  if (isGrowing(flag, live, now)) return { code: 'growing', text: 'its rollout is growing' };
  const expiry = expiryOf(flag);
  if (expiry !== undefined) return { code: 'young', text: `it has until ${dayOf(expiry)}` };
  if (age === undefined) return { code: 'ageless', text: 'how old it is is not known; write created' };
  return { code: 'young', text: `it is ${days(age)} old, and may live ${LIFETIMES[kind]}` };
}

function nextStep(
  flag: Flag,
  live: LiveFlag | undefined,
  stale: readonly Reason[],
  settled: Settled | undefined,
  unused: number | undefined,
): FlagLifecycle['next'] {
  const codes = new Set(stale.map(({ code }) => code));
  const keep = settled?.variant ?? (unused === undefined ? undefined : flag.off);
  if (stale.length === 0) {
    if (settled === undefined || settled.variant === flag.off) return undefined;
    const due =
      settled.since === undefined ? `after ${QUIET} days of it` : `from ${dayOf(settled.since + QUIET * DAY)} on`;
    return { run: cleanup(flag, keep).run, or: `wait: it is stale ${due}` };
  }
  const or = codes.has('expired')
    ? 'give it a later expires'
    : live?.killed !== undefined
      ? 'restore it, if it is still wanted'
      : codes.has('settled') || codes.has('unused')
        ? 'if it is meant to stay, write permanent = true'
        : 'write until when it is needed, as expires; or permanent = true, if it is meant to stay';
  const { run, or: others } = cleanup(flag, keep);
  return { run, or: [others, or].filter(Boolean).join(', or ') };
}
