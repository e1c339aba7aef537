import type { UserId } from '../flag';
import type { Live } from '../live-state';
import type { FlagName, VariantName } from '../register';
import type { Count } from '../report/counts';

/** Who changes something, and why. */
export interface ChangeBy {
  readonly actor: string;
  readonly reason: string;
  /** The revision that the flag or segment was seen at: if it was changed since, the change is refused with `conflict`. */
  readonly expectedRevision?: number;
}

/** A change that was made: by whom, why, and when (`at`, in milliseconds since 1970). */
export interface Change {
  /** Names the change, for `revert`; live state as a whole is at the revision of its newest change. */
  readonly revision: number;
  readonly action:
    | ('kill' | 'restore' | 'pin' | 'unpin' | 'add-user' | 'remove-user' | 'revoke-overrides' | 'clear' | 'revert')
    | ('set-rollout' | 'reset-rollout' | 'hold-ramp' | 'approve-ramp' | 'add-to-segment' | 'remove-from-segment');
  readonly actor: string;
  readonly reason: string;
  readonly at: number;
  readonly flag?: string;
  /** Which field of the flag's live state it set, to what, and what was there before; null where there is nothing. */
  readonly field?: Field;
  readonly value?: FieldValue;
  readonly previous?: FieldValue;
  readonly segment?: string;
  /** How many ids went in or out of the segment, and (up to a thousand) which. */
  readonly count?: number;
  readonly ids?: readonly string[];
}

/** The fields of a flag's live state that one change sets. */
export type Field =
  | readonly ['killed' | 'pinned']
  | readonly ['users', id: string]
  | readonly ['rollouts', rule: string, 'percent' | 'approved'];
export type FieldValue = string | number | null;

/** How live state is doing: `stale` still serves the last that was read. */
export interface LiveStatus {
  /** The kind of store. */
  readonly store: string;
  readonly state: 'fresh' | 'stale' | 'never-loaded';
  readonly revision: number;
  /** When it was last read from the store, in milliseconds since 1970. */
  readonly since: number | undefined;
  /** What is wrong, where something is. */
  readonly problem: string | undefined;
  /** What is kept of flags, variants and rules that this process's code does not have; it has no effect here. */
  readonly ignored: readonly string[];
  /** Kills that this process obeys, but could not store yet. */
  readonly unstoredKills: readonly string[];
}

/**
 * Live control of an engine's flags. Every operation is written to the store and then in effect in this process, and gives
 * the revision it led to; other processes follow. Each rejects with `flag-unknown`, `variant-unknown`, `rule-unknown`,
 * `segment-unknown` or `percent-invalid` what the config does not have, with `change-invalid` a missing actor or reason,
 * with `conflict` what somebody else changed first, and with `not-stored` (its `cause` says why) what the store did not
 * take, or not in time: that may still be stored later.
 */
export interface LiveControl<C> extends Live {
  /**
   * Serves `off` to everyone, overrides included: in this process at once, whatever the store does. Where it could not be
   * stored it rejects with `appliedLocally: true`, and is tried again until it is.
   */
  kill(flag: FlagName<C>, by: ChangeBy): Promise<number>;
  restore(flag: FlagName<C>, by: ChangeBy): Promise<number>;
  /** Serves one variant to everyone whom no override caught; `unpin` takes it back. */
  pin<N extends FlagName<C>>(flag: N, variant: VariantName<C, N>, by: ChangeBy): Promise<number>;
  unpin(flag: FlagName<C>, by: ChangeBy): Promise<number>;
  /** Gives one user a variant, ahead of the class's own list; `removeUser` takes the id off again. */
  addUser<N extends FlagName<C>>(flag: N, variant: VariantName<C, N>, id: UserId, by: ChangeBy): Promise<number>;
  removeUser(flag: FlagName<C>, id: UserId, by: ChangeBy): Promise<number>;
  /** Serves a percentage (0 to 100) instead of the rule's own rollout or ramp; `resetRollout` takes it back. */
  setRollout(flag: FlagName<C>, rule: string, percent: number, by: ChangeBy): Promise<number>;
  resetRollout(flag: FlagName<C>, rule: string, by: ChangeBy): Promise<number>;
  /** Keeps a ramp at the percentage it has now, until `setRollout` or `resetRollout`. */
  holdRamp(flag: FlagName<C>, rule: string, by: ChangeBy): Promise<number>;
  /** Lets a guarded ramp go as far as `percent`; of any other rollout it is refused. */
  approveRamp(flag: FlagName<C>, rule: string, percent: number, by: ChangeBy): Promise<number>;
  /** Adds ids to a live segment, or takes them out. Many ids are written in slices, while requests go on. */
  addToSegment(segment: string, ids: Iterable<UserId>, by: ChangeBy): Promise<number>;
  removeFromSegment(segment: string, ids: Iterable<UserId>, by: ChangeBy): Promise<number>;
  /** Ends every signed override cookie and share link made so far. */
  revokeOverrides(by: ChangeBy): Promise<number>;
  /** The newest changes, newest first. `limit` defaults to 100. */
  history(query?: { readonly flag?: FlagName<C>; readonly limit?: number }): Promise<readonly Change[]>;
  /** How often and when last each flag was decided for each variant, in all processes: as stored, and pending here. */
  counts(): Promise<readonly Count[]>;
  /** Takes a change back; rejects with `conflict` where something else has changed the same thing since. */
  revert(revision: number, by: ChangeBy): Promise<number>;
  /** Forgets all live state, and accepts a store that has been emptied. The history stays. */
  clear(by: ChangeBy): Promise<number>;
  /** Calls `listener` after every change, here or elsewhere; gives the function that stops it. One that throws is reported. */
  readonly onChange: (listener: (change: Change) => void) => () => void;
  /** Settles when live state was first read, or could not be within `readyTimeout`; never rejects. */
  readonly ready: Promise<void>;
  status(): LiveStatus;
  /** Aborted when `close` is first called: for whatever else is to end with the engine. */
  readonly closing: AbortSignal;
  /** Writes what is pending, stops timers and leaves the store; within `timeout` milliseconds (5,000 unless set). */
  close(options?: { readonly timeout?: number }): Promise<void>;
}
