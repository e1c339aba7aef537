import { dayOf } from '../exposures/day';
import { expose, track, type Ledger, type Unit } from './ledger';
import type { Batch, Histogram, Sink } from './sink';
import { Sums, type Total } from './sums';

/** How much a memory sink keeps. */
export interface MemorySinkOptions {
  /** Units of each experiment; those that come later are not counted. Defaults to 100,000. */
  readonly units?: number;
}

interface Kept {
  readonly units: Map<string, { unit: Unit; readonly totals: Map<string, Total> }>;
  readonly sums: Sums;
  readonly histograms: Map<string, Histogram>;
}

/** Batches whose ids are remembered. */
const BATCHES = 1_000;

/** Keeps exposures and events in this process: for tests, and for guardrails of an app that is one process. */
export function memorySink({ units: limit = 100_000 }: MemorySinkOptions = {}): Sink {
  const experiments = new Map<string, Kept>();
  const taken = new Set<string>();
  const notes = new Map<string, string>();

  function keptOf(experiment: string): Kept {
    const kept = experiments.get(experiment) ?? { units: new Map(), sums: new Sums(), histograms: new Map() };
    experiments.set(experiment, kept);
    return kept;
  }
  const known = (experiment: string, unit: string) => experiments.get(experiment)?.units.get(unit);

  const ledger: Ledger = {
    unit: (experiment, unit) => known(experiment, unit)?.unit,
    addUnit({ experiment, unit, arm, weights, at }) {
      const { units } = keptOf(experiment);
      if (units.size >= limit) return false;
      units.set(unit, { unit: { arm, weights, day: dayOf(at), inTwoArms: false }, totals: new Map() });
      return true;
    },
    markInTwoArms(experiment, unit) {
      const one = known(experiment, unit)!;
      one.unit = { ...one.unit, inTwoArms: true };
    },
    totals: (experiment, unit) => known(experiment, unit)!.totals,
    total: (experiment, unit, event) => known(experiment, unit)!.totals.get(event),
    setTotal: (experiment, unit, event, total) => known(experiment, unit)!.totals.set(event, total),
    sums: (experiment) => keptOf(experiment).sums,
  };

  return {
    kind: 'memory',
    local: true,
    async write({ id, exposures, events, histograms }: Batch) {
      if (taken.has(id)) return;
      taken.add(id);
      if (taken.size > BATCHES) taken.delete(taken.values().next().value!);
      for (const exposure of exposures) expose(ledger, exposure);
      for (const event of events) track(ledger, event);
      for (const one of histograms) keptOf(one.experiment).histograms.set(JSON.stringify([one.arm, one.writer]), one);
    },
    results: {
      async read(experiment) {
        const { units, sums } = experiments.get(experiment)?.sums ?? new Sums();
        return { units, sums };
      },
      async recompute(experiment) {
        const { units, sums } = recomputed(experiments.get(experiment)?.units.values() ?? []);
        return { units, sums };
      },
      histograms: async (experiment) => [...(experiments.get(experiment)?.histograms.values() ?? [])],
      async claim(name, note) {
        if (notes.has(name)) return false;
        notes.set(name, note);
        return true;
      },
      claims: async (prefix) => new Map([...notes].filter(([name]) => name.startsWith(prefix))),
      async forget(experiment) {
        experiments.delete(experiment);
      },
    },
    async close() {},
  };
}

function recomputed(units: Iterable<{ readonly unit: Unit; readonly totals: ReadonlyMap<string, Total> }>): Sums {
  const all = new Sums();
  for (const { unit, totals } of units) {
    const { arm, weights, inTwoArms } = unit;
    all.addUnits({ arm, weights, day: 0, units: inTwoArms ? 0 : 1, inTwoArms: inTwoArms ? 1 : 0 });
    if (inTwoArms) continue;
    for (const [event, total] of totals) all.addChange(arm, event, 0, undefined, total);
  }
  return all;
}
