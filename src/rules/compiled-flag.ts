import type { Outcome } from '../decide';
import type { FeatureFlag, Requirement } from '../flag';
import type { Seeds } from './bucket';
import type { Ramp } from './ramp';
import type { CompiledRule } from './rule';

/** A flag made ready for deciding: checked, and with its lists turned into maps. */
export interface Flag {
  readonly name: string;
  readonly index: number;
  readonly definition: FeatureFlag;
  readonly variants: readonly string[];
  readonly off: string;
  /** What it serves where nothing matches. */
  readonly unmatched: Outcome;
  /** User id → variant. */
  readonly users: ReadonlyMap<string, string>;
  /** Variant → deeply frozen JSON. */
  readonly payloads: ReadonlyMap<string, unknown>;
  readonly requires: readonly Requirement[];
  /** Has `starts` or `ends`, which are then in milliseconds since 1970 (∓Infinity where it has only the other). */
  readonly scheduled: boolean;
  readonly starts: number;
  readonly ends: number;
  readonly draft: boolean;
  /** Has a list of users, dates, prerequisites, or is a draft or sticky: something that comes before its rules. */
  readonly conditional: boolean;
  readonly rules: readonly CompiledRule[];
  /** By name, of the class's `rollouts`. */
  readonly rollouts: ReadonlyMap<string, { readonly percent: number | Ramp; readonly seeds: Seeds }>;
  readonly unit: string;
  readonly salt: string;
  readonly sticky: boolean;
  /** Has a `getVariant` of its own. */
  readonly imperative: boolean;
}
