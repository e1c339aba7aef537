import { show } from '../errors';
import { FeatureFlag, type Wrong } from '../flag';
import type { Experiment, LayerShare } from './experiment';
import type { Metric, Quantile } from './metric';

/** Adds what is wrong with an experiment, beyond what is wrong with any flag. */
export function checkDesign(experiment: Experiment<any>, wrong: Wrong, before: readonly FeatureFlag[]): void {
  const {
    hypothesis,
    unit = 'user',
    arms,
    control = experiment.off,
    primary,
    secondary = [],
    layer,
    ends,
  } = experiment;
  const { minimumDetectableEffect, plannedUnits, starts, exposureProperties } = experiment;
  if (typeof hypothesis !== 'string' || hypothesis === '') wrong('hypothesis', 'say in a sentence what you believe');
  if (unit === 'either')
    wrong('unit', "'either' counts one person twice, before and after a login; use 'visitor' or 'user'");
  if (experiment.sticky) wrong('sticky', 'an experiment keeps its arms by its unit');
  if (experiment.getVariant !== FeatureFlag.prototype.getVariant)
    wrong('getVariant', 'an experiment draws by its arms; write when, except and rules');
  if (starts === undefined) wrong('starts', 'say when it starts; the days are counted from there');
  const shares: { readonly [variant: string]: number | undefined } = arms ?? {};
  if (Object.values(shares).filter((share = 0) => share > 0).length < 2) wrong('arms', 'give two arms or more a share');
  if (!shares[control]) wrong('control', `${show(control)} has no share in arms; name the arm to compare with`);
  for (const [field, metrics] of [
    ['primary', [primary]],
    ['secondary', secondary],
  ] as const)
    for (const metric of metrics) checkMetric(metric, (fix) => wrong(field, fix));
  if (ends === undefined && minimumDetectableEffect === undefined && plannedUnits === undefined)
    wrong('minimumDetectableEffect', "say when it is judged: minimumDetectableEffect = '5%', plannedUnits, or ends");
  if (minimumDetectableEffect !== undefined && effectOf(minimumDetectableEffect) === undefined)
    wrong('minimumDetectableEffect', `${show(minimumDetectableEffect)} is no change worth finding; write '5%'`);
  if (plannedUnits !== undefined && !(Number.isSafeInteger(plannedUnits) && plannedUnits > 0))
    wrong('plannedUnits', `${show(plannedUnits)} is no number of units`);
  if (exposureProperties !== undefined && !Array.isArray(exposureProperties))
    wrong('exposureProperties', `${show(exposureProperties)} is no list; write ['plan']`);
  if (layer) checkLayer(layer, unit, before, wrong);
}

function checkMetric(metric: Metric & { readonly quantile?: Quantile }, wrong: (fix: string) => void): void {
  if (typeof metric?.counted !== 'string') wrong(`${show(metric)} is no metric; write conversion('purchase')`);
  else if (metric.event?.startsWith('$')) wrong(`${show(metric.event)}: names that begin with $ are those of requests`);
  else if (metric.quantile !== undefined) wrong(`${metric.name}: only a guardrail watches a quantile; write latency()`);
}

/** A relative change from how it is written: `5%` is 0.05. */
export function effectOf(text: string): number | undefined {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  return Number(digits) > 0 ? Number(digits) / 100 : undefined;
}

function checkLayer({ name, from, to }: LayerShare, unit: string, before: readonly FeatureFlag[], wrong: Wrong): void {
  if (typeof name !== 'string' || name === '' || !(from >= 0 && from < to && to <= 100))
    return wrong('layer', "write { name: 'checkout', from: 0, to: 50 }, in percent of the units");
  for (const { layer, unit: other = 'user' } of before as readonly Experiment[]) {
    if (layer?.name !== name) continue;
    // One person's user id and visitor id are in different parts of it.
    if (other !== unit) wrong('layer', `another experiment of layer ${show(name)} is by ${other}; take the same unit`);
    else if (from < layer.to && layer.from < to)
      wrong('layer', `another experiment has ${layer.from} to ${layer.to} of layer ${show(name)}; take what is free`);
  }
}
