/** Methods of a Gatekeeper (and of a client in the browser) that take a flag's name, and what a use of each is called. */
export const METHODS: ReadonlyMap<string, Kind> = new Map([
  ['ff', 'ff'],
  ['featureFlag', 'ff'],
  ['ffVariant', 'ffVariant'],
  ['featureFlagVariant', 'ffVariant'],
  ['payload', 'payload'],
  ['explain', 'explain'],
  ['cacheKey', 'cacheKey'],
  ['setBrowserOverride', 'override'],
]);

/** Those of live control, on `engine.live`. */
export const LIVE: ReadonlySet<string> = new Set([
  'kill',
  'restore',
  'pin',
  'unpin',
  'addUser',
  'removeUser',
  'setRollout',
  'resetRollout',
  'holdRamp',
  'approveRamp',
]);

/** Functions of the package that take a flag's name, or flags as the keys of an object. */
export const FUNCTIONS: ReadonlyMap<string, Kind> = new Map([
  ['requireVariant', 'requireVariant'],
  ['useFlag', 'useFlag'],
  ['useVariant', 'useVariant'],
  ['usePayload', 'usePayload'],
  ['testGatekeeper', 'test'],
  ['overrideCookie', 'test'],
  ['eachVariant', 'test'],
  ['allCombinations', 'test'],
  ['overrideLink', 'override'],
]);

/** Where in such a function's arguments the flags are. */
export const POSITIONS: ReadonlyMap<string, number> = new Map([
  ['testGatekeeper', 1],
  ['eachVariant', 1],
  ['allCombinations', 1],
  ['overrideLink', 1],
]);

/** What gives a Gatekeeper. */
export const MAKERS: ReadonlySet<string> = new Set([
  'for',
  'forUser',
  'fresh',
  'identify',
  'currentGatekeeper',
  'testGatekeeper',
  'createClient',
]);

export const KINDS = [
  'ff',
  'ffVariant',
  'payload',
  'explain',
  'cacheKey',
  'requireVariant',
  'useFlag',
  'useVariant',
  'usePayload',
  '<Variant>',
  'override',
  'live',
  'test',
  'requires',
  'definition',
] as const;

/** What a use is. */
export type Kind = (typeof KINDS)[number];

/** Is this what people call a Gatekeeper? */
export function isGatekeeperName(name: string): boolean {
  return /^(?:gk|gatekeeper)$|Gk$|Gatekeeper$/.test(name);
}
