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
  /** What the code said when the percentage was set: a percentage, or `ramp`. */
  readonly replaced?: number | 'ramp';
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
  readonly segments: ReadonlyMap<string, { has(id: string): boolean }>;
}

/** Where an engine has its snapshots from. */
export interface Live {
  readonly state: LiveState;
}
