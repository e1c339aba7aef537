import type { Flag, Kind } from '../flag';
import { lastDecided } from './decided';
import { lifeOf, type Known, type Life } from './life';
import { nextStep, type NextStep } from './next-step';
import { OLD, type Lifecycle } from './policy';
import { isRolledOut, staleReasons, standing, unusedLong, type Reason } from './reasons';
import { remarksOnCode, type Remark } from './remarks';
import { days } from './words';

/** Where a flag is in its life, why, and what to do about it. */
export interface FlagLifecycle {
  readonly flag: string;
  readonly state: Lifecycle;
  /** At least one; of a stale flag, all that makes it so. */
  readonly reasons: readonly Reason[];
  /** Absent where nothing is due. */
  readonly next?: NextStep;
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

/** The state of a flag that is in the code. */
export function lifecycleOf(flag: Flag, known: Known): FlagLifecycle {
  const life = lifeOf(flag, known);
  const { kind, created, age, stays } = life;
  const { owner, created: stated } = flag.definition;
  const stale = staleReasons(life);
  const next = nextStep(life, stale);
  const last = lastDecided(known.counts);
  return {
    flag: flag.name,
    state: stale.length > 0 ? 'stale' : flag.draft ? 'draft' : isRolledOut(life) ? 'rolled out' : 'active',
    reasons: stale.length > 0 ? stale : [standing(life)],
    ...(next && { next }),
    remarks: [...remarksOnCode(flag), ...remarksOnLife(life, stale)],
    ...{ kind, permanent: stays },
    ...(owner?.trim() && { owner }),
    ...(created !== undefined && { created, createdBy: stated === undefined ? 'git' : 'class' }),
    ...(age !== undefined && { age }),
    ...(last !== undefined && { last }),
  };
}

/** What makes no flag stale, or not this one, and is worth a look. */
function remarksOnLife(life: Life, stale: readonly Reason[]): readonly Remark[] {
  const { age = 0, stays } = life;
  const unused = stays ? unusedLong(life) : undefined;
  const isOld = age > OLD && !stale.some(({ code }) => code === 'lifetime');
  return [
    ...(unused ? [{ code: 'unused', text: unused.text } as const] : []),
    ...(isOld ? [{ code: 'old', text: `it is ${days(age)} old; see whether it is still needed` } as const] : []),
  ];
}
