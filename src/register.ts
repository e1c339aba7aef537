import type { Config } from './config';
import type { FeatureFlag } from './flag';

/**
 * Filled in by an app, once, so that every check is typed:
 * `declare module 'gatekeeper-flags' { interface Register { config: typeof config; user: AppUser; groups: …; app: …; request: … } }`
 */
export interface Register {}

type Attributes = { readonly id?: string | number; readonly [name: string]: any };

/** The signed-in user as rules see it. */
export type User = Register extends { user: infer U } ? U : Attributes;
/** The groups a user can belong to (company, team …), by kind. */
export type Groups = Register extends { groups: infer G } ? G : { readonly [kind: string]: Attributes };
/** Facts about the process, the same for every request. */
export type App = Register extends { app: infer A } ? A : { readonly [name: string]: any };
/** The request that `user`, `groups`, `allow` and `consent` are asked about. */
export type Request = Register extends { request: infer R } ? R : any;

/** The config that `req.gk` and everything else without an argument is typed by. */
export type RegisteredConfig = Register extends { config: infer C } ? C : AnyConfig;

type AnyConfig = Config<{ readonly [name: string]: FeatureFlag<string> }>;
type FlagsOf<C> = 0 extends 1 & C ? AnyConfig['flags'] : C extends Config<infer F> ? F : never;
type VariantsOf<F> = F extends { readonly variants: infer E } ? E[keyof E] & string : never;
type PayloadsOf<F> = F extends { readonly payloads: infer P }
  ? P[keyof P] | (Exclude<`${VariantsOf<F>}`, keyof P> extends never ? never : undefined)
  : undefined;

type EventsOf<M> = M extends readonly (infer One)[] ? EventsOf<One> : M extends { readonly event: infer E } ? E : never;
type Measured<F> = F extends unknown ? EventsOf<F[keyof F & ('primary' | 'secondary' | 'guardrails')]> & string : never;

/** The names of a config's flags. */
export type FlagName<C = RegisteredConfig> = keyof FlagsOf<C> & string;
/** A flag's variants, as its enum's type. */
export type VariantOf<C, N extends FlagName<C>> = VariantsOf<FlagsOf<C>[N]>;
/** A flag's variants, each as its enum member or as the member's value. */
export type VariantName<C, N extends FlagName<C>> = VariantOf<C, N> | `${VariantOf<C, N>}`;
/** What `payload(flag)` can give: the union of the flag's payloads, and undefined where a variant has none. */
export type PayloadOf<C, N extends FlagName<C>> = PayloadsOf<FlagsOf<C>[N]>;
/** What `track` takes: what the config's experiments and guardrails measure; any name where they measure nothing. */
export type MetricName<C, E = Measured<FlagsOf<C>[FlagName<C>]>> = [E] extends [never] ? string : E & string;
/** A choice of variants for some of a config's flags. */
export type Choices<C = RegisteredConfig> = { readonly [N in FlagName<C>]?: VariantName<C, N> };
