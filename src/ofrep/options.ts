import type { Context } from '../context';
import type { Request } from '../register';

/** Who asks: a `client`, such as a browser, is told only of flags with `clientSide = true`; a `server` of all. */
export type Side = 'client' | 'server';

export interface OfrepOptions {
  /** Which side this request is from, by its token or session; null for one that may not ask (401). Within 5 seconds. */
  readonly authorize: (req: Request) => Side | null | undefined | Promise<Side | null | undefined>;
  /**
   * What rules see of a request and the context that it sent. Without it, that context is believed: `targetingKey`, which it
   * must then have, is `user.id`, and the rest are attributes of the user. A client can claim anything: for flags that are to
   * keep something from somebody, take the user from the session here.
   */
  readonly context?: (req: Request, given: { readonly [key: string]: unknown }) => Partial<Context>;
}
