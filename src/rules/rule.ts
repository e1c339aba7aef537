import type { P } from 'ts-pattern';
import type { Facts } from '../context';
import type { Outcome } from '../decide';
import type { Groups } from '../register';
import type { Arm, Seeds } from './bucket';
import type { Ramp } from './ramp';
import type { Subject } from './subject';

/** Whose id decides: the user's, this browser's anonymous one, whichever there is, or a group's. */
export type Unit = 'user' | 'visitor' | 'either' | (keyof Groups & string);

/** A ts-pattern pattern over user, groups and app. */
export type Pattern = P.Pattern<Facts>;

/** A named, reusable group of visitors, made by `segment` or `liveSegment`. */
export interface Segment {
  readonly name: string;
  readonly description: string;
  /** The pattern it was made from, where it was. */
  readonly pattern?: unknown;
  /** Whose ids it lists, where it was made from a list or has its members in live state. */
  readonly unit?: string;
  /** @internal */
  has(subject: Subject): boolean;
}

/** A pattern over user, groups and app; a segment; or a list of them. */
export type When = Pattern | Segment | readonly (Pattern | Segment)[];

interface Condition {
  /** Unique in its flag, and stable: live state and bucketing hang on it. */
  readonly name: string;
  /** Whom the rule is for: all of these. Left out: everybody. */
  readonly when?: When;
  /** Whom it is not for: any of these. Unlike `P.not`, it is safe on attributes that may be absent. */
  readonly except?: When;
  /** Percent of the units that match, 0 to 100, or a ramp. Who is outside falls through to the next rule. */
  readonly rollout?: number | Ramp;
  /** Hashed instead of the rule's name. */
  readonly salt?: string;
  /** Defaults to the flag's. */
  readonly unit?: Unit;
}

/** One of a flag's ordered rules: the first that matches serves a variant, or splits its units between several. */
export type Rule<V extends string = string> = Condition &
  (
    | { readonly serve: V | `${V}`; readonly split?: undefined }
    /** Variant → weight; together 100. */
    | { readonly split: { readonly [K in `${V}`]?: number }; readonly serve?: undefined }
  );

/** A rule made ready for deciding. */
export interface CompiledRule {
  readonly name: string;
  readonly definition: Rule;
  readonly matches: (subject: Subject) => boolean;
  readonly unit: string;
  readonly rollout: number | Ramp | undefined;
  readonly seeds: Seeds;
  readonly serve: string | undefined;
  /** Where it serves one variant: that, by chance if there is a rollout. */
  readonly outcome: Outcome | undefined;
  readonly arms: readonly (Arm & { readonly outcome: Outcome })[];
}
