import { randomUUID } from 'node:crypto';
import type { JsHistogram } from 'hdr-histogram-js';
import { GatekeeperError } from '../../errors';
import type { Histogram } from '../../sinks/sink';
import { Turn } from '../../stores/turn';

type Library = typeof import('hdr-histogram-js');

/** Microseconds to two digits, up to an hour. */
const OPTIONS = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 3_600_000_000,
  numberOfSignificantValueDigits: 2,
  useWebAssembly: false,
} as const;

/** How long requests took, in milliseconds. */
export interface Spread {
  readonly requests: number;
  /** What so large a share of them took at most. */
  quantile(share: number): number;
  /** How many took longer. */
  longerThan(milliseconds: number): number;
}

/** The durations of requests, by what is watched and arm: as this process has counted them, and added up over all processes. */
export class Durations {
  readonly #library: Library;
  readonly #writer = randomUUID();
  readonly #counted = new Map<string, Map<string, { readonly histogram: JsHistogram; changed: boolean }>>();

  /** What was read of processes, by what is watched. */
  readonly #known = new Map<string, Map<string, { readonly data: string; readonly histogram: JsHistogram }>>();

  /** @throws GatekeeperError `package-missing` */
  constructor() {
    try {
      this.#library = require('hdr-histogram-js') as Library;
    } catch (cause) {
      const fix = 'npm install hdr-histogram-js';
      throw Object.assign(new GatekeeperError('package-missing', `latency at a quantile needs a package: ${fix}`), {
        cause,
      });
    }
  }

  took(experiment: string, arm: string, milliseconds: number): void {
    let arms = this.#counted.get(experiment);
    if (!arms) this.#counted.set(experiment, (arms = new Map()));
    let counted = arms.get(arm);
    if (!counted) arms.set(arm, (counted = { histogram: this.#empty(), changed: true }));
    counted.histogram.recordValue(inMicroseconds(milliseconds));
    counted.changed = true;
  }

  /** What has changed since it was last asked for. */
  changed(): readonly Histogram[] {
    const changed: Histogram[] = [];
    for (const [experiment, arms] of this.#counted)
      for (const [arm, counted] of arms) {
        if (!counted.changed) continue;
        counted.changed = false;
        const data = this.#library.encodeIntoCompressedBase64(counted.histogram);
        changed.push({ experiment, arm, writer: this.#writer, data });
      }
    return changed;
  }

  /** Those of an arm from all processes in one; requests have their turn in between. */
  async added(histograms: readonly Histogram[], arm: string): Promise<Spread> {
    const all = this.#empty();
    const turn = new Turn();
    for (const one of histograms) {
      if (one.arm === arm) all.add(this.#read(one));
      if (turn.over) await turn.next();
    }
    return spreadOf(all);
  }

  /** Ends counting of what is not among `experiments` any more, and has been written. */
  keep(experiments: ReadonlySet<string>): void {
    for (const [experiment, arms] of this.#counted)
      if (!experiments.has(experiment) && [...arms.values()].every(({ changed }) => !changed))
        this.#counted.delete(experiment);
    for (const experiment of this.#known.keys()) if (!experiments.has(experiment)) this.#known.delete(experiment);
  }

  /** Processes that have ended write no more: theirs are not decoded at each look. */
  #read({ experiment, arm, writer, data }: Histogram): JsHistogram {
    let known = this.#known.get(experiment);
    if (!known) this.#known.set(experiment, (known = new Map()));
    const key = JSON.stringify([arm, writer]);
    const before = known.get(key);
    if (before?.data === data) return before.histogram;
    const histogram = this.#library.decodeFromCompressedBase64(data) as JsHistogram;
    known.set(key, { data, histogram });
    return histogram;
  }

  #empty(): JsHistogram {
    return this.#library.build(OPTIONS) as JsHistogram;
  }
}

/** What a histogram of microseconds tells. */
export function spreadOf(histogram: JsHistogram): Spread {
  return {
    requests: histogram.totalCount,
    quantile: (share) => histogram.getValueAtPercentile(100 * share) / 1000,
    longerThan(milliseconds) {
      let longer = 0;
      const first = histogram.countsArrayIndex(inMicroseconds(milliseconds)) + 1;
      for (let i = first; i < histogram.countsArrayLength; i++) longer += histogram.getCountAtIndex(i);
      return longer;
    },
  };
}

function inMicroseconds(milliseconds: number): number {
  return Math.min(Math.max(1, Math.round(milliseconds * 1000)), OPTIONS.highestTrackableValue);
}
