import type { Context } from '../context';
import type { Outcome } from '../decide';
import type { Engine } from '../engine';
import { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import { GivenSource } from '../rules/source';
import { Subject } from '../rules/subject';

/** Answers for one context; each flag is decided, and counted, once. */
export function evaluationOf(engine: Engine<any>, context: Partial<Context>): Evaluation {
  return new Evaluation(new Subject(engine, new GivenSource(context), engine.live.state));
}

/** OpenFeature's code for a decision that is no answer: it failed, or it would have needed the id that is not there. */
export function failureOf(
  flag: Flag,
  { reason }: Outcome,
  { subject }: Evaluation,
): 'GENERAL' | 'TARGETING_KEY_MISSING' | undefined {
  if (reason === 'error') return 'GENERAL';
  if (reason !== 'default' || subject.id('user') !== undefined) return undefined;
  // Nothing matched: not for want of an id, unless some rule's condition holds and it buckets by one.
  const wants = flag.rules.some(
    (rule) => ['user', 'either'].includes(rule.unit) && rule.matches(subject) && subject.id(rule.unit) === undefined,
  );
  return wants ? 'TARGETING_KEY_MISSING' : undefined;
}
