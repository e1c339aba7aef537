import type { Flag } from './flag';
import type { App } from './register';

/** Where warnings and errors go. Defaults to the console. */
export type Logger = Pick<Console, 'warn' | 'error'>;

/** The options that deciding needs. */
export interface Settings {
  /** Facts about the process, for rules. */
  readonly app?: App;
  readonly logger?: Logger;
  /** The clock, in milliseconds since 1970 (for tests). Defaults to `Date.now`. */
  readonly now?: () => number;
  /** The environment variables, read when an engine is made (for tests). Defaults to `process.env`. */
  readonly env?: { readonly [name: string]: string | undefined };
}

/** A checked config: give it to `gatekeeper` or `createEngine`. */
export interface Config<F> {
  readonly flags: F;
  readonly options: Settings;
  /** @internal */
  readonly compiled: ReadonlyMap<string, Flag>;
}
