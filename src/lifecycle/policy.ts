import type { Kind } from '../flag';

export const DAY = 24 * 60 * 60 * 1000;

/** What becomes of a flag, in this order. */
export const LIFECYCLES = ['draft', 'active', 'rolled out', 'stale', 'archived'] as const;
/** `archived` is gone from the code, and something of it is left in the store. */
export type Lifecycle = (typeof LIFECYCLES)[number];

/** In which order states are shown: what wants something done comes first. */
export const SHOWN: readonly Lifecycle[] = ['stale', 'rolled out', 'draft', 'active', 'archived'];

/** Days that a flag of each kind may live, unless its own `expires` says otherwise. */
export const LIFETIMES: { readonly [K in Kind]: number } = {
  release: 40,
  experiment: 40,
  ops: 7,
  permission: Infinity,
};

/** Days after which a flag that is not decided, or the same for everybody, is stale. */
export const QUIET = 30;
/** Days after which any flag is worth another look, also one that is meant to stay. */
export const OLD = 365;
/** Bytes of JSON above which a payload is large. */
export const LARGE = 10_000;

/** What a team wants to stay within. */
export interface Targets {
  /** Fewer active flags than this, those meant to stay aside. */
  readonly active: number;
  /** At most so many stale flags. */
  readonly stale: number;
  /** Their average age in days, those meant to stay aside, is under this. */
  readonly age: number;
  /** At most so many flags without an owner. */
  readonly unowned: number;
}

export const TARGETS: Targets = { active: 20, stale: 0, age: 30, unowned: 0 };
