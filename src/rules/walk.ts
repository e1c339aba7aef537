import { Outcome, type Trace } from '../decide';
import type { Flag } from '../flag';
import type { LiveFlag } from '../live-state';
import { chooseArm, draw } from './bucket';
import { percentOf } from './ramp';
import type { Subject } from './subject';

/** The detail of a rule that does not match; `explain` puts the reason in its place. */
export const NO_MATCH = 'does not match';

/** The first of a flag's rules that serves this subject; who is outside a rule's rollout falls through to the next. */
export function walkRules(
  flag: Flag,
  subject: Subject,
  live: LiveFlag | undefined,
  trace?: Trace,
): Outcome | undefined {
  for (const rule of flag.rules) {
    const { name, serve } = rule;
    if (!rule.matches(subject)) {
      trace?.({ step: 'rule', matched: false, rule: name, detail: NO_MATCH });
      continue;
    }
    const rollout = percentOf(rule.rollout, live?.rollouts?.get(name), subject);
    if (rollout === undefined && serve !== undefined) {
      trace?.({ step: 'rule', matched: true, rule: name, detail: 'matches' });
      return new Outcome(flag, serve, 'rule', name);
    }
    const unit = subject.hash(rule.unit);
    if (unit === undefined) {
      trace?.({
        step: 'rule',
        matched: false,
        rule: name,
        detail: `matches, but there is no ${rule.unit} id to bucket by`,
      });
      continue;
    }
    const percent = rollout ?? 100;
    const bucket = draw(unit, rule.seeds) * 100;
    if (bucket < percent) {
      trace?.({
        step: 'split',
        matched: true,
        rule: name,
        bucket,
        percent,
        detail: inWords(bucket, 'is under', percent),
      });
      return new Outcome(flag, serve ?? chooseArm(unit, rule.arms).variant, 'split', name);
    }
    trace?.({
      step: 'rule',
      matched: false,
      rule: name,
      bucket,
      percent,
      detail: inWords(bucket, 'is not under', percent),
    });
  }
  return undefined;
}

function inWords(bucket: number, is: string, percent: number): string {
  return `matches, and bucket ${bucket.toFixed(3)} ${is} ${percent} %`;
}
