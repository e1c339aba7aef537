/** Why a number cannot be had from these data. The list is closed. */
export type NotComputableReason =
  | 'no-data' // an arm has no units, or nothing of what is counted happened
  | 'too-few' // fewer units than the method needs
  | 'zero-variance' // the values do not vary
  | 'control-near-zero' // the control's mean cannot be told from 0, so nothing is relative to it
  | 'no-effect'; // an effect of 0 is asked for, which no size shows

/** The outcome in place of a number that these data do not give; never NaN, and never an exception. */
export interface NotComputable {
  readonly notComputable: NotComputableReason;
}

/** `T`, or why not. */
export type Outcome<T> = T | NotComputable;

/** Did the data give no number? */
export function isNotComputable(outcome: unknown): outcome is NotComputable {
  return typeof outcome === 'object' && outcome !== null && 'notComputable' in outcome;
}

/** The outcome without a number. */
export function notComputable(reason: NotComputableReason): NotComputable {
  return { notComputable: reason };
}
