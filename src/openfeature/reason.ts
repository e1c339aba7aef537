import type { Outcome, Reason } from '../decide';
import type { Flag } from '../flag';

/** Those of OpenFeature's reasons that a decision can have. */
export type StandardReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR';

/**
 * OpenFeature's reason for each of ours:
 *
 * | ours                                               | OpenFeature's     |
 * |----------------------------------------------------|-------------------|
 * | `killed`, `draft`, `schedule`                      | `DISABLED`        |
 * | `user-override`, `sticky`, `rule`                  | `TARGETING_MATCH` |
 * | `rule`, where it is the first and is for everybody | `STATIC`          |
 * | `browser-override` (the environment's), `pinned`   | `STATIC`          |
 * | `split`                                            | `SPLIT`           |
 * | `requires`, `default`                              | `DEFAULT`         |
 * | `default`, where the flag has no rules             | `STATIC`          |
 * | `error`                                            | `ERROR`           |
 */
export function reasonOf(flag: Flag, { reason, rule }: Outcome): StandardReason {
  return isStatic(flag, reason, rule) ? 'STATIC' : REASONS[reason];
}

const REASONS: { readonly [R in Reason]: StandardReason } = {
  killed: 'DISABLED',
  'browser-override': 'STATIC',
  'user-override': 'TARGETING_MATCH',
  draft: 'DISABLED',
  schedule: 'DISABLED',
  requires: 'DEFAULT',
  pinned: 'STATIC',
  sticky: 'TARGETING_MATCH',
  rule: 'TARGETING_MATCH',
  split: 'SPLIT',
  default: 'DEFAULT',
  error: 'ERROR',
};

/** Whether a flag's rules gave what they give everybody. */
function isStatic({ imperative, rules: [first] }: Flag, reason: Reason, rule: string | undefined): boolean {
  if (imperative) return false;
  if (first === undefined) return reason === 'default';
  const { when, except } = first.definition;
  return reason === 'rule' && rule === first.name && when === undefined && except === undefined;
}
