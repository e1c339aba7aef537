import type { Outcome } from '../decide';
import type { Flag } from '../flag';
import { draw } from './bucket';
import { percentOf } from './ramp';
import type { Subject } from './subject';

/** The variant that a signed-in user had before the login, where the rule that gave it would still give it. */
export function keptVariant(flag: Flag, subject: Subject): string | undefined {
  if (subject.id('user') === undefined) return undefined;
  const kept = subject.source.kept?.(flag.name);
  const rule = kept && eitherRule(flag, kept.rule);
  if (!rule?.matches(subject)) return undefined;
  if (rule.serve !== kept!.variant && !rule.arms.some(({ variant }) => variant === kept!.variant)) return undefined;
  const live = subject.state.flags.get(flag.name)?.rollouts?.get(rule.name);
  const percent = percentOf(rule.rollout, live, subject) ?? 100;
  const visitor = subject.hash('visitor');
  return visitor !== undefined && draw(visitor, rule.seeds) * 100 < percent ? kept!.variant : undefined;
}

/** Keeps what a visitor without a user was given by chance. */
export function keepForLogin(flag: Flag, { variant, rule, reason }: Outcome, subject: Subject): void {
  if (reason === 'split' && subject.id('user') === undefined && eitherRule(flag, rule))
    subject.source.keep?.(flag.name, { rule: rule!, variant });
}

/** The flag's rule of that name, if it is one whose unit changes with a login. */
function eitherRule({ rules }: Flag, wanted: string | undefined) {
  return rules.find(({ name, unit }) => name === wanted && unit === 'either');
}
