import type { Context, Facts } from '../context';
import type { App, Request, User } from '../register';

/** What a rule gave a visitor before the login. */
export interface Kept {
  readonly rule: string;
  readonly variant: string;
}

/** Where a Gatekeeper learns who is asking: an HTTP request, or what `engine.for` was given. Read when first needed. */
export interface Source {
  readonly request?: Request;
  /** Instead of the config's. */
  readonly app?: App;
  readonly now?: number;
  /** What is used is no exposure: nobody sees it. */
  unseen?: boolean;
  user(): User | null | undefined;
  groups(): Facts['groups'] | null | undefined;
  /** This browser's anonymous id; where it has none, a new one if `create` and if it can be kept. */
  visitor?(create: boolean): string | undefined;
  /** Told of each flag whose decision read something of this visitor, of those that key a page cache, and of answers that `identify` leaves behind. */
  personal?(flag: string): void;
  keyed?(flags: readonly string[]): void;
  identified?(before: import('../evaluation').Evaluation): void;
  /** What this browser was given of a sticky flag before its user logged in; and what is to be kept of one. */
  kept?(flag: string): Kept | undefined;
  keep?(flag: string, kept: Kept): void;
  /** This browser's overrides, flag → variant: only those that this request may use. */
  overrides?(): ReadonlyMap<string, string> | undefined;
  /** Sets (or with `''` clears) an override of this browser, from its next request on. */
  setOverride?(flag: string, variant: string): void;
}

/** Who is asking, outside a request: what `engine.for` was given. */
export class GivenSource implements Source {
  declare unseen?: boolean;
  declare personal?: Source['personal'];
  constructor(private readonly given: Partial<Context>) {}

  get request(): Request | undefined {
    return this.given.request;
  }
  get app(): App | undefined {
    return this.given.app;
  }
  get now(): number | undefined {
    return this.given.now;
  }
  user(): User | undefined {
    return this.given.user;
  }
  groups(): Facts['groups'] | undefined {
    return this.given.groups;
  }
  visitor(): string | undefined {
    return this.given.visitor;
  }
}
