import { parseInstant } from '../config/instant';
import type { Flag, Kind } from '../flag';
import type { LiveFlag } from '../live-state';
import type { Count } from '../report/counts';
import type { Change } from '../stores/live-control';
import { unusedSince, type Counting } from './decided';
import type { Dates } from './git-log';
import type { Settled } from './served-to-all';
import { settledOn } from './settled';
import { daysBetween } from './words';

/** What is known of one flag beside its code; `changes` are its own, newest first. */
export interface Known {
  readonly now: number;
  readonly live?: LiveFlag;
  readonly changes: readonly Change[];
  readonly counts: readonly Count[];
  readonly counting: Counting | undefined;
  readonly dates?: Dates;
}

/** That, and what follows from it. */
export interface Life extends Known {
  readonly flag: Flag;
  readonly kind: Kind;
  /** When it was added, in milliseconds since 1970, and whole days since then. */
  readonly created: number | undefined;
  readonly age: number | undefined;
  /** Meant to stay: declared so, or a permission. */
  readonly stays: boolean;
  /** The one variant that everybody gets. */
  readonly settled: Settled | undefined;
  /** Since when nothing has asked for it, where that is long. */
  readonly unused: number | undefined;
}

export function lifeOf(flag: Flag, known: Known): Life {
  const { kind = 'release', permanent, created: stated } = flag.definition;
  const created = stated === undefined ? known.dates?.added : parseInstant(stated);
  const stays = permanent === true || kind === 'permission';
  return {
    ...known,
    ...{ flag, kind, created, stays },
    age: created === undefined ? undefined : daysBetween(created, known.now),
    settled: flag.draft || stays ? undefined : settledOn(flag, { ...known, created }),
    unused: flag.draft ? undefined : unusedSince({ ...known, created }),
  };
}
