/** The arms of a rule's rollout: those inside, and those who matched the same rule and fell outside. */
export const TREATMENT = 'treatment';
export const CONTROL = 'control';
/** Stands for a rule's name where all who have the flag are watched, without regard to a control. */
export const EVERYBODY = '';

/** What is counted together: since midnight (UTC), or since the percentage was last changed. */
export type Over = 'day' | 'step';

/** What is watched: a rule's rollout at a percentage (or everybody), anew after each trip and each change by a person. */
export interface Window {
  readonly flag: string;
  readonly rule: string;
  readonly percent: number;
  /** How often the flag was switched off by a guardrail, or its switch or percentages were changed by a person. */
  readonly generation: number;
  /** Days since 1970; undefined where it is a whole step. */
  readonly day: number | undefined;
}

/** The name under which a window is recorded in the sink. */
export function nameOf({ flag, rule, percent, generation, day }: Window): string {
  return JSON.stringify([flag, rule, percent, generation, ...(day === undefined ? [] : [day])]);
}
