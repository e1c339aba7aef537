import { randomUUID } from 'node:crypto';
import type { Histogram as Counted } from 'hdr-histogram-js';
import { GatekeeperError } from '../../errors';
import type { Histogram } from '../../sinks/sink';

type Library = typeof import('hdr-histogram-js');

/** Microseconds to two digits, up to an hour. */
const OPTIONS = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 3_600_000_000,
  numberOfSignificantValueDigits: 2,
  useWebAssembly: false,
} as const;

/** The durations of requests, by what is watched and arm: as this process has counted them, and added up over all processes. */
export class Durations {
  readonly #library: Library;
  readonly #writer = randomUUID();
  readonly #counted = new Map<string, Map<string, { readonly histogram: Counted; changed: boolean }>>();

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
    const arms = this.#counted.get(experiment) ?? new Map();
    this.#counted.set(experiment, arms);
    const counted = arms.get(arm) ?? { histogram: this.#library.build(OPTIONS), changed: true };
    arms.set(arm, counted);
    counted.histogram.recordValue(
      Math.min(Math.max(1, Math.round(milliseconds * 1000)), OPTIONS.highestTrackableValue),
    );
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

  /** Those of an arm from all processes in one. */
  added(histograms: readonly Histogram[], arm: string): Counted {
    const all = this.#library.build(OPTIONS);
    for (const one of histograms) if (one.arm === arm) all.add(this.#library.decodeFromCompressedBase64(one.data));
    return all;
  }

  /** Ends counting of what is not among `experiments` any more. */
  keep(experiments: ReadonlySet<string>): void {
    for (const experiment of this.#counted.keys()) if (!experiments.has(experiment)) this.#counted.delete(experiment);
  }
}
