import type { Config, Settings } from '../config';
import type { Facts } from '../context';
import type { Request, User } from '../register';
import type { Sink } from '../sinks/sink';
import type { Store } from '../stores/store';

/** How override cookies are read and written. */
export interface OverrideOptions {
  /** The cookie's name. Defaults to `gatekeeper`; `__Host-…` and `__Secure-…` make it https only. */
  readonly cookie?: string;
  /** May this request use override cookies? Asked while they have no effect. Defaults to: every request may. */
  readonly allow?: (req: Request) => boolean;
  /** Seconds until an override ends. Defaults to 8 hours. */
  readonly maxAge?: number;
  /** Honour plain cookies too. Defaults to true only where NODE_ENV is exactly `development` or `test`. */
  readonly unsigned?: boolean;
}

/** How browsers without a user are told apart, for flags whose unit is `visitor` or `either`. */
export interface VisitorOptions {
  /** The cookie's name. Defaults to `gk_id`. */
  readonly cookie?: string;
  /** May this browser be given an id? Only `true` is a yes. Defaults to: every browser may. */
  readonly consent?: (req: Request) => boolean;
  /** Seconds until the id ends. Defaults to a year. */
  readonly maxAge?: number;
}

/** What `defineConfig` takes besides the flags. */
export interface Options extends Settings {
  /** The signed-in user of a request. Synchronous: whoever authenticates ran earlier. */
  readonly user?: (req: Request) => User | null | undefined;
  /** The groups of a request's user. Synchronous. */
  readonly groups?: (req: Request) => Facts['groups'] | null | undefined;
  /** What signed tokens are bound to, such as `production`; required with `secret`. */
  readonly environment?: string;
  /** Signs override cookies and links: one secret of at least 32 characters, or several with the newest first. */
  readonly secret?: string | readonly string[];
  readonly overrides?: OverrideOptions;
  /** Opens the store of live state, when an engine is made. Defaults to this process's memory. */
  readonly store?: () => Store;
  /** Milliseconds that `engine.ready` waits for the store. Defaults to 2,000. */
  readonly readyTimeout?: number;
  /** Opens where exposures of experiments and what guardrails watch go, when an engine is made that has any. Defaults to this process's memory. */
  readonly sink?: () => Sink;
  /** Percent of all units that no experiment takes, to compare with later. Defaults to 0. */
  readonly holdout?: number;
  readonly visitor?: VisitorOptions;
  /** `protect` (the default) keeps responses that flags made for one visitor out of shared caches; `off` leaves that to you. */
  readonly caching?: 'protect' | 'off';
  /** Lets `currentGatekeeper()` find the request's Gatekeeper (AsyncLocalStorage). Defaults to false. */
  readonly asyncContext?: boolean;
  /** Throws at a check of an unknown flag or variant, instead of warning once. Defaults to false. */
  readonly strict?: boolean;
  /** Told of every failed decision, each time; `flag` is undefined where it concerns no single flag. */
  readonly onError?: (error: unknown, flag: string | undefined) => void;
}

/** All the options that `defineConfig` was given. */
export function optionsOf({ config }: { readonly config: Config<any> }): Options {
  return config.options;
}
