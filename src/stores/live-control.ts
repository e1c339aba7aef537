import type { UserId } from '../flag';
import type { Live } from '../live-state';
import type { FlagName, VariantName } from '../register';

/** Who changes something, why, and (to be refused if somebody else was faster) on top of which revision. */
export interface ChangeBy {
  readonly actor: string;
  readonly reason: string;
  readonly expectedRevision?: number;
}

/** A change that was made, by whom and why; `at` in milliseconds since 1970; `revision` is the one it led to. */
export interface Change {
  readonly action:
    | ('kill' | 'restore' | 'pin' | 'unpin' | 'add-user' | 'remove-user' | 'revoke-overrides')
    | ('set-rollout' | 'reset-rollout' | 'approve-ramp' | 'add-to-segment' | 'remove-from-segment');
  readonly flag?: string;
  readonly variant?: string;
  readonly user?: string;
  readonly rule?: string;
  /** 0 to 100. */
  readonly percent?: number;
  readonly segment?: string;
  /** How many ids were added or removed. */
  readonly count?: number;
  readonly actor: string;
  readonly reason: string;
  readonly at: number;
  readonly revision: number;
}

/**
 * Live control of an engine's flags. Every operation applies in this process at once and gives the new revision. It
 * rejects with `flag-unknown`, `variant-unknown`, `rule-unknown` or `segment-unknown` what the config does not have, with
 * `change-invalid` a missing actor or reason, and with `conflict` an `expectedRevision` that is not the current one.
 */
export interface LiveControl<C> extends Live {
  /** Serves `off` to everyone, overrides included; `restore` takes it back. */
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
  /** Lets a guarded ramp go as far as `percent`. */
  approveRamp(flag: FlagName<C>, rule: string, percent: number, by: ChangeBy): Promise<number>;
  /** Adds ids to a live segment, or takes them out; a change of a large segment copies a small part of it. */
  addToSegment(segment: string, ids: Iterable<UserId>, by: ChangeBy): Promise<number>;
  removeFromSegment(segment: string, ids: Iterable<UserId>, by: ChangeBy): Promise<number>;
  /** Ends every signed override cookie and share link made so far. */
  revokeOverrides(by: ChangeBy): Promise<number>;
  /** Calls `listener` after every change; gives the function that stops it. A listener that throws is reported. */
  readonly onChange: (listener: (change: Change) => void) => () => void;
}
