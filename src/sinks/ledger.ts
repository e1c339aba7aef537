import { dayOf } from '../exposures/day';
import type { Exposure, TrackedEvent } from './sink';
import type { Sums, Total } from './sums';

/** A unit as a sink keeps it: under the arm it saw first. */
export interface Unit {
  readonly arm: string;
  readonly weights: string;
  /** Of its first exposure. */
  readonly day: number;
  readonly inTwoArms: boolean;
}

/** What is kept of units and of what they did, where it can be asked at once; and the sums that change with it. */
export interface Ledger {
  unit(experiment: string, unit: string): Unit | undefined;
  /** Keeps a new unit; false where there is no room. */
  addUnit(exposure: Exposure): boolean;
  markInTwoArms(experiment: string, unit: string): void;
  totals(experiment: string, unit: string): Iterable<readonly [event: string, total: Total]>;
  total(experiment: string, unit: string, event: string): Total | undefined;
  setTotal(experiment: string, unit: string, event: string, total: Total): void;
  sums(experiment: string): Sums;
}

/** Records an exposure: a unit counts from its first one, and no longer once it is seen in another arm. */
export function expose(ledger: Ledger, exposure: Exposure): void {
  const { experiment, arm, unit, at } = exposure;
  const sums = ledger.sums(experiment);
  const known = ledger.unit(experiment, unit);
  if (known === undefined) {
    if (ledger.addUnit(exposure)) sums.addUnits({ ...exposure, day: dayOf(at), units: 1, inTwoArms: 0 });
    return;
  }
  if (known.arm === arm || known.inTwoArms) return;
  ledger.markInTwoArms(experiment, unit);
  const totals = [...ledger.totals(experiment, unit)];
  const day = Math.max(dayOf(at), known.day, ...totals.map(([, total]) => total.day));
  sums.addUnits({ ...known, day, units: -1, inTwoArms: 1 });
  for (const [event, total] of totals) sums.addChange(known.arm, event, day, total, undefined);
}

/** Records what a unit did, if it is known. */
export function track(ledger: Ledger, { experiment, unit, event, count, sum, at }: TrackedEvent): void {
  const known = ledger.unit(experiment, unit);
  if (known === undefined) return;
  const before = ledger.total(experiment, unit, event);
  // A unit's days do not go back, whatever clocks say: so the state as of the end of a day is one that has been.
  const day = Math.max(dayOf(at), known.day, before?.day ?? -Infinity);
  const after = { x: (before?.x ?? 0n) + sum, y: (before?.y ?? 0n) + BigInt(count), day };
  ledger.setTotal(experiment, unit, event, after);
  if (!known.inTwoArms) ledger.sums(experiment).addChange(known.arm, event, day, before, after);
}
