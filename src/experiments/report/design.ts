import type { Flag } from '../../flag';
import { effectOf } from '../check-design';
import { OWN_RULE, type Experiment } from '../experiment';
import type { MetricGuardrail } from '../guardrails/guardrail';
import type { Metric } from '../metric';

/** An experiment as its report reads it. */
export interface Design {
  readonly flag: Flag;
  readonly definition: Experiment;
  readonly control: string;
  readonly treatments: readonly string[];
  /** Variant → its share of the units now, as a fraction. */
  readonly shares: ReadonlyMap<string, number>;
  readonly primary: Metric;
  readonly secondary: readonly Metric[];
  readonly guardrails: readonly MetricGuardrail[];
  /** Of each treatment's verdict. */
  readonly alpha: number;
  /** The relative change that is worth finding. */
  readonly effect: number | undefined;
  /** Milliseconds since 1970; `ends` is Infinity where it has none. */
  readonly starts: number;
  readonly ends: number;
}

const ALPHA = 0.05;

/** Reads an experiment's design. */
export function designOf(flag: Flag & { readonly definition: Experiment }): Design {
  const { definition, starts, ends } = flag;
  const { arms } = flag.rules.find(({ name }) => name === OWN_RULE)!;
  const all = arms.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map(
    arms.filter(({ weight }) => weight > 0).map(({ variant, weight }) => [variant, weight / all] as const),
  );
  const control = definition.control ?? flag.off;
  const treatments = [...shares.keys()].filter((variant) => variant !== control);
  const { primary, secondary = [], guardrails = [], minimumDetectableEffect: effect } = definition;
  return {
    ...{ flag, definition, control, treatments, shares, primary, secondary, starts, ends },
    guardrails: guardrails as readonly MetricGuardrail[],
    alpha: ALPHA / treatments.length,
    effect: effect === undefined ? undefined : effectOf(effect),
  };
}

/** The share of both arms of a comparison, and the treatment's share of theirs. */
export function pairOf({ shares, control }: Design, treatment: string): { both: number; treatmentShare: number } {
  const both = shares.get(control)! + shares.get(treatment)!;
  return { both, treatmentShare: shares.get(treatment)! / both };
}
