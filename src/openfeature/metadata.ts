import type { FeatureFlag } from '../flag';

/** What OpenFeature calls flag metadata. */
export type Metadata = { readonly [name: string]: string | number | boolean };

const MEMBERS = ['kind', 'owner', 'created', 'expires'] as const;

/** What a flag's class declares of its owner and its life. */
export function metadataOf(flag: FeatureFlag): Metadata {
  return Object.fromEntries(MEMBERS.flatMap((name) => (flag[name] === undefined ? [] : [[name, flag[name]]])));
}
