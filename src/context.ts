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
}

/** Where a Gatekeeper learns who is asking: an HTTP request, or what `engine.for` was given. Read when first needed. */
export interface Source {
  readonly request?: Request;
  /** Instead of the config's. */
  readonly app?: App;
  readonly now?: number;
  user(): User | null | undefined;
  groups(): Facts['groups'] | null | undefined;
  visitor?(): string | undefined;
  /** This browser's overrides, flag → variant: only those that this request may use. */
  overrides?(): ReadonlyMap<string, string>;
  /** Sets (or with `''` clears) an override of this browser, from its next request on. */
  setOverride?(flag: string, variant: string): void;
}
