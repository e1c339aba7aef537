import type { DaySums, DayUnits, Totals } from './sink';

/** What a unit did of one event: the sum of its values (in millionths), how often, and on what day last. */
export interface Total {
  readonly x: bigint;
  readonly y: bigint;
  readonly day: number;
}

/** A row as a database gives it; sums are text or numbers. */
export type Row = { readonly [column: string]: any };

/** The total that a row holds. */
export function totalOf({ x, y, day }: Row): Total {
  return { x: BigInt(x), y: BigInt(y), day };
}

/** The sums of a day that a row holds. */
export function daySumsOf({ arm, event, day, units, x, xx, y, yy, xy }: Row): DaySums {
  return {
    ...{ arm, event, day, units: Number(units) },
    ...{ sumX: BigInt(x), sumXX: BigInt(xx), sumY: BigInt(y), sumYY: BigInt(yy), sumXY: BigInt(xy) },
  };
}

const NOTHING: Total = { x: 0n, y: 0n, day: -Infinity };

/** Adds up rows by day: what an experiment has, or what a batch changes. */
export class Sums implements Totals {
  readonly #units = new Map<string, DayUnits>();
  readonly #sums = new Map<string, DaySums>();

  get units(): readonly DayUnits[] {
    return [...this.#units.values()];
  }

  get sums(): readonly DaySums[] {
    return [...this.#sums.values()];
  }

  addUnits({ arm, weights, day, units, inTwoArms }: DayUnits): void {
    const key = JSON.stringify([arm, weights, day]);
    const so = this.#units.get(key) ?? { units: 0, inTwoArms: 0 };
    this.#units.set(key, { arm, weights, day, units: so.units + units, inTwoArms: so.inTwoArms + inTwoArms });
  }

  addSums({ arm, event, day, ...added }: DaySums): void {
    const key = JSON.stringify([arm, event, day]);
    const so = this.#sums.get(key);
    this.#sums.set(key, {
      ...{ arm, event, day },
      units: (so?.units ?? 0) + added.units,
      sumX: (so?.sumX ?? 0n) + added.sumX,
      sumXX: (so?.sumXX ?? 0n) + added.sumXX,
      sumY: (so?.sumY ?? 0n) + added.sumY,
      sumYY: (so?.sumYY ?? 0n) + added.sumYY,
      sumXY: (so?.sumXY ?? 0n) + added.sumXY,
    });
  }

  /** Adds what a unit's change from one total to another makes of its arm's sums. */
  addChange(arm: string, event: string, day: number, before: Total = NOTHING, after: Total = NOTHING): void {
    this.addSums({
      ...{ arm, event, day },
      units: Number(after.y > 0n) - Number(before.y > 0n),
      sumX: after.x - before.x,
      sumXX: after.x ** 2n - before.x ** 2n,
      sumY: after.y - before.y,
      sumYY: after.y ** 2n - before.y ** 2n,
      sumXY: after.x * after.y - before.x * before.y,
    });
  }
}
