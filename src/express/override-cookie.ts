import { optionsOf } from '../config/options';
import type { Engine } from '../engine';
import { GatekeeperError, show, unknownName, type ErrorCode } from '../errors';
import { reportOf } from '../report/report';
import { cookieValues, type CookieToSet } from './cookies';
import { createSigner, type Signer } from './signing';

/** Flag → variant. */
export type Overrides = ReadonlyMap<string, string>;

/** Why a cookie, or an entry of one, was treated as absent; `engine.stats().refusedOverrides` counts each. */
export type Refusal =
  | ('duplicate' | 'oversized' | 'malformed' | 'unsigned' | 'forged' | 'expired' | 'revoked' | 'too-many')
  | ('flag-unknown' | 'variant-unknown' | 'not-overridable' | 'not-allowed');

/** What a signed cookie or link carries. */
interface Token {
  readonly v: 1;
  readonly set: { readonly [flag: string]: unknown };
  /** Seconds since 1970. */
  readonly exp: number;
  readonly epoch: number;
  /** Who made it. */
  readonly by?: string;
}

type Purpose = 'override-cookie' | 'override-link';

const NO_OVERRIDES: Overrides = new Map();
const EIGHT_HOURS = 8 * 60 * 60;
const MAX_BYTES = 4096;
const MAX_ENTRIES = 64;
/** What a token looks like, whoever signed it. */
const TOKEN = /^[\w-]+\.[\w+/]+$/;

/** The override cookie of one engine: read from raw headers, written as `Set-Cookie` values. */
export class OverrideCookie {
  readonly #engine: Engine<any>;
  readonly #name: string;
  readonly #maxAge: number;
  readonly #unsigned: boolean;
  readonly #signers: { readonly [P in Purpose]: Signer } | undefined;
  #warned = false;

  constructor(engine: Engine<any>) {
    const { secret, environment = '', overrides = {} } = optionsOf(engine);
    this.#engine = engine;
    this.#name = overrides.cookie ?? 'gatekeeper';
    this.#maxAge = overrides.maxAge ?? EIGHT_HOURS;
    // An unset NODE_ENV must not open production.
    this.#unsigned = overrides.unsigned ?? ['development', 'test'].includes(engine.env.NODE_ENV ?? '');
    const signer = (purpose: Purpose) => createSigner([secret ?? []].flat(), environment, purpose);
    if (secret)
      this.#signers = { 'override-cookie': signer('override-cookie'), 'override-link': signer('override-link') };
  }

