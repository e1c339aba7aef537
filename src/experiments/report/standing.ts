import type { DaySums, DayUnits } from '../../sinks/sink';

/** The sums of an arm's units: x of values in millionths, y of counts. */
export type ArmSums = Pick<DaySums, 'units' | 'sumX' | 'sumXX' | 'sumY' | 'sumYY' | 'sumXY'>;

const NOTHING: ArmSums = { units: 0, sumX: 0n, sumXX: 0n, sumY: 0n, sumYY: 0n, sumXY: 0n };

/** An experiment's exact state, to which one day after the other is added. */
export class Standing {
  /** By arm. */
  readonly #units = new Map<string, number>();
  /** By the shares that arms were drawn with, and by arm. */
  readonly steps = new Map<string, Map<string, number>>();
  /** By event, and by arm. */
  readonly #sums = new Map<string, Map<string, ArmSums>>();
  /** Units in one arm, and in two. */
  units = 0;
  inTwoArms = 0;

  addUnits({ arm, weights, units, inTwoArms }: DayUnits): void {
    add(this.#units, arm, units);
    const step = this.steps.get(weights) ?? new Map<string, number>();
    this.steps.set(weights, step);
    add(step, arm, units);
    this.units += units;
    this.inTwoArms += inTwoArms;
  }

  addSums({ arm, event, ...more }: DaySums): void {
    const arms = this.#sums.get(event) ?? new Map<string, ArmSums>();
    this.#sums.set(event, arms);
    const so = arms.get(arm) ?? NOTHING;
    arms.set(arm, {
      units: so.units + more.units,
      sumX: so.sumX + more.sumX,
      sumXX: so.sumXX + more.sumXX,
      sumY: so.sumY + more.sumY,
      sumYY: so.sumYY + more.sumYY,
      sumXY: so.sumXY + more.sumXY,
    });
  }

  get exposed(): number {
    return this.units + this.inTwoArms;
  }

  unitsOf(arm: string): number {
    return this.#units.get(arm) ?? 0;
  }

  sumsOf(event: string, arm: string): ArmSums {
    return this.#sums.get(event)?.get(arm) ?? NOTHING;
  }
}

function add(to: Map<string, number>, key: string, count: number): void {
  to.set(key, (to.get(key) ?? 0) + count);
}
