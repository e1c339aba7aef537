import type { Engine, Observer } from '../../engine';
import { show } from '../../errors';
import { FeatureFlag, type Guardrail, type Wrong } from '../../flag';
import type { Metric, Quantile } from '../metric';
import { observe } from '../observe';
import { parseLimit, type Above, type Below, type Limit } from './limit';
import type { Over } from './window';

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
  /** The events that sinks count for it. */
  readonly counts: readonly string[];
  /** As it was written: `request errors above 2x`. */
  readonly name: string;
  readonly action: Action;
  readonly tripped: readonly ((trip: Trip) => unknown)[];
  /** The same with another action; it is `kill` unless said. */
  then(action: Action): MetricGuardrail<E>;
  /** The same with a listener, called once across all processes when it trips. What it throws is reported. */
  onTrip(listener: (trip: Trip) => unknown): MetricGuardrail<E>;
}

/**
 * What its numbers are counted over. Of requests by day, as what breaks on the twentieth day is not to be weighed against
 * nineteen good ones, and also by step, as where there are few units a day has too few; of levels only by day, as in the
 * end nearly every unit has met an error. What is tracked needs all the data there are.
 */
export function spansOf({ metric, limit }: Pick<MetricGuardrail, 'metric' | 'limit'>): readonly Over[] {
  if (limit.kind === 'level') return ['day'];
  return isOfRequests(metric) ? ['day', 'step'] : ['step'];
}

/** The event of a request that was slower than the threshold of a guardrail on a quantile. */
export const slowEvent = (name: string) => `$slow ${name}`;

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
  const none: Limit = { kind: 'level', level: NaN, unit: '%' };
  return Object.freeze({
    event: metric.event,
    metric,
    side,
    limit: limit ?? none,
    // Durations at a quantile are kept in histograms, and of requests only the slow ones are events.
    counts: metric.quantile === undefined ? [metric.counted] : [],
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
      checkControl(name, flag, limit, action, wrong);
    },
    observe: (engine: Engine<any>): Observer => observe(engine),
  });
}

const isOfRequests = ({ counted }: Pick<Metric, 'counted'>) => counted.startsWith('$');

/** Whether the limit means something for the metric. */
function checkFit(name: string, metric: Metric, limit: Limit, wrong: Wrong): void {
  const { kind } = metric;
  const ofLatency = kind === 'ratio' && isOfRequests(metric);
  if (metric.event?.startsWith('$')) wrong('guardrails', `${name}: names that begin with $ are those of requests`);
  if ((limit.kind === 'difference' || (limit.kind === 'level' && limit.unit === 'ms')) && !ofLatency)
    wrong('guardrails', `${name}: milliseconds are of latency; write '2x' or '-5%'`);
  else if (limit.kind === 'level' && (kind === 'conversion' ? limit.unit !== '%' : !ofLatency || limit.unit !== 'ms'))
    wrong('guardrails', `${name}: a level is a share of units, or milliseconds of latency; write '2x' or '-5%'`);
  else if (limit.kind === 'level' && limit.unit === '%' && !(limit.level > 0 && limit.level < 1))
    wrong('guardrails', `${name}: a share is above 0 and below 100 %`);
}

/** Whether there is somebody to compare with, and something to hold or to stop. */
function checkControl(name: string, flag: FeatureFlag, limit: Limit, action: Action, wrong: Wrong): void {
  const imperative = flag.getVariant !== FeatureFlag.prototype.getVariant;
  if (imperative && limit.kind !== 'level')
    return wrong(
      'guardrails',
      `${name}: a getVariant of one's own has no control to compare with; write rules, or a level: '20%'`,
    );
  const rollouts = imperative ? Object.keys(flag.rollouts ?? {}) : flag.experiment ? ['own'] : (flag.rules ?? []);
  if ((action === 'hold' || action === 'stop') && rollouts.length === 0)
    wrong('guardrails', `${name}: there is no rollout to ${action}; use kill or notify`);
}
