import type { Engine, Observer } from '../../engine';
import { show } from '../../errors';
import type { FeatureFlag, Guardrail, Wrong } from '../../flag';
import type { Metric, Quantile } from '../metric';
import { observe } from '../observe';
import { parseLimit, type Above, type Below, type Limit } from './limit';

export type { Above, Below };

/**
 * What a guardrail does when it trips: `kill` the flag; `hold` its ramp where it is; `stop` the rule or experiment, so
 * that nobody is in it any more; or only `notify`.
 */
export type Action = 'kill' | 'hold' | 'stop' | 'notify';

/** What tripped a guardrail, and what was done. */
export interface Trip {
  readonly flag: string;
  /** The rule whose rollout was watched, or of an experiment its own. */
  readonly rule: string;
  /** As it was written: `request errors above 2x`. */
  readonly guardrail: string;
  readonly action: Action;
  /** The numbers, in a sentence. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A metric with a limit, and what is done where it is passed. */
export interface MetricGuardrail<E extends string | undefined = string | undefined> extends Guardrail {
  /** What `track` is called with, where the metric needs that. */
  readonly event: E;
  readonly metric: Metric<E> & { readonly quantile?: Quantile };
  readonly side: 'above' | 'below';
  readonly limit: Limit;
  /** As it was written: `request errors above 2x`. */
  readonly name: string;
  readonly action: Action;
  readonly tripped: readonly ((trip: Trip) => unknown)[];
  /** The same with another action; it is `kill` unless said. */
  then(action: Action): MetricGuardrail<E>;
  /** The same with a listener, called once across all processes when it trips. What it throws is reported. */
  onTrip(listener: (trip: Trip) => unknown): MetricGuardrail<E>;
}

const ACTIONS: readonly string[] = ['kill', 'hold', 'stop', 'notify'] satisfies readonly Action[];

/** A guardrail on `metric`. What is wrong with it is reported by `defineConfig`. */
export function guard<E extends string | undefined>(
  metric: MetricGuardrail<E>['metric'],
  side: 'above' | 'below',
  text: Above | Below,
  action: Action = 'kill',
  tripped: MetricGuardrail['tripped'] = [],
): MetricGuardrail<E> {
  const name = `${metric.name} ${side} ${text}`;
  const limit = parseLimit(text);
  const none: Limit = { kind: 'level', level: NaN };
  return Object.freeze({
    event: metric.event,
    metric,
    side,
    limit: limit ?? none,
    name,
    action,
    tripped,
    then: (other: Action) => guard(metric, side, text, other, tripped),
    onTrip: (listener: (trip: Trip) => unknown) => guard(metric, side, text, action, [...tripped, listener]),
    check(flag: FeatureFlag, wrong: Wrong) {
      if (!limit)
        return wrong('guardrails', `${show(text)} is no limit; write '2x', '-5%', '+500ms', or as a level '20%'`);
      if (!ACTIONS.includes(action)) wrong('guardrails', `${show(action)} is no action; use ${ACTIONS.join(', ')}`);
      checkFit(name, metric, limit, wrong);
      checkControl(name, flag, limit, wrong);
    },
    observe: (engine: Engine<any>): Observer => observe(engine),
  });
}

/** Whether the limit means something for the metric. */
function checkFit(name: string, { kind, counted }: Metric, limit: Limit, wrong: Wrong): void {
  const ofRequests = counted.startsWith('$');
  if (limit.kind === 'difference' && !(kind === 'ratio' && ofRequests))
    wrong('guardrails', `${name}: milliseconds are of latency; write '2x' or '-5%'`);
  if (limit.kind === 'level' && kind !== 'conversion' && !(kind === 'ratio' && ofRequests))
    wrong('guardrails', `${name}: a level is of a share of units, or of latency; write '2x' or '-5%'`);
  if (limit.kind === 'level' && kind === 'conversion' && !(limit.level < 1))
    wrong('guardrails', `${name}: a share is below 100 %`);
}

/** Whether there is somebody to compare with. */
function checkControl(name: string, flag: FeatureFlag, limit: Limit, wrong: Wrong): void {
  if (limit.kind === 'level' || flag.experiment || (flag.rules ?? []).length > 0) return;
  wrong(
    'guardrails',
    `${name}: a getVariant of one's own has no control to compare with; write rules, or a level: '20%'`,
  );
}
