import type { Segment } from './rules/rule';
import type { App, Groups, Request, User } from './register';

/** What patterns match against: who is asking, and where. */
export interface Facts {
  readonly user: User | undefined;
  readonly groups: { readonly [K in keyof Groups]?: Groups[K] };
  readonly app: App;
}

/** What a rule may see. Frozen; outside production, user and groups are read-only views all the way down. */
export interface Context extends Facts {
  /** The anonymous id of this browser, where it has one. */
  readonly visitor: string | undefined;
  /** Milliseconds since 1970, the same for the whole request. */
  readonly now: number;
  /** The request itself; undefined outside one. */
  readonly request: Request | undefined;
  /** Is this unit inside the class's rollout of that name? False without a unit id. */
  readonly rollout: (name: string) => boolean;
  /** One of several variants by weight, the same each time for the same unit; undefined without a unit id. */
  readonly split: <V extends string>(name: string, weights: { readonly [K in V]: number }) => V | undefined;
  /** Is this visitor in the segment? */
  readonly in: (segment: Segment) => boolean;
}

/** Where a Gatekeeper learns who is asking: an HTTP request, or what `engine.for` was given. Read when first needed. */
export interface Source {
  readonly request?: Request;
  /** Instead of the config's. */
  readonly app?: App;
  readonly now?: number;
  user(): User | null | undefined;
  groups(): Facts['groups'] | null | undefined;
  /** This browser's anonymous id; where it has none, a new one if `create` and if it can be kept. */
  visitor?(create: boolean): string | undefined;
  /** Told at the first decision that read something of this visitor. */
  personal?(flag: string): void;
  /** This browser's overrides, flag → variant: only those that this request may use. */
  overrides?(): ReadonlyMap<string, string>;
  /** Sets (or with `''` clears) an override of this browser, from its next request on. */
  setOverride?(flag: string, variant: string): void;
}
