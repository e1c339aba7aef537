import type { Engine, Observer } from '../engine';
import { FeatureFlag, type Wrong } from '../flag';
import { listed } from '../patterns/why-not';
import type { Ramp } from '../rules/ramp';
import type { Rule, When } from '../rules/rule';
import { checkDesign } from './check-design';
import { holdoutSegment, layerSegment } from './layer';
import type { Metric } from './metric';
import { observe } from './observe';

/** The name of an experiment's own rule: what live control moves, and bucketing hashes. */
export const OWN_RULE = 'experiment';

/** An experiment's part of a layer: from so many percent to so many of the units. */
export interface LayerShare {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * A flag that is an experiment: a random split between arms, with what is measured and when it is judged. Rules, where
 * it has any, come before the split, and whoever they serve is not in the experiment.
 */
export abstract class Experiment<V extends string = string> extends FeatureFlag<V> {
  override readonly kind = 'experiment';
  /** What is believed, and why. */
  abstract readonly hypothesis: string;
  /** Variant → percent of the units; together 100. One of them is `off`, unless `control` names another. */
  abstract readonly arms: { readonly [K in `${V}`]?: number };
  /** What the others are compared with. Defaults to `off`. */
  declare readonly control?: V | `${V}`;
  /** Who is in it, and how many of them: the same as in a rule. */
  declare readonly when?: When;
  declare readonly except?: When;
  declare readonly rollout?: number | Ramp;
  /** What decides. */
  abstract readonly primary: Metric;
  declare readonly secondary?: readonly Metric[];
  /** The relative change of the primary metric that is worth finding, such as `5%`: it gives the size. */
  declare readonly minimumDetectableEffect?: `${number}%`;
  /** The planned size in units, all arms, where it was worked out before (`gatekeeper experiment size`). */
  declare readonly plannedUnits?: number;
  /** When it started; the week is counted from here. */
  abstract override readonly starts: string | Date;
  /** Experiments of a layer exclude each other, as their shares do not overlap. */
  declare readonly layer?: LayerShare;
  /** Properties of the user that are recorded with an exposure. Defaults to none. */
  declare readonly exposureProperties?: readonly string[];

  /** @internal */
  override experiment(wrong: Wrong, before: readonly FeatureFlag[], holdout = 0): Rule<V> {
    checkDesign(this, wrong, before);
    const { unit = 'user', layer, rollout, arms } = this;
    const when = [...listed(this.when), ...(layer ? [layerSegment(layer, unit)] : [])];
    const except = [...listed(this.except), ...(holdout > 0 ? [holdoutSegment(holdout, unit)] : [])];
    return {
      name: OWN_RULE,
      ...(when.length > 0 && { when }),
      ...(except.length > 0 && { except }),
      ...(rollout !== undefined && { rollout }),
      split: arms,
    } as Rule<V>;
  }

  /** @internal */
  override observe(engine: Engine<any>): Observer {
    return observe(engine);
  }
}
