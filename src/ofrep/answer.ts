import type { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import { failureOf } from '../openfeature/answer';
import { isRecord } from '../openfeature/context';
import { reasonOf } from '../openfeature/reason';
import { typeOf } from '../openfeature/value';

/** One flag's answer as the protocol has it; one that failed has an `errorCode`. */
export type Answer = { readonly key: string } & (
  | { readonly reason: string; readonly variant: string; readonly value?: unknown }
  | { readonly errorCode: 'GENERAL' | 'TARGETING_KEY_MISSING'; readonly errorDetails: string }
);

const DETAILS = {
  GENERAL: 'the flag could not be decided',
  TARGETING_KEY_MISSING: 'the flag is decided by the id of a user; give a targetingKey',
};

export function answerOf(flag: Flag, evaluation: Evaluation): Answer {
  const { name: key } = flag;
  const outcome = evaluation.answer(flag);
  const errorCode = failureOf(flag, outcome, evaluation);
  if (errorCode) return { key, errorCode, errorDetails: DETAILS[errorCode] };
  const reason = reasonOf(flag, outcome);
  // The protocol has no DEFAULT.
  return {
    key,
    reason: reason === 'DEFAULT' ? 'UNKNOWN' : reason,
    variant: outcome.variant,
    ...valueOf(flag, outcome.variant),
  };
}

/**
 * The value of a variant. The protocol does not say which type is asked for, so a flag has one type: that of its payloads,
 * and a variant without one has no value, which means the default of the code. A flag without payloads is a boolean where it
 * has two variants (whether it is not `off`), else the variant's name.
 */
function valueOf({ payloads, variants, off }: Flag, variant: string): { readonly value?: unknown } {
  const own = payloads.get(variant);
  if (isValue(own)) return { value: own };
  if ([...payloads.values()].some(isValue)) return {};
  return { value: variants.length === 2 ? variant !== off : variant };
}

/** The protocol has no lists. */
function isValue(payload: unknown): boolean {
  return typeOf(payload) === 'object' ? isRecord(payload) : payload !== undefined && payload !== null;
}
