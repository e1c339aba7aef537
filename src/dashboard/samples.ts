import type { Flag } from '../flag';
import type { Engine } from '../index';
import type { Count } from '../report/counts';

const MINUTE = 60_000;
/** Four hours, a sample a minute. */
const KEPT = 240;
const FRESH = 5_000;
/** A page does not wait longer for a store that is slow. */
const PATIENCE = 300;

/** Decisions a minute by variant, oldest first; each `at` is the end of its minute, in milliseconds since 1970. */
export interface Series {
  readonly at: readonly number[];
  readonly variants: { readonly [variant: string]: readonly number[] };
}

/**
 * What was counted, and how that grew. A store keeps totals alone, so they are sampled each minute from the first page on,
 * in this process's memory.
 */
export class Samples {
  readonly #engine: Engine<any>;
  /** Where each flag's variants begin in a sample. */
  readonly #starts = new Map<string, number>();
  readonly #length: number;
  readonly #samples: { readonly at: number; readonly totals: Float64Array }[] = [];
  #counts: ReadonlyMap<string, readonly Count[]> = new Map();
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(engine: Engine<any>) {
    this.#engine = engine;
    let length = 0;
    for (const { name, variants } of engine.flags()) {
      this.#starts.set(name, length);
      length += variants.length;
    }
    this.#length = length;
  }

  /** Reads the totals, unless they were just read, and begins to sample them. */
  async look(): Promise<void> {
    if (this.#closed) return;
    this.#timer ??= setInterval(() => void this.#sample(), MINUTE).unref();
    if (performance.now() - this.#readAt < FRESH) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE)));
    await Promise.race([this.#samples.length === 0 ? this.#sample() : this.#read(), late]);
    clearTimeout(timer);
  }

  #read(): Promise<void> {
    this.#reading ??= this.#engine.live
      .counts()
      .then((counts) => {
        this.#counts = byFlag(counts);
        this.#readAt = performance.now();
      })
      .catch(() => {}) // the status says what is wrong; what was read last stays
      .finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #sample(): Promise<void> {
    await this.#read();
    if (this.#readAt === -Infinity) return;
    const totals = new Float64Array(this.#length);
    for (const { name, variants } of this.#engine.flags()) {
      const counts = this.of(name);
      variants.forEach((variant, at) => (totals[this.#starts.get(name)! + at] = counts.get(variant)?.count ?? 0));
    }
    this.#samples.push({ at: this.#engine.now(), totals });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** How often each variant of a flag was decided, and when last. */
  of(flag: string): ReadonlyMap<string, Count> {
    return new Map(this.#counts.get(flag)?.map((count) => [count.variant, count]));
  }

  /** All that was counted, of flags that are gone from the code too. */
  counts(): readonly Count[] {
    return [...this.#counts.values()].flat();
  }

  series({ name, variants }: Flag): Series {
    const start = this.#starts.get(name)!;
    const growth = (place: number) =>
      this.#samples
        .slice(1)
        .map(({ totals }, index) => Math.max(0, totals[place]! - this.#samples[index]!.totals[place]!)); // 0: the store began anew
    return {
      at: this.#samples.map(({ at }) => at).slice(1),
      variants: Object.fromEntries(variants.map((variant, at) => [variant, growth(start + at)])),
    };
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }
}

function byFlag(counts: readonly Count[]): ReadonlyMap<string, readonly Count[]> {
  const flags = new Map<string, Count[]>();
  for (const count of counts) {
    const known = flags.get(count.flag);
    if (known) known.push(count);
    else flags.set(count.flag, [count]);
  }
  return flags;
}