  /** The overrides in a `Cookie` header. Never throws: what is wrong is counted, and as if absent. */
  read(header: string | undefined): Overrides {
    const [value, ...others] = cookieValues(header, this.#name);
    if (value === undefined) return NO_OVERRIDES;
    const set = others.length > 0 ? 'duplicate' : this.#parse(value);
    if (typeof set !== 'string') return this.existing(set);
    reportOf(this.#engine).refused(set);
    if (set === 'unsigned') this.#explainUnsigned();
    return NO_OVERRIDES;
  }

  #parse(value: string): Token['set'] | Refusal {
    if (value.length > MAX_BYTES) return 'oversized';
    try {
      const text = value.startsWith('{') ? value : decodeURIComponent(value);
      if (!text.startsWith('{')) {
        const opened = this.open(text, 'override-cookie');
        return typeof opened === 'string' ? opened : opened.set;
      }
      return this.#unsigned ? checkSet(JSON.parse(text)) : 'unsigned';
    } catch {
      return 'malformed';
    }
  }

  /** What a token carries and who made it, or why it is refused. */
  open(token: string, purpose: Purpose): Pick<Token, 'set' | 'by'> | Refusal {
    try {
      const text = this.#signers?.[purpose].open(token);
      if (text === undefined) return TOKEN.test(token) ? 'forged' : 'malformed';
      const opened = JSON.parse(text) as Token;
      if (opened.v !== 1) return 'malformed';
      if (opened.exp * 1000 <= this.#engine.now()) return 'expired';
      if (opened.epoch !== this.#engine.live.state.epoch) return 'revoked';
      const set = checkSet(opened.set);
      return typeof set === 'string' ? set : { set, by: opened.by };
    } catch {
      return 'malformed';
    }
  }

  /** A token that carries `overrides` for so many seconds, or until overrides are revoked. */
  seal(overrides: Overrides, purpose: Purpose, seconds: number, by?: string): string {
    if (!this.#signers)
      throw refusal(
        'override-refused',
        'overrides must be signed here: give defineConfig a secret and an environment ' +
          '(plain cookies, for development, need NODE_ENV=development)',
      );
    const exp = Math.floor(this.#engine.now() / 1000) + seconds;
    const set = Object.fromEntries(overrides);
    const token: Token = { v: 1, set, exp, epoch: this.#engine.live.state.epoch, by };
    return this.#signers[purpose].seal(JSON.stringify(token));
  }

  /** The cookie that makes `overrides` this browser's; with none, it removes the cookie. */
  write(overrides: Overrides, by?: string): CookieToSet {
    const name = this.#name;
    if (overrides.size === 0) return { name, value: '', maxAge: 0 };
    if (overrides.size > MAX_ENTRIES) throw tooLarge(`${overrides.size} overrides; at most ${MAX_ENTRIES} fit`);
    const plain = this.#unsigned && !this.#signers;
    const value = plain
      ? JSON.stringify(Object.fromEntries(overrides))
      : this.seal(overrides, 'override-cookie', this.#maxAge, by);
    // Browsers count the name too, and drop what is larger without a word (RFC 6265bis, 5.6).
    const size = name.length + encodeURIComponent(value).length;
    if (size > MAX_BYTES) throw tooLarge(`${size} bytes of overrides; at most ${MAX_BYTES} fit in a cookie`);
    return { name, value, maxAge: this.#maxAge };
  }

  /** @throws GatekeeperError `flag-unknown`, `variant-unknown`, or `override-refused` where the flag forbids it */
  check(name: string, variant: string | undefined): void {
    const { compiled } = this.#engine.config;
    const flag = compiled.get(name);
    if (!flag) throw refusal('flag-unknown', unknownName('flag', name, [...compiled.keys()]));
    if (flag.definition.overridable === false)
      throw refusal('override-refused', `${name} says overridable = false; it cannot be overridden in a browser`);
    if (variant !== undefined && !flag.variants.includes(variant))
      throw refusal('variant-unknown', unknownName(`variant of ${name}`, variant, flag.variants));
  }

  /** Those entries that name a real, overridable flag and one of its variants; the others are counted. */
  existing(set: Token['set']): Overrides {
    const existing = new Map<string, string>();
    for (const [name, variant] of Object.entries(set)) {
      const flag = this.#engine.config.compiled.get(name);
      if (!flag) reportOf(this.#engine).refused('flag-unknown');
      else if (!flag.variants.includes(variant as string)) reportOf(this.#engine).refused('variant-unknown');
      else if (flag.definition.overridable === false) reportOf(this.#engine).refused('not-overridable');
      else existing.set(name, variant as string);
    }
    return existing;
  }

  #explainUnsigned(): void {
    if (this.#warned || this.#engine.production) return;
    this.#warned = true;
    this.#engine.logger.warn(
      `gatekeeper: a plain override cookie was ignored, because NODE_ENV is ${show(this.#engine.env.NODE_ENV)}; ` +
        'plain ones need NODE_ENV=development (or test)',
    );
  }
}

function checkSet(set: unknown): Token['set'] | Refusal {
  if (typeof set !== 'object' || set === null || Array.isArray(set)) return 'malformed';
  return Object.keys(set).length > MAX_ENTRIES ? 'too-many' : (set as Token['set']);
}

function tooLarge(what: string): GatekeeperError {
  return refusal('override-too-large', `${what}; clear some first`);
}

/** An error that Express answers with 403 where an override is not allowed, and with 400 where it makes no sense. */
export function refusal(code: ErrorCode, message: string): GatekeeperError {
  return Object.assign(new GatekeeperError(code, message), { status: code === 'override-refused' ? 403 : 400 });
}
