import { show } from './errors';
import type { Evaluation } from './evaluation';
import type { Flag } from './flag';
import { askRule } from './rules/ask-rule';
import { keptVariant } from './rules/sticky';
import { walkRules } from './rules/walk';

/** Why a variant was served, in the order in which the steps are tried; `error` is never confused with `off`. */
export type Reason =
  | ('killed' | 'browser-override' | 'user-override' | 'draft' | 'schedule' | 'requires')
  | ('pinned' | 'sticky' | 'rule' | 'split' | 'default' | 'error');

/** What was decided, by which rule, or what was thrown. Those that a rule as data gives are made once, at start. */
export class Outcome {
  /** The place of its variant among the flag's: what counts of decisions are kept by. */
  readonly index: number;
  /** Whether an experiment's own split gave it, so that its use is an exposure. */
  exposes = false;
  constructor(
    { variants }: Pick<Flag, 'variants'>,
    readonly variant: string,
    readonly reason: Reason,
    readonly rule?: string,
    readonly error?: unknown,
  ) {
    this.index = variants.indexOf(variant);
  }
}

/** One step of a decision: what was tried, whether it decided, and why. */
export interface Step {
  readonly step: Reason;
  readonly matched: boolean;
  readonly detail: string;
  /** The rule tried; and where a percentage decided, the unit's bucket (0 to 100) and the percentage it was held against. */
  readonly rule?: string;
  readonly bucket?: number;
  readonly percent?: number;
}

export type Trace = (step: Step) => void;

/** A decision and how it came about. */
export interface Decision<V = string> {
  readonly flag: string;
  readonly variant: V;
  readonly reason: Reason;
  /** The rule that gave it, where one did. */
  readonly rule?: string;
  /** Every step tried, in order; the last one decided. */
  readonly steps: readonly Step[];
}

/**
 * The order of decision: who gets which variant, and why. Nothing else knows it.
 * Never throws: whatever a rule or the app's own data throws is an outcome with the reason `error`.
 */
export function decide(flag: Flag, asker: Evaluation, trace?: Trace): Outcome {
  const { name, off } = flag;
  const { subject, overrides } = asker;
  try {
    const { flags } = subject.state;
    const live = flags.size === 0 ? undefined : flags.get(name);
    if (live || overrides || flag.conditional || trace) {
      if (live?.killed) return serve(flag, off, 'killed', live.killed, trace);
      trace?.({ step: 'killed', matched: false, detail: 'not killed' });

      const override = overrides?.get(name);
      if (override !== undefined) {
        subject.touched = true;
        return serve(flag, override, 'browser-override', 'chosen in this browser', trace);
      }
      if (live?.environment) return serve(flag, live.environment, 'browser-override', `GATEKEEPER_${name}`, trace);
      trace?.({ step: 'browser-override', matched: false, detail: 'none that this request may use' });

      if (live?.users || flag.users.size > 0) {
        const id = subject.id('user');
        const variant = id === undefined ? undefined : (live?.users?.get(id) ?? flag.users.get(id));
        if (variant !== undefined) return serve(flag, variant, 'user-override', `user ${id} is listed`, trace);
        const detail = id === undefined ? 'no user id' : `user ${id} is not listed`;
        trace?.({ step: 'user-override', matched: false, detail });
      }

      if (flag.draft) return serve(flag, off, 'draft', 'a draft', trace);
      if (flag.scheduled && subject.now < flag.starts) return serve(flag, off, 'schedule', 'not started', trace);
      if (flag.scheduled && subject.now >= flag.ends) return serve(flag, off, 'schedule', 'ended', trace);
      if (flag.scheduled) trace?.({ step: 'schedule', matched: false, detail: 'within its dates' });

      for (const { flag: required, variant } of flag.requires) {
        const actual = asker.variantOf(required);
        const detail = `${required} is at ${actual}`;
        if (actual !== variant) return serve(flag, off, 'requires', `${detail}, not ${variant}`, trace);
        trace?.({ step: 'requires', matched: false, detail });
      }
      if (live?.pinned !== undefined) return serve(flag, live.pinned, 'pinned', 'pinned by live control', trace);
      trace?.({ step: 'pinned', matched: false, detail: 'not pinned' });
      const kept = flag.sticky ? keptVariant(flag, subject) : undefined;
      if (kept !== undefined) return serve(flag, kept, 'sticky', 'what this visitor had before the login', trace);
    }

    if (flag.imperative) return serve(flag, askRule(flag, subject), 'rule', 'getVariant chose it', trace);
    const matched = walkRules(flag.rules, subject, live, trace);
    if (!matched) trace?.({ step: 'default', matched: true, detail: 'nothing matched' });
    return matched ?? flag.unmatched;
  } catch (error) {
    trace?.({ step: 'error', matched: true, detail: show(error) });
    return new Outcome(flag, off, 'error', undefined, error);
  }
}

function serve(flag: Flag, variant: string, reason: Reason, detail: string, trace?: Trace): Outcome {
  trace?.({ step: reason, matched: true, detail });
  return new Outcome(flag, variant, reason);
}
