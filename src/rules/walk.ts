import { Outcome, type Step, type Trace } from '../decide';
import type { Flag } from '../flag';
import type { LiveFlag, LiveRollout } from '../live-state';
import { chooseArm, draw } from './bucket';
import { percentOf } from './ramp';
import type { CompiledRule } from './rule';
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
      trace?.(passed(name, NO_MATCH));
      continue;
    }
    const said = live?.rollouts?.get(name);
    const rollout = percentOf(rule.rollout, said, subject);
    if (rollout === undefined && serve !== undefined) {
      trace?.({ step: 'rule', matched: true, rule: name, detail: 'matches' });
      return new Outcome(flag, serve, 'rule', name);
    }
    const unit = subject.hash(rule.unit);
    if (unit === undefined) {
      trace?.(passed(name, `matches, but there is no ${rule.unit} id to bucket by`));
      continue;
    }
    const percent = rollout ?? 100;
    const bucket = draw(unit, rule.seeds) * 100;
    trace?.(drawn(rule, said, bucket, percent));
    if (bucket < percent) return new Outcome(flag, serve ?? chooseArm(unit, rule.arms).variant, 'split', name);
  }
  return undefined;
}

function passed(rule: string, detail: string): Step {
  return { step: 'rule', matched: false, rule, detail };
}

function drawn({ name, rollout }: CompiledRule, live: LiveRollout | undefined, bucket: number, percent: number): Step {
  const matched = bucket < percent;
  const shown = Math.floor(bucket * 10_000) / 10_000; // never rounded up to the percentage it is under
  const coded = typeof rollout === 'object' ? 'a ramp' : `${rollout ?? 100} %`;
  const whose = live?.percent === undefined ? '' : ` (live; in code ${coded})`;
  const detail = `matches, and bucket ${shown} is ${matched ? '' : 'not '}under ${percent} %${whose}`;
  return { step: matched ? 'split' : 'rule', matched, rule: name, bucket, percent, detail };
}
