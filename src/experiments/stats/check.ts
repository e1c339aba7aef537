import { GatekeeperError, show } from '../../errors';

/** Refuses an argument that no data could give; what data can give is an outcome instead (`NotComputable`). */
function refuse(name: string, value: unknown, wanted: string): never {
  throw new GatekeeperError('field-invalid', `${name} must be ${wanted}, not ${show(value)}`);
}

/** A finite number. */
export function checkFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) refuse(name, value, 'a finite number');
}

/** A finite number of 0 or more. */
export function checkNotNegative(name: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) refuse(name, value, 'a finite number of 0 or more');
}

/** A finite number above 0. */
export function checkPositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) refuse(name, value, 'a finite number above 0');
}

/** A whole number of 0 or more that a double holds exactly. */
export function checkCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 0)) refuse(name, value, 'a whole number of 0 or more');
}

/** A number from 0 to 1, both included. */
export function checkProbability(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) refuse(name, value, 'a number from 0 to 1');
}

/** A number between 0 and 1, neither included: a level, a power, a share. */
export function checkBetween0And1(name: string, value: number): void {
  if (!(value > 0 && value < 1)) refuse(name, value, 'a number between 0 and 1');
}

/** Holds unless the sums contradict each other, as more conversions than units do. */
export function checkPossible(possible: boolean, name: string, value: unknown, wanted: string): void {
  if (!possible) refuse(name, value, wanted);
}
