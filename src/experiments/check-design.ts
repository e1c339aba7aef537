import { show } from '../errors';
import { FeatureFlag, type Wrong } from '../flag';
import type { Experiment, LayerShare } from './experiment';

/** Adds what is wrong with an experiment, beyond what is wrong with any flag. */
export function checkDesign(experiment: Experiment<any>, wrong: Wrong, before: readonly FeatureFlag[]): void {
  const { hypothesis, unit, arms, control = experiment.off, primary, secondary = [], layer, ends } = experiment;
  const { minimumDetectableEffect, plannedUnits, starts } = experiment;
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
    for (const metric of metrics)
      if (typeof metric?.counted !== 'string')
        wrong(field, `${show(metric)} is no metric; write conversion('purchase')`);
  if (ends === undefined && minimumDetectableEffect === undefined && plannedUnits === undefined)
    wrong('minimumDetectableEffect', "say when it is judged: minimumDetectableEffect = '5%', plannedUnits, or ends");
  if (minimumDetectableEffect !== undefined && effectOf(minimumDetectableEffect) === undefined)
    wrong('minimumDetectableEffect', `${show(minimumDetectableEffect)} is no change worth finding; write '5%'`);
  if (plannedUnits !== undefined && !(Number.isSafeInteger(plannedUnits) && plannedUnits > 0))
    wrong('plannedUnits', `${show(plannedUnits)} is no number of units`);
  if (layer) checkLayer(layer, before, wrong);
}

/** A relative change from how it is written: `5%` is 0.05. */
export function effectOf(text: string): number | undefined {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  return Number(digits) > 0 ? Number(digits) / 100 : undefined;
}

function checkLayer({ name, from, to }: LayerShare, before: readonly FeatureFlag[], wrong: Wrong): void {
  if (typeof name !== 'string' || name === '' || !(from >= 0 && from < to && to <= 100))
    return wrong('layer', "write { name: 'checkout', from: 0, to: 50 }, in percent of the units");
  for (const { layer } of before as readonly Experiment[])
    if (layer?.name === name && from < layer.to && layer.from < to)
      wrong('layer', `another experiment has ${layer.from} to ${layer.to} of layer ${show(name)}; take what is free`);
}
