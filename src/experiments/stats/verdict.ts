import type { NonInferiority } from './non-inferiority';
import type { Outcome } from './outcome';

/** The primary metric, turned so that more is better. */
export interface Primary {
  /** Shown worse by a sequence, which may be looked at every day. */
  readonly harmed: boolean;
  /** The fixed test, read at the planned size: `worse` at half the level, the sequence having the other half. */
  readonly shown: Outcome<'better' | 'worse' | 'neither'>;
  /** Is the effect shown to be less than the least that was to be found? */
  readonly belowMde: boolean;
}

/** All that the verdict depends on. */
export interface Findings {
  readonly guardrailTripped: boolean;
  /** Exposed units, of all arms, and how many of them saw two arms. */
  readonly units: number;
  readonly unitsInTwoArms: number;
  readonly smallestArm: number;
  readonly sampleRatioMismatch: boolean;
  /** Whole days since the start. */
  readonly days: number;
  /** When the win may be called: at so many units and, if it says so, not before so many days. */
  readonly planned: { readonly units: number; readonly days?: number };
  readonly primary: Primary;
  readonly guardrails: readonly Outcome<NonInferiority['status']>[];
}

/** What to do. */
export type Call =
  | 'rolled-back'
  | 'invalid'
  | 'too-early'
  | 'roll-back'
  | 'keep-running'
  | 'ship'
  | 'review'
  | 'no-meaningful-effect'
  | 'inconclusive';

/** One row of the table: where it applies, the call is made, for the reason it names. */
interface Row {
  readonly because: string;
  readonly call: Call;
  readonly applies: (findings: Findings) => boolean;
}

/** Fewer days than this do not hold every weekday; fewer units in an arm are too few for the methods. */
export const LEAST = { days: 7, unitsInArm: 100 };
/** More than this share of units in two arms, and the arms are not what they seem. */
const MOST_IN_TWO_ARMS = 0.01;

const better = ({ primary }: Findings) => primary.shown === 'better';
const all = ({ guardrails }: Findings, status: NonInferiority['status']) => guardrails.every((one) => one === status);

/** The table, in order: the first row that applies makes the call. docs/statistics.md has it in words. */
const table = [
  { because: 'guardrail-tripped', call: 'rolled-back', applies: (f) => f.guardrailTripped },
  { because: 'no-exposures', call: 'invalid', applies: (f) => f.units === 0 },
  { because: 'sample-ratio-mismatch', call: 'invalid', applies: (f) => f.sampleRatioMismatch },
  { because: 'units-in-two-arms', call: 'invalid', applies: (f) => f.unitsInTwoArms > MOST_IN_TWO_ARMS * f.units },
  { because: 'under-a-week', call: 'too-early', applies: (f) => f.days < LEAST.days },
  { because: 'too-few-units', call: 'too-early', applies: (f) => f.smallestArm < LEAST.unitsInArm },
  { because: 'harm', call: 'roll-back', applies: (f) => f.primary.harmed },
  { because: 'below-planned-size', call: 'keep-running', applies: (f) => missingDays(f) > 0 },
  { because: 'guardrail-inferior', call: 'roll-back', applies: (f) => f.guardrails.includes('inferior') },
  { because: 'better', call: 'ship', applies: (f) => better(f) && all(f, 'non-inferior') },
  { because: 'better-but-guardrail-unknown', call: 'review', applies: better },
  { because: 'worse', call: 'roll-back', applies: (f) => f.primary.shown === 'worse' },
  { because: 'below-minimum-detectable-effect', call: 'no-meaningful-effect', applies: (f) => f.primary.belowMde },
  { because: 'nothing-shown', call: 'inconclusive', applies: () => true },
] as const satisfies readonly Row[];

/** Which row of the table made the call. */
export type Because = (typeof table)[number]['because'];

/** The call and why. Where `hidden`, the metric's numbers are not to be shown: whatever the call, it is too early for them. */
export interface Verdict {
  readonly call: Call;
  readonly because: Because;
  readonly hidden: boolean;
  /** At the pace so far, where it is to keep running. */
  readonly daysLeft?: number;
}

/**
 * The verdict on an experiment: the first row of a fixed table that applies. Harm may be called on any day from the
 * seventh on, a win only at the planned size; hand in the findings as of the first day that reached it, so that later
 * looks are no further chances to win. With several treatments, one verdict each, at alpha divided by their number.
 */
export function verdict(findings: Findings): Verdict {
  const { call, because } = table.find(({ applies }) => applies(findings))!;
  const hidden = table.some((row) => row.call === 'too-early' && row.applies(findings));
  return call === 'keep-running'
    ? { call, because, hidden, daysLeft: missingDays(findings) }
    : { call, because, hidden };
}

/** Days until the planned size is reached at the pace so far. */
function missingDays({ units, days, planned }: Findings): number {
  const ofUnits = units >= planned.units ? 0 : Math.ceil((planned.units - units) / (units / days));
  return Math.max(ofUnits, (planned.days ?? 0) - days, 0);
}
