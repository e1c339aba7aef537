import { decide, type Decision, type Step } from '../decide';
import { show } from '../errors';
import type { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import { whyNot } from '../patterns/why-not';
import { NO_MATCH } from '../rules/walk';

/** The answer for `flag`, and each step on the way to it, in words. */
export function explain(flag: Flag, evaluation: Evaluation): Decision {
  const { variant, reason, rule, error } = evaluation.answer(flag);
  const steps: Step[] = [];
  decide(flag, evaluation, (step) => {
    const tried = step.detail === NO_MATCH && flag.rules.find(({ name }) => name === step.rule);
    steps.push(tried ? { ...step, detail: whyNot(tried.definition, evaluation.subject) } : step);
  });
  // What a rule of the app's own answers may differ from one time to the next; the first answer is the one that counts.
  if (steps.at(-1)?.step !== reason)
    steps.push({ step: reason, matched: true, detail: error === undefined ? 'remembered' : show(error) });
  return { flag: flag.name, variant, reason, ...(rule !== undefined && { rule }), steps };
}
