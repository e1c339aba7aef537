import { randomBytes } from 'node:crypto';
import { optionsOf } from '../config/options';
import type { Engine } from '../engine';
import { cookieValues, type CookieToSet } from './cookies';
import { createSigner, type Signer } from './signing';

const ID = /^[\w-]{22}$/;
const ONE_YEAR = 365 * 24 * 60 * 60;

/** The cookie that holds a browser's anonymous id: 128 random bits, signed where the config has a secret. */
export class VisitorCookie {
  readonly #name: string;
  readonly #maxAge: number;
  readonly #signer: Signer | undefined;

  constructor(engine: Engine<any>) {
    const { secret, environment = '', visitor = {} } = optionsOf(engine);
    this.#name = visitor.cookie ?? 'gk_id';
    this.#maxAge = visitor.maxAge ?? ONE_YEAR;
    if (secret) this.#signer = createSigner([secret].flat(), environment, 'visitor');
  }

  /** The id in a `Cookie` header; undefined where there is none, or one that was not made here. */
  read(header: string | undefined): string | undefined {
    const [value, ...others] = cookieValues(header, this.#name);
    if (value === undefined || others.length > 0) return undefined;
    try {
      const id = this.#signer ? this.#signer.open(decodeURIComponent(value)) : value;
      return id !== undefined && ID.test(id) ? id : undefined;
    } catch {
      return undefined;
    }
  }

  /** A new id, and the cookie for it. */
  create(): { readonly id: string; readonly cookie: CookieToSet } {
    const id = randomBytes(16).toString('base64url');
    return { id, cookie: { name: this.#name, value: this.#signer?.seal(id) ?? id, maxAge: this.#maxAge } };
  }
}
