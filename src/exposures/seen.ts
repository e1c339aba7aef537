import { murmur3 } from '../rules/bucket';

/** Units that are remembered at once, at most; a power of two. */
const PLACES = 1 << 16;

/**
 * Remembers which units were seen of late, and with which arm, so that each is written about once. Each unit has a place by
 * its hash, which another may take from it: it is then written about again, and the sink knows it already. Numbers, so that
 * nothing is kept for the garbage collector: 48 bits tell units apart.
 */
export class Seen {
  #hashes: Int32Array | undefined;
  #checks: Int32Array | undefined;
  readonly #arms: string[] = [];

  /** Whether `unit`, whose hash is given, was last seen with `arm`; from now on it was. */
  again(hash: number, unit: string, arm: string): boolean {
    const hashes = (this.#hashes ??= new Int32Array(PLACES));
    const checks = (this.#checks ??= new Int32Array(PLACES));
    const place = hash & (PLACES - 1);
    const check = murmur3(unit, this.#numberOf(arm));
    if (hashes[place] === hash && checks[place] === check) return true;
    hashes[place] = hash;
    checks[place] = check;
    return false;
  }

  /** Forgets what was said of a unit. */
  forget(hash: number): void {
    if (this.#checks) this.#checks[hash & (PLACES - 1)] = 0;
  }

  #numberOf(arm: string): number {
    const known = this.#arms.indexOf(arm);
    return known < 0 ? this.#arms.push(arm) : known + 1;
  }
}
