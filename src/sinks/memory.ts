import { dayOf } from '../exposures/day';
import type { Batch, DaySums, DayUnits, Exposure, Histogram, Sink, Totals, TrackedEvent } from './sink';

/** How much a memory sink keeps. */
export interface MemorySinkOptions {
  /** Units of each experiment; those that come later are not counted. Defaults to 100,000. */
  readonly units?: number;
}

/** What a unit did of one event: the sum of its values (in millionths), how often, and when last. */
interface Total {
  readonly x: bigint;
  readonly y: bigint;
  readonly day: number;
}

interface Unit {
  readonly arm: string;
  readonly weights: string;
  readonly day: number;
  inTwoArms: boolean;
  readonly totals: Map<string, Total>;
}

interface Kept {
  readonly units: Map<string, Unit>;
  readonly dayUnits: Map<string, DayUnits>;
  readonly daySums: Map<string, DaySums>;
  readonly histograms: Map<string, Histogram>;
}

const NOTHING: Total = { x: 0n, y: 0n, day: -Infinity };
/** Batches whose ids are remembered. */
const BATCHES = 1_000;

/** Keeps exposures and events in this process: for tests, and for guardrails of an app that is one process. */
export function memorySink({ units: limit = 100_000 }: MemorySinkOptions = {}): Sink {
  const experiments = new Map<string, Kept>();
  const taken = new Set<string>();
  const notes = new Map<string, string>();

  function keptOf(experiment: string): Kept {
    const kept = experiments.get(experiment) ?? {
      units: new Map(),
      dayUnits: new Map(),
      daySums: new Map(),
      histograms: new Map(),
    };
    experiments.set(experiment, kept);
    return kept;
  }

  function expose({ experiment, arm, unit, at, weights }: Exposure): void {
    const kept = keptOf(experiment);
    const known = kept.units.get(unit);
    if (known === undefined) {
      if (kept.units.size >= limit) return;
      const added = { arm, weights, day: dayOf(at), inTwoArms: false, totals: new Map() };
      kept.units.set(unit, added);
      return addUnits(kept.dayUnits, added, added.day, 1, 0);
    }
    if (known.arm === arm || known.inTwoArms) return;
    known.inTwoArms = true;
    const lastDay = Math.max(dayOf(at), known.day, ...[...known.totals.values()].map(({ day }) => day));
    addUnits(kept.dayUnits, known, lastDay, -1, 1);
    for (const [event, total] of known.totals) addSums(kept.daySums, known.arm, event, lastDay, total, NOTHING);
  }

  function track({ experiment, unit, event, count, sum, at }: TrackedEvent): void {
    const { units, daySums } = keptOf(experiment);
    const known = units.get(unit);
    if (known === undefined) return;
    const before = known.totals.get(event) ?? NOTHING;
    // A unit's days do not go back, whatever clocks say: so the state as of the end of a day is one that has been.
    const day = Math.max(dayOf(at), known.day, before.day);
    const after = { x: before.x + sum, y: before.y + BigInt(count), day };
    known.totals.set(event, after);
    if (!known.inTwoArms) addSums(daySums, known.arm, event, day, before, after);
  }

  return {
    kind: 'memory',
    async write({ id, exposures, events, histograms }: Batch) {
      if (taken.has(id)) return;
      taken.add(id);
      if (taken.size > BATCHES) taken.delete(taken.values().next().value!);
      exposures.forEach(expose);
      events.forEach(track);
      for (const one of histograms) keptOf(one.experiment).histograms.set(JSON.stringify([one.arm, one.writer]), one);
    },
    results: {
      async read(experiment) {
        const { dayUnits, daySums } = keptOf(experiment);
        return { units: [...dayUnits.values()], sums: [...daySums.values()] };
      },
      recompute: async (experiment) => recomputed(keptOf(experiment).units.values()),
      histograms: async (experiment) => [...keptOf(experiment).histograms.values()],
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

function addUnits(
  kept: Map<string, DayUnits>,
  { arm, weights }: Pick<Unit, 'arm' | 'weights'>,
  day: number,
  units: number,
  inTwoArms: number,
): void {
  const key = JSON.stringify([arm, weights, day]);
  const so = kept.get(key) ?? { arm, weights, day, units: 0, inTwoArms: 0 };
  kept.set(key, { ...so, units: so.units + units, inTwoArms: so.inTwoArms + inTwoArms });
}

/** Adds what a unit's change from one total to another makes of its arm's sums. */
function addSums(
  kept: Map<string, DaySums>,
  arm: string,
  event: string,
  day: number,
  before: Omit<Total, 'day'>,
  after: Omit<Total, 'day'>,
): void {
  const key = JSON.stringify([arm, event, day]);
  const none = { arm, event, day, units: 0, sumX: 0n, sumXX: 0n, sumY: 0n, sumYY: 0n, sumXY: 0n };
  const so = kept.get(key) ?? none;
  kept.set(key, {
    ...so,
    units: so.units + Number(after.y > 0n) - Number(before.y > 0n),
    sumX: so.sumX + after.x - before.x,
    sumXX: so.sumXX + after.x ** 2n - before.x ** 2n,
    sumY: so.sumY + after.y - before.y,
    sumYY: so.sumYY + after.y ** 2n - before.y ** 2n,
    sumXY: so.sumXY + after.x * after.y - before.x * before.y,
  });
}

function recomputed(units: Iterable<Unit>): Totals {
  const dayUnits = new Map<string, DayUnits>();
  const daySums = new Map<string, DaySums>();
  for (const unit of units) {
    addUnits(dayUnits, unit, 0, unit.inTwoArms ? 0 : 1, unit.inTwoArms ? 1 : 0);
    if (unit.inTwoArms) continue;
    for (const [event, total] of unit.totals) addSums(daySums, unit.arm, event, 0, NOTHING, total);
  }
  return { units: [...dayUnits.values()], sums: [...daySums.values()] };
}
