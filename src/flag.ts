import type { Context } from './context';
import type { Engine, Observer } from './engine';
import type { Ramp } from './rules/ramp';
import type { Rule, Unit } from './rules/rule';
import { rulesOf } from './rules/rule-context';

export type { Flag } from './rules/compiled-flag';

/** Ids of users, numbers or strings; `1` and `'1'` are one id. */
export type UserId = string | number;
/** What a flag is for; it decides how long it may live. */
export type Kind = 'release' | 'experiment' | 'ops' | 'permission';
/** A prerequisite: another flag, and the variant it must be at. */
export interface Requirement {
  readonly flag: string;
  readonly variant: string;
}

/** Adds a mistake in a field of a flag, with the way out. */
export type Wrong = (field: string, message: string) => void;
/** What is watched on a flag, and what happens where it gets worse; made by `gatekeeper-flags/experiments`. */
export interface Guardrail {
  /** @internal */ check(flag: FeatureFlag, wrong: Wrong): void;
  /** @internal */ observe(engine: Engine<any>): Observer;
}

/**
 * A feature flag. Extend it with a variant enum and either `getVariant` or `rules`, and register an instance with
 * `defineConfig`. The *value* of an enum member (or of a const object's entry) is the variant's identity.
 */
export abstract class FeatureFlag<V extends string = string> {
  /** What the flag gates, for people. */
  abstract readonly description: string;
  /** The variant enum, or a const object with string values. */
  abstract readonly variants: { readonly [name: string]: V };
  /** Served when the flag is killed, when it fails, and when nothing matched. */
  abstract readonly off: V | `${V}`;
  /** Variant → user ids that get it before any rule. One id in two lists is refused. */
  declare readonly overrides?: { readonly [K in `${V}`]?: readonly UserId[] };
  /** Variant → a JSON value that comes with it. */
  declare readonly payloads?: { readonly [K in `${V}`]?: unknown };
  /** Prerequisites: unless each is at its variant, this flag serves `off`. */
  declare readonly requires?: readonly Requirement[];
  /** Ordered rules as data: the first that matches serves. What `getVariant` walks unless it is overridden. */
  declare readonly rules?: readonly Rule<V>[];
  /** Name → percent, for a `getVariant` of one's own to use through `context.rollout(name)`. */
  declare readonly rollouts?: { readonly [name: string]: number | Ramp };
  /** Whose id decides rollouts and splits. Defaults to `user`. */
  declare readonly unit?: Unit;
  /** What bucketing hashes instead of the flag's name. */
  declare readonly salt?: string;
  /** Keeps the variant that a visitor got before logging in. For flags whose unit is `either`; needs a secret. */
  declare readonly sticky?: boolean;
  /** The instants between which rules apply, as dates or ISO 8601 strings (`starts` included, `ends` not). */
  declare readonly starts?: string | Date;
  declare readonly ends?: string | Date;
  /** Defaults to `release`. */
  declare readonly kind?: Kind;
  /** The person or team to ask. */
  declare readonly owner?: string;
  /** When the flag was added and when it should be gone: ISO 8601 dates. */
  declare readonly created?: string;
  declare readonly expires?: string;
  /** Meant to stay. */
  declare readonly permanent?: boolean;
  /** Serves `off` to everyone whom no override catches. */
  declare readonly draft?: boolean;
  /** May a cookie override it? Defaults to true. An override is not a permission. */
  declare readonly overridable?: boolean;
  /** May a browser be told its variant? Defaults to false. */
  declare readonly clientSide?: boolean;
  /** What kills, holds or reports the flag by itself. */
  declare readonly guardrails?: readonly Guardrail[];

  /** @internal The rule, after all others, whose split is an experiment's own: what it gives is an exposure. */
  experiment?(wrong: Wrong, before: readonly FeatureFlag[], holdout?: number): Rule<V>;
  /** @internal Who is told of exposures. */
  observe?(engine: Engine<any>): Observer;
  /** The rule: the variant for this context. Synchronous; whatever it throws is served as `off`, and reported. */
  getVariant(context: Context): V | `${V}` {
    return (rulesOf(context) as V | undefined) ?? this.off;
  }
}
