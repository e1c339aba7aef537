import type { Data } from './data';

/** The flag that goes, and what is known of it. */
export interface Target {
  readonly flag: string;
  /** The variant that everybody gets from now on. */
  readonly keep: string;
  readonly variants: readonly string[];
  /** Where it is registered: other configs may have a flag of that name. */
  readonly registered?: { readonly file: string; readonly position: number };
  /** What `payload(flag)` gives; `reason` says why that is not known. */
  readonly payload: { readonly value: Data } | { readonly reason: string };
}
