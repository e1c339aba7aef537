import { guard, type Above, type Below, type MetricGuardrail } from './guardrails/guardrail';
import { FAILED_REQUEST, REQUEST } from '../exposures/recorder';

export interface MetricOptions {
  /** Which way is better. Defaults to `higher`; for requests, to `lower`. */
  readonly better?: 'higher' | 'lower';
}

/** What is measured of each unit, from what `track` records of it after its exposure. */
export interface Metric<E extends string | undefined = string | undefined> {
  /**
   * `conversion`: did the unit do it; `count`: how often; `mean`: the sum of its values; `ratio`: value per event.
   * Of requests, `conversion` is whether one failed, and `ratio` the milliseconds of one.
   */
  readonly kind: 'conversion' | 'count' | 'mean' | 'ratio';
  /** What `track` is called with; undefined where requests are measured, which needs no call. */
  readonly event: E;
  /** What sinks count for it. */
  readonly counted: string;
  /** For people. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /** Watches it: trips where the treatment is above (below) its control by so much. */
  above(limit: Above): MetricGuardrail<E>;
  below(limit: Below): MetricGuardrail<E>;
}

/** Whether a unit did it, at least once. */
export const conversion = ofEvent('conversion');
/** How often a unit did it. */
export const count = ofEvent('count');
/** The sum of a unit's values: of `revenue`, what it paid in all. */
export const mean = ofEvent('mean');
/** Value per event, over all events of an arm: of `completed_purchase`, what a purchase brings. */
export const ratio = ofEvent('ratio');

/** Whether a request of the unit failed: was answered with 5xx. Needs no `track`. */
export const errorRate = ({ better = 'lower' }: MetricOptions = {}): Metric<undefined> =>
  metric({ kind: 'conversion', event: undefined, counted: FAILED_REQUEST, name: 'request errors', better });

/** How long a request takes, in milliseconds: on the average, or for a guardrail at a quantile. Needs no `track`. */
export const latency = (
  quantile?: Quantile,
  { better = 'lower' }: MetricOptions = {},
): Metric<undefined> & { readonly quantile?: Quantile } => {
  const name = quantile === undefined ? 'request latency' : `request latency, ${quantile}`;
  const quantiles = quantile === undefined ? {} : { quantile };
  return metric({ kind: 'ratio', event: undefined, counted: REQUEST, name, better, ...quantiles });
};

/** The share of requests that are at most as slow. */
export type Quantile = 'p50' | 'p75' | 'p90' | 'p95' | 'p99';

function ofEvent(kind: Metric['kind']) {
  return <const E extends string>(event: E, { better = 'higher' }: MetricOptions = {}): Metric<E> =>
    metric({ kind, event, counted: event, name: event, better });
}

function metric<M extends Omit<Metric<any>, 'above' | 'below'>>(
  what: M,
): M & Pick<Metric<M['event']>, 'above' | 'below'> {
  const whole: M & Pick<Metric<M['event']>, 'above' | 'below'> = {
    ...what,
    above: (limit) => guard(whole, 'above', limit),
    below: (limit) => guard(whole, 'below', limit),
  };
  return Object.freeze(whole);
}
