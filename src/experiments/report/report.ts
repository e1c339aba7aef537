import type { Action } from '../guardrails/guardrail';
import type { GuardrailReading } from '../guardrails/readings';
import type { Metric } from '../metric';
import type { Moments } from '../stats/arms';
import type { Lift } from '../stats/lift';
import type { NonInferiority } from '../stats/non-inferiority';
import type { NotComputableReason, Outcome } from '../stats/outcome';
import type { Interval, PValue } from '../stats/p-value';
import type { Verdict } from '../stats/verdict';

/**
 * An experiment as it stands: plain numbers, shares and lifts as fractions, instants as ISO 8601 and days as `2026-11-21`,
 * in UTC. What the data do not give is `{ notComputable: reason }`; what is hidden for being too early is not there.
 */
export interface ExperimentReport {
  readonly experiment: string;
  readonly description: string;
  readonly hypothesis: string;
  readonly owner?: string;
  /** As of when. */
  readonly at: string;
  readonly starts: string;
  readonly ends?: string;
  readonly state: 'scheduled' | 'running' | 'ended';
  /** By whom and why it is killed, where it is. */
  readonly killed?: string;
  /** Whole days since the start, until the end. */
  readonly days: number;
  readonly unit: string;
  readonly control: string;
  readonly arms: readonly ArmUnits[];
  readonly health: Health;
  readonly plan: Plan;
  /** What watches it on the current step of its rollout. */
  readonly watched: readonly Watched[];
  /** One for each arm but the control. */
  readonly treatments: readonly TreatmentReport[];
  /** What else is to be known. */
  readonly remarks: readonly string[];
}

/** An arm, its share of the units as it is now, and the units it has; those in two arms are in none. */
export interface ArmUnits {
  readonly variant: string;
  readonly share: number;
  readonly units: number;
}

/** Whether what was recorded is to be believed. */
export interface Health {
  /** Exposed units, and how many of them saw two arms. */
  readonly exposed: number;
  readonly inTwoArms: number;
  /** Are the arms as they were split? The least p-value of the steps, and the alarm. */
  readonly sampleRatio: {
    readonly mismatch: boolean;
    readonly p: Outcome<number>;
    readonly steps: readonly SplitStep[];
  };
  /** New units a day, of the last hundred days; the last day is not over. */
  readonly perDay: readonly { readonly day: string; readonly units: number }[];
}

/** The units that were split by the same shares. */
export interface SplitStep {
  readonly arms: readonly { readonly variant: string; readonly weight: number; readonly units: number }[];
  readonly p: Outcome<number>;
}

/** When it is judged. */
export interface Plan {
  /** What says so: a number of units, the effect to be found, or the day of its end. */
  readonly by: 'plannedUnits' | 'minimumDetectableEffect' | 'ends';
  /** The relative change of the primary metric that is worth finding. */
  readonly effect?: number;
  /** Units of all arms; or why they cannot be told yet. Absent where only its end says. */
  readonly units?: Outcome<number>;
  /** New units a day, so far. */
  readonly unitsPerDay: number;
  /** Whole weeks, in days from the start, at that pace; and how many of them are left. */
  readonly days?: number;
  readonly daysLeft?: number;
  /** From 0 to 1. */
  readonly progress: number;
}

/** A guardrail at work, and what it did where that stands. */
export interface Watched extends Omit<GuardrailReading, 'flag' | 'trip'> {
  readonly tripped?: { readonly at: string; readonly reason: string };
}

/** A treatment against the control, and what to do. */
export interface TreatmentReport {
  readonly variant: string;
  readonly verdict: Verdict['call'];
  readonly because: Verdict['because'];
  /** The same in a sentence or two. */
  readonly why: string;
  /** It is too early for numbers: there are none below. */
  readonly hidden: boolean;
  readonly daysLeft?: number;
  /** The day at whose end it was decided: what follows is as of then, and later looks are no further chances. */
  readonly decided?: string;
  /** The level of intervals and of the verdict: 5 %, divided by the number of treatments. */
  readonly alpha: number;
  /** The primary metric first. */
  readonly metrics?: readonly MetricReport[];
  /** What the adjusted p-values are adjusted for. */
  readonly family?: string;
  readonly guardrails?: readonly GuardrailReport[];
  readonly daily?: Daily;
}

/** A metric of two arms. */
export interface MetricReport {
  readonly name: string;
  readonly kind: Metric['kind'];
  readonly better: Metric['better'];
  /** `ms`, of requests' durations. */
  readonly unit?: string;
  readonly role: 'primary' | 'secondary';
  readonly control: Moments;
  readonly treatment: Moments;
  /** Treatment − control. */
  readonly difference: Outcome<{ readonly value: number; readonly interval: Interval }>;
  /** By Fieller. */
  readonly lift: Outcome<Lift>;
  readonly p: Outcome<PValue & { readonly method: 'welch' | 'fisher' }>;
  /** By Holm, among the family. Of secondary metrics alone. */
  readonly adjusted?: number;
  /** That the treatment is better, as far as these data go: a read-out beside the test. */
  readonly chanceToWin: Outcome<number>;
  readonly shown: 'better' | 'worse' | 'neither';
}

/** Is the treatment shown not to have passed a guardrail's limit? */
export interface GuardrailReport {
  readonly name: string;
  readonly action: Action;
  readonly status: NonInferiority['status'];
  /** Why it is unknown, where it cannot be computed. */
  readonly reason?: NotComputableReason | 'quantile';
  readonly control?: number;
  readonly treatment?: number;
  readonly kind: Metric['kind'];
  readonly unit?: string;
}

/** The primary metric's effect by day, from the seventh on. */
export interface Daily {
  /** Relative lifts; otherwise differences, where lifts are not estimable. */
  readonly relative: boolean;
  readonly points: readonly {
    readonly day: string;
    readonly estimate: number;
    readonly interval: Interval;
    /** The interval that holds on all days at once. */
    readonly sequence: Interval;
  }[];
}
