import { momentsOfSums, readPrimary, verdict, welch, type Sums, type Verdict } from 'gatekeeper-flags/experiments';

/** What the units of an arm give in a day, from numbers drawn uniformly from 0 to 1. */
export interface SimulatedMetric {
  readonly minimumDetectableEffect: number;
  readonly draw: (random: () => number, arm: 'control' | 'treatment', units: number) => Omit<Sums, 'n'>;
}

export interface SimulatedDesign {
  readonly metric: SimulatedMetric;
  readonly unitsPerArmAndDay: number;
  readonly days: number;
  readonly alpha?: number;
}

/** What was called on the way: the first verdict that ends the experiment, and whether a fixed test ever looked significant. */
export interface SimulatedRun {
  readonly ended: Verdict;
  readonly day: number;
  readonly peeked: boolean;
}

/** Uniform numbers from 0 to 1 from a seed (Marsaglia 2003, xorshift with 128 bits of state). */
export function seededRandom(seed: number): () => number {
  let [x, y, z, w] = [seed | 0 || 1, 362436069, 521288629, 88675123];
  const random = () => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 64; i++) random();
  return random;
}

/** How many of so many units convert: from one that does to the next, the gaps are geometric. */
function conversions(rate: number, units: number, random: () => number): number {
  let count = -1;
  for (let unit = 0; unit <= units; unit += 1 + Math.floor(Math.log(1 - random()) / Math.log1p(-rate))) count++;
  return count;
}

/** A conversion rate, and what the treatment adds to it. */
export function conversion(rate: number, minimumDetectableEffect: number, effect = 0): SimulatedMetric {
  return {
    minimumDetectableEffect,
    draw: (random, arm, units) => {
      const sum = conversions(arm === 'treatment' ? rate + effect : rate, units, random);
      return { sum, sumSquares: sum };
    },
  };
}

/** Revenue: few buy, and of those who do, some buy for much (a lognormal amount, with σ = 1). */
export function revenue(rate: number, median: number, minimumDetectableEffect: number): SimulatedMetric {
  return {
    minimumDetectableEffect,
    draw: (random, _, units) => {
      let [sum, sumSquares] = [0, 0];
      for (let buyers = conversions(rate, units, random); buyers > 0; buyers--) {
        // Box and Muller's normal.
        const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        const amount = median * Math.exp(normal);
        sum += amount;
        sumSquares += amount * amount;
      }
      return { sum, sumSquares };
    },
  };
}

/** One experiment, its verdict read at the end of each day until one ends it. */
export function simulate(design: SimulatedDesign, random: () => number): SimulatedRun {
  const { metric, unitsPerArmAndDay, days, alpha = 0.05 } = design;
  const plannedUnits = 2 * unitsPerArmAndDay * days;
  const nothing = { sum: 0, sumSquares: 0 };
  const sums = { control: nothing, treatment: nothing };
  let ended: Pick<SimulatedRun, 'ended' | 'day'> | undefined;
  let peeked = false;
  for (let day = 1; day <= days; day++) {
    for (const arm of ['control', 'treatment'] as const) {
      const more = metric.draw(random, arm, unitsPerArmAndDay);
      const { sum, sumSquares } = sums[arm];
      sums[arm] = { sum: sum + more.sum, sumSquares: sumSquares + more.sumSquares };
    }
    const n = unitsPerArmAndDay * day;
    const control = momentsOfSums({ n, ...sums.control });
    const treatment = momentsOfSums({ n, ...sums.treatment });
    const fixed = welch(control, treatment, { alpha });
    peeked ||= 'p' in fixed && fixed.p < alpha;
    if (!ended) {
      const now = verdict({
        guardrailTripped: false,
        sampleRatioMismatch: false,
        units: 2 * n,
        unitsInTwoArms: 0,
        smallestArm: n,
        days: day,
        planned: { units: plannedUnits },
        primary: readPrimary(control, treatment, {
          plannedUnits,
          minimumDetectableEffect: metric.minimumDetectableEffect,
          alpha,
        }),
        guardrails: [],
      });
      if (now.call !== 'too-early' && now.call !== 'keep-running') ended = { ended: now, day };
    }
  }
  return { ...ended!, peeked };
}
