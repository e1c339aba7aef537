import type { DaySums, Totals } from '../../sinks/sink';

/** Sums over an arm's units of what they did of an event: x of values, y of how often. */
export interface EventSums {
  /** Units that did it. */
  readonly units: number;
  readonly x: number;
  readonly xx: number;
  readonly y: number;
  readonly yy: number;
  readonly xy: number;
}

/** An arm's units, and what they did. */
export interface ArmTally {
  readonly arm: string;
  readonly units: number;
  of(event: string): EventSums;
}

const MILLION = 1e6;
type Bigs = Pick<DaySums, 'sumX' | 'sumXX' | 'sumY' | 'sumYY' | 'sumXY'>;
const NONE: Bigs & { units: number } = { units: 0, sumX: 0n, sumXX: 0n, sumY: 0n, sumYY: 0n, sumXY: 0n };

/** An arm, over all its days. */
export function tallyOf({ units, sums }: Totals, arm: string): ArmTally {
  const own = sums.filter((row) => row.arm === arm);
  return {
    arm,
    units: units.filter((row) => row.arm === arm).reduce((all, row) => all + row.units, 0),
    of(event) {
      const all = own.filter((row) => row.event === event).reduce(added, NONE);
      return {
        units: all.units,
        x: Number(all.sumX) / MILLION,
        xx: Number(all.sumXX) / MILLION / MILLION,
        y: Number(all.sumY),
        yy: Number(all.sumYY),
        xy: Number(all.sumXY) / MILLION,
      };
    },
  };
}

function added(all: typeof NONE, row: DaySums): typeof NONE {
  return {
    units: all.units + row.units,
    sumX: all.sumX + row.sumX,
    sumXX: all.sumXX + row.sumXX,
    sumY: all.sumY + row.sumY,
    sumYY: all.sumYY + row.sumYY,
    sumXY: all.sumXY + row.sumXY,
  };
}
