import { shareSegment } from '../patterns/segment';
import type { Segment } from '../rules/rule';
import type { LayerShare } from './experiment';

/** The units that a layer gives to an experiment; no other of the layer's has them. */
export function layerSegment({ name, from, to }: LayerShare, unit: string): Segment {
  return shareSegment(`layer ${name}`, { unit, from, to });
}

/** The units that no experiment takes. */
export function holdoutSegment(percent: number, unit: string): Segment {
  return shareSegment('global holdout', { unit, from: 0, to: percent });
}
