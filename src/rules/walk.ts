import type { Outcome, Step, Trace } from '../decide';
import type { LiveFlag } from '../live-state';
import { chooseArm, draw } from './bucket';
import { percentOf } from './ramp';
import type { CompiledRule } from './rule';
import type { Subject } from './subject';

/** The detail of a rule that does not match; `explain` puts the reason in its place. */
export const NO_MATCH = 'does not match';

/** The first of a flag's rules that serves this subject; who is outside a rule's rollout falls through to the next. */
export function walkRules(
  rules: readonly CompiledRule[],
  subject: Subject,
  live: LiveFlag | undefined,
  trace?: Trace,
): Outcome | undefined {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    if (!rule.matches(subject)) {
      trace?.(passed(rule, NO_MATCH));
      continue;
    }
    const rollout = percentOf(rule.rollout, live?.rollouts?.get(rule.name), subject);
    if (rollout === undefined && rule.outcome) {
      trace?.({ step: 'rule', matched: true, rule: rule.name, detail: 'matches' });
      return rule.outcome;
    }
    const unit = subject.hash(rule.unit);
    if (unit === undefined) {
      trace?.(passed(rule, `matches, but there is no ${rule.unit} id to bucket by`));
      continue;
    }
    const percent = rollout ?? 100;
    const bucket = draw(unit, rule.seeds) * 100;
    trace?.(drawn(rule, bucket, percent));
    if (bucket < percent) return drawnOutcome(rule, unit);
  }
  return undefined;
}

/** What a rule gives a unit that is inside its rollout. */
function drawnOutcome({ serve, rollout, outcome, arms }: CompiledRule, unit: number): Outcome {
  if (serve === undefined) return chooseArm(unit, arms).outcome;
  return rollout === undefined ? { ...outcome!, reason: 'split' } : outcome!; // only live control has a percentage
}

function passed({ name }: CompiledRule, detail: string): Step {
  return { step: 'rule', matched: false, rule: name, detail };
}

function drawn({ name }: CompiledRule, bucket: number, percent: number): Step {
  const matched = bucket < percent;
  return { step: matched ? 'split' : 'rule', matched, rule: name, bucket, percent, detail: 'matches' };
}
