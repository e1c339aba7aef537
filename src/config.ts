import type { Facts } from './context';
import type { Flag } from './flag';
import type { App, Request, User } from './register';

/** Where warnings and errors go. Defaults to the console. */
export interface Logger {
  warn(message: string): void;
  error(message: string): void;
}

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

/** What `defineConfig` takes besides the flags. */
export interface Options {
  /** Facts about the process, for rules. */
  readonly app?: App;
  /** The signed-in user of a request. Synchronous: whoever authenticates ran earlier. */
  readonly user?: (req: Request) => User | null | undefined;
  /** The groups of a request's user. Synchronous. */
  readonly groups?: (req: Request) => Facts['groups'] | null | undefined;
  /** What signed tokens are bound to, such as `production`; required with `secret`. */
  readonly environment?: string;
  /** Signs override cookies and links: one secret of at least 32 characters, or several with the newest first. */
  readonly secret?: string | readonly string[];
  readonly overrides?: OverrideOptions;
  /** Lets `currentGatekeeper()` find the request's Gatekeeper (AsyncLocalStorage). Defaults to false. */
  readonly asyncContext?: boolean;
  /** Throws at a check of an unknown flag or variant, instead of warning once. Defaults to false. */
  readonly strict?: boolean;
  readonly logger?: Logger;
  /** Told of every failed decision, each time; `flag` is undefined where it concerns no single flag. */
  readonly onError?: (error: unknown, flag: string | undefined) => void;
  /** The clock, in milliseconds since 1970 (for tests). Defaults to `Date.now`. */
  readonly now?: () => number;
  /** The environment variables, read when an engine is made (for tests). Defaults to `process.env`. */
  readonly env?: { readonly [name: string]: string | undefined };
}

/** A checked config: give it to `gatekeeper` or `createEngine`. */
export interface Config<F> {
  readonly flags: F;
  readonly options: Options;
  /** @internal */
  readonly compiled: ReadonlyMap<string, Flag>;
}
