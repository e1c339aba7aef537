import { decide, type Decision, type Step } from '../decide';
import { show } from '../errors';
import type { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import { whyNot } from '../patterns/why-not';
import { chooseArm } from '../rules/bucket';
import type { LiveRollout } from '../live-state';
import type { Ramp } from '../rules/ramp';
import type { CompiledRule } from '../rules/rule';
import { NO_MATCH } from '../rules/walk';

/** The answer for `flag`, and each step on the way to it, in words. */
export function explain(flag: Flag, evaluation: Evaluation): Decision {
  const { variant, reason, rule, error } = evaluation.answer(flag);
  const steps: Step[] = [];
  decide(flag, evaluation, (step) => {
    const tried = flag.rules.find(({ name }) => name === step.rule);
    steps.push(tried ? { ...step, detail: inDetail(step, flag, tried, evaluation) } : step);
  });
  // What a rule of the app's own answers may differ from one time to the next; the first answer is the one that counts.
  if (steps.at(-1)?.step !== reason)
    steps.push({ step: reason, matched: true, detail: error === undefined ? 'remembered' : show(error) });
  return { flag: flag.name, variant, reason, ...(rule !== undefined && { rule }), steps };
}

/** What the walk through the rules leaves unsaid: which part of a pattern failed, what was drawn, and which arm a split gave. */
function inDetail(step: Step, flag: Flag, rule: CompiledRule, { subject }: Evaluation): string {
  const { detail, bucket, percent } = step;
  if (detail === NO_MATCH) return whyNot(rule.definition, subject);
  if (bucket === undefined) return detail;
  const shown = Math.floor(bucket * 10_000) / 10_000; // never rounded up to the percentage it is under
  const live = subject.state.flags.get(flag.name)?.rollouts?.get(rule.name);
  const drawn = `matches, and bucket ${shown} is ${step.matched ? '' : 'not '}under ${percent} %${ofWhom(rule, live)}`;
  if (!step.matched || rule.serve !== undefined) return drawn;
  const arm = chooseArm(subject.hash(rule.unit)!, rule.arms).variant;
  return `${percent === 100 ? 'matches' : drawn}; its split gives ${arm}`;
}

/** Where a percentage is live control's: what the code says, and what it said when that was set, so that nobody deploys and wonders. */
function ofWhom({ rollout }: CompiledRule, live: LiveRollout | undefined): string {
  if (live?.percent === undefined) return '';
  const before = replacedBy(live, rollout);
  return ` (live; in code ${inWords(rollout)}${before === undefined ? '' : `, but ${inWords(before)} when that was set`})`;
}

function inWords(coded: number | Ramp | 'ramp' = 100): string {
  return typeof coded === 'number' ? `${coded} %` : 'a ramp';
}

/** What the code said when live control moved a percentage, where the code has since changed. */
export function replacedBy(live: LiveRollout | undefined, coded: number | Ramp = 100): number | 'ramp' | undefined {
  const now = typeof coded === 'object' ? 'ramp' : coded;
  return live?.replaced === now ? undefined : live?.replaced;
}
