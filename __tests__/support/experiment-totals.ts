import type { DaySums, DayUnits, Sink, Totals } from 'gatekeeper-flags';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { DAY, START } from './experiment-days';

const FIRST = START / DAY;

/** A sink that has these totals, of whatever it is asked for. */
export function having(totals: Partial<Totals>): Sink {
  const sink = memorySink();
  return { ...sink, results: { ...sink.results!, read: async () => ({ units: [], sums: [], ...totals }) } };
}

/** Units of an arm, on the first day unless said. */
export function unitsOf(arm: string, units: number, day = FIRST): DayUnits {
  return { arm, weights: 'CONTROL:50,ONE_PAGE:50', day, units, inTwoArms: 0 };
}

/** What so many units of an arm did, once each, with the values given. */
export function sumsOf(arm: string, event: string, values: readonly number[], day = FIRST): DaySums {
  const x = values.map((value) => BigInt(Math.round(value * 1e6)));
  const sum = (numbers: readonly bigint[]) => numbers.reduce((all, one) => all + one, 0n);
  const count = BigInt(values.length);
  return {
    ...{ arm, event, day, units: values.length, sumX: sum(x), sumXX: sum(x.map((one) => one * one)) },
    ...{ sumY: count, sumYY: count, sumXY: sum(x) },
  };
}

export function many(count: number, value: number): readonly number[] {
  return new Array<number>(count).fill(value);
}
