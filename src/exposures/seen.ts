/** Units that are remembered at once, at most: sets of four, each a line of the processor's cache. */
const SETS = 1 << 14;
const WAYS = 4;

/**
 * Remembers which units were seen of late, and with which arm, so that each is written about once. Its hash leads a unit to
 * its set, from which it is pushed out by newer ones; it is then written about again, and the sink knows it already.
 * Numbers, so that nothing is kept for the garbage collector: 50 bits tell units apart.
 */
export class Seen {
  #hashes: Int32Array | undefined;
  #checks: Int32Array | undefined;
  readonly #arms: string[] = [];

  /** Whether `unit`, whose hash is given, was seen with `arm`; from now on it was. */
  again(hash: number, unit: string, arm: string): boolean {
    const hashes = (this.#hashes ??= new Int32Array(SETS * WAYS));
    const checks = (this.#checks ??= new Int32Array(SETS * WAYS));
    const first = (hash & (SETS - 1)) * WAYS;
    const check = checkOf(unit, this.#numberOf(arm));
    for (let i = first; i < first + WAYS; i++) if (hashes[i] === hash && checks[i] === check) return true;
    for (let i = first + WAYS - 1; i > first; i--) {
      hashes[i] = hashes[i - 1]!;
      checks[i] = checks[i - 1]!;
    }
    hashes[first] = hash;
    checks[first] = check;
    return false;
  }

  /** Forgets what was said of a unit. */
  forget(hash: number): void {
    const first = (hash & (SETS - 1)) * WAYS;
    for (let i = first; i < first + WAYS; i++) if (this.#hashes?.[i] === hash) this.#checks![i] = 0;
  }

  #numberOf(arm: string): number {
    const known = this.#arms.indexOf(arm);
    return known < 0 ? this.#arms.push(arm) : known + 1;
  }
}

/** FNV-1a over character codes: it shares no structure with the hash that leads to a place, as that hash of another seed does. */
function checkOf(unit: string, seed: number): number {
  let check = 0x811c9dc5 ^ seed;
  for (let i = 0; i < unit.length; i++) check = Math.imul(check ^ unit.charCodeAt(i), 0x01000193);
  return check;
}
