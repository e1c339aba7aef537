import type { Kept } from '../rules/source';
import { optionsOf } from '../config/options';
import type { Engine } from '../engine';
import { cookieValues, type CookieToSet } from './cookies';
import { createSigner, type Signer } from './signing';

const NAME = 'gk_sticky';
const MAX_BYTES = 3072;
const NINETY_DAYS = 90 * 24 * 60 * 60;

/** Flag → what a browser was given of it before the login. */
export type Assignments = ReadonlyMap<string, Kept>;

/** The signed cookie that keeps sticky flags' variants through login: newest last, the oldest make room. */
export class StickyCookie {
  readonly #signer: Signer;

  constructor(engine: Engine<any>) {
    const { secret = [], environment = '' } = optionsOf(engine);
    this.#signer = createSigner([secret].flat(), environment, 'sticky');
  }

  read(header: string | undefined): Assignments {
    const [value, ...others] = cookieValues(header, NAME);
    if (value === undefined || others.length > 0) return new Map();
    try {
      const list = JSON.parse(this.#signer.open(decodeURIComponent(value)) ?? '[]') as [string, string, string][];
      return new Map(list.map(([flag, rule, variant]) => [flag, { rule, variant }]));
    } catch {
      return new Map();
    }
  }

  /** The cookie for `assignments`; what does not fit any more is the oldest. */
  write(assignments: Assignments): CookieToSet {
    const list = [...assignments].map(([flag, { rule, variant }]) => [flag, rule, variant]);
    for (;;) {
      const value = this.#signer.seal(JSON.stringify(list));
      if (encodeURIComponent(value).length <= MAX_BYTES || list.length === 0)
        return { name: NAME, value, maxAge: NINETY_DAYS };
      list.shift();
    }
  }
}
