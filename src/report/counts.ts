import type { Flag } from '../flag';

/** How often a flag was decided for a variant, and when last, in milliseconds since 1970. */
export interface Count {
  readonly flag: string;
  readonly variant: string;
  readonly count: number;
  readonly last: number;
}

/** What became of the decisions counted: `counted` is always the sum of the others. */
export interface CountStats {
  readonly counted: number;
  readonly written: number;
  readonly dropped: number;
  readonly pending: number;
}

/** Counts of decisions that are still to be written: a number for each variant of each flag, however many decisions. */
export class Counts {
  readonly #flags: readonly Flag[];
  /** Where each flag's variants begin in `#pending`. */
  readonly #starts: Int32Array;
  readonly #pending: Float64Array;
  /** How many decisions are being written just now. */
  #writing = 0;
  #written = 0;
  #dropped = 0;
  #over = false;

  constructor(flags: readonly Flag[]) {
    this.#flags = flags;
    this.#starts = new Int32Array(flags.length + 1);
    flags.forEach((flag, index) => (this.#starts[index + 1] = this.#starts[index]! + flag.variants.length));
    this.#pending = new Float64Array(this.#starts[flags.length]!);
  }

  /** Counts a decision for the flag's variant of that place; allocates nothing. */
  add({ index }: Flag, variant: number): void {
    const place = this.#starts[index]! + variant;
    this.#pending[place] = this.#pending[place]! + 1;
  }

  /** Takes what is pending, for `write` to write; what it could not write is pending again. */
  async flush(now: number, write: (counts: readonly Count[]) => Promise<void>): Promise<void> {
    const taken = this.#pending.slice();
    this.#pending.fill(0);
    const counts: Count[] = [];
    for (const { index, name, variants } of this.#flags)
      variants.forEach((variant, at) => {
        const count = taken[this.#starts[index]! + at]!;
        if (count > 0) counts.push({ flag: name, variant, count, last: now });
      });
    const total = sum(taken);
    this.#writing += total;
    try {
      if (total > 0) await write(counts);
      this.#written += total;
    } catch (error) {
      if (this.#over) this.#dropped += total;
      else for (let i = 0; i < taken.length; i++) this.#pending[i] = this.#pending[i]! + taken[i]!;
      throw error;
    } finally {
      this.#writing -= total;
    }
  }

  /** Gives up what is pending, and from now on what could not be written. */
  drop(): void {
    this.#over = true;
    this.#dropped += sum(this.#pending);
    this.#pending.fill(0);
  }

  stats(): CountStats {
    const pending = sum(this.#pending) + this.#writing;
    return {
      counted: this.#written + this.#dropped + pending,
      written: this.#written,
      dropped: this.#dropped,
      pending,
    };
  }
}

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, number) => total + number, 0);
}
