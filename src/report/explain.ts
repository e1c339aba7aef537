import { decide, type Decision, type Step } from '../decide';
import { show } from '../errors';
import type { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import { whyNot } from '../patterns/why-not';
import { chooseArm } from '../rules/bucket';
import type { CompiledRule } from '../rules/rule';
import { NO_MATCH } from '../rules/walk';

/** The answer for `flag`, and each step on the way to it, in words. */
export function explain(flag: Flag, evaluation: Evaluation): Decision {
  const { variant, reason, rule, error } = evaluation.answer(flag);
  const steps: Step[] = [];
  decide(flag, evaluation, (step) => {
    const tried = flag.rules.find(({ name }) => name === step.rule);
    steps.push(tried ? { ...step, detail: inDetail(step, tried, evaluation) } : step);
  });
  // What a rule of the app's own answers may differ from one time to the next; the first answer is the one that counts.
  if (steps.at(-1)?.step !== reason)
    steps.push({ step: reason, matched: true, detail: error === undefined ? 'remembered' : show(error) });
  return { flag: flag.name, variant, reason, ...(rule !== undefined && { rule }), steps };
}

/** What the walk through the rules leaves unsaid: which part of a pattern failed, and which arm a split gave. */
function inDetail({ detail, step, percent }: Step, rule: CompiledRule, { subject }: Evaluation): string {
  if (detail === NO_MATCH) return whyNot(rule.definition, subject);
  if (step !== 'split' || rule.serve !== undefined) return detail;
  const arm = chooseArm(subject.hash(rule.unit)!, rule.arms).variant;
  return `${percent === 100 ? 'matches' : detail}; its split gives ${arm}`;
}
