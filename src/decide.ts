import { show } from './errors';
import type { Evaluation } from './evaluation';
import { unitId, type Flag } from './flag';
import { askRule } from './rules/ask-rule';

/** Why a variant was served, in the order in which the steps are tried; `error` is never confused with `off`. */
export type Reason =
  | ('killed' | 'browser-override' | 'user-override' | 'draft' | 'schedule' | 'requires')
  | ('pinned' | 'sticky' | 'rule' | 'split' | 'default' | 'error');

/** A decision as it is remembered for the rest of the request. */
export interface Outcome {
  readonly flag: Flag;
  readonly variant: string;
  readonly reason: Reason;
  /** What was thrown, where the reason is `error`. */
  readonly error?: unknown;
}

/** One step of a decision: what was tried, whether it decided, and why. */
export interface Step {
  readonly step: Reason;
  readonly matched: boolean;
  readonly detail: string;
}

/** A decision and how it came about. */
export interface Decision<V = string> {
  readonly flag: string;
  readonly variant: V;
  readonly reason: Reason;
  /** Every step tried, in order; the last one decided. */
  readonly steps: readonly Step[];
}

/**
 * The order of decision: who gets which variant, and why. Nothing else knows it.
 * Never throws: whatever a rule or the app's own data throws is an outcome with the reason `error`.
 */
export function decide(
  flag: Flag,
  asker: Evaluation,
  trace?: (step: Reason, matched: boolean, detail: string) => void,
): Outcome {
  const serve = (variant: string, reason: Reason, detail: string): Outcome => {
    trace?.(reason, true, detail);
    return { flag, variant, reason };
  };
  const { name, off } = flag;
  try {
    const live = asker.state.flags.get(name);
    if (live?.killed) return serve(off, 'killed', live.killed);
    trace?.('killed', false, 'not killed');

    const override = asker.overrides.get(name) ?? live?.environment;
    if (override !== undefined)
      return serve(override, 'browser-override', 'chosen in this browser or by the environment');
    trace?.('browser-override', false, 'none for this flag that this request may use');

    if (live?.users || flag.users.size > 0) {
      const id = unitId(asker.context.user?.id);
      const variant = id === undefined ? undefined : (live?.users?.get(id) ?? flag.users.get(id));
      if (variant !== undefined) return serve(variant, 'user-override', `user ${id} is listed`);
      trace?.('user-override', false, id === undefined ? 'no user id' : `user ${id} is not listed`);
    }

    if (flag.draft) return serve(off, 'draft', 'a draft');
    if (flag.scheduled && asker.context.now < flag.starts) return serve(off, 'schedule', 'not started');
    if (flag.scheduled && asker.context.now >= flag.ends) return serve(off, 'schedule', 'ended');

    for (const { flag: required, variant } of flag.requires) {
      const actual = asker.variantOf(required);
      if (actual !== variant) return serve(off, 'requires', `${required} is at ${actual}, not at ${variant}`);
      trace?.('requires', false, `${required} is at ${variant}`);
    }

    if (live?.pinned !== undefined) return serve(live.pinned, 'pinned', 'pinned by live control');
    trace?.('pinned', false, 'not pinned');

    if (flag.imperative) return serve(askRule(flag, asker.context), 'rule', 'getVariant chose it');
    return serve(off, 'default', 'nothing matched');
  } catch (error) {
    trace?.('error', true, show(error));
    return { flag, variant: off, reason: 'error', error };
  }
}
