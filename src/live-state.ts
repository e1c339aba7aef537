import type { Members } from './rules/members';
import type { UserId } from './flag';
import type { FlagName, VariantName } from './register';

/** What live control says of one flag. */
export interface LiveFlag {
  /** Set where the flag is killed: by whom and why. */
  readonly killed?: string;
  /** The variant that everyone gets whom no override caught. */
  readonly pinned?: string;
  /** User id → variant. */
  readonly users?: ReadonlyMap<string, string>;
  /** What live control says of rollouts, by rule. */
  readonly rollouts?: ReadonlyMap<string, LiveRollout>;
  /** The variant that this process's environment chose (GATEKEEPER_<FLAG>, outside production). */
  readonly environment?: string;
}

/** What live control says of one rollout. */
export interface LiveRollout {
  /** Served instead of the code's percentage or ramp. */
  readonly percent?: number;
  /** The highest step of a guarded ramp that was approved. */
  readonly approved?: number;
}

/** The snapshot of live control that a request reads: never changed, only replaced. */
export interface LiveState {
  /** Grows by one with each change. */
  readonly revision: number;
  /** Override tokens carry the epoch they were made in; those of an older one are revoked. */
  readonly epoch: number;
  readonly flags: ReadonlyMap<string, LiveFlag>;
  /** The members of live segments, by name. */
  readonly segments: ReadonlyMap<string, Members>;
}

/** Who changes something, why, and (to be refused if somebody else was faster) on top of which revision. */
export interface ChangeBy {
  readonly actor: string;
  readonly reason: string;
  readonly expectedRevision?: number;
}

/** A change that was made, by whom and why; `at` in milliseconds since 1970; `revision` is the one it led to. */
export interface Change {
  readonly action: 'kill' | 'restore' | 'pin' | 'unpin' | 'add-user' | 'remove-user' | 'revoke-overrides';
  readonly flag?: string;
  readonly variant?: string;
  readonly user?: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: number;
  readonly revision: number;
}

/**
 * Live control of an engine's flags. Every operation applies in this process at once and gives the new revision. It
 * rejects with `flag-unknown`, `variant-unknown` or `user-id-invalid` what the config does not have, with
 * `change-invalid` a missing actor or reason, and with `conflict` an `expectedRevision` that is not the current one.
 */
export interface LiveControl<C> {
  /** The current snapshot. */
  readonly state: LiveState;
  /** Serves `off` to everyone, overrides included; `restore` takes it back. */
  kill(flag: FlagName<C>, by: ChangeBy): Promise<number>;
  restore(flag: FlagName<C>, by: ChangeBy): Promise<number>;
  /** Serves one variant to everyone whom no override caught; `unpin` takes it back. */
  pin<N extends FlagName<C>>(flag: N, variant: VariantName<C, N>, by: ChangeBy): Promise<number>;
  unpin(flag: FlagName<C>, by: ChangeBy): Promise<number>;
  /** Gives one user a variant, ahead of the class's own list; `removeUser` takes the id off again. */
  addUser<N extends FlagName<C>>(flag: N, variant: VariantName<C, N>, id: UserId, by: ChangeBy): Promise<number>;
  removeUser(flag: FlagName<C>, id: UserId, by: ChangeBy): Promise<number>;
  /** Ends every signed override cookie and share link made so far. */
  revokeOverrides(by: ChangeBy): Promise<number>;
  /** Calls `listener` after every change; gives the function that stops it. A listener that throws is reported. */
  onChange(listener: (change: Change) => void): () => void;
}
