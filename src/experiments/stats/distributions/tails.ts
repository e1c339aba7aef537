/** A distribution below and above a point, as natural logarithms: neither tail is lost in the other's 1. */
export interface Tails {
  readonly logLower: number;
  readonly logUpper: number;
}

/**
 * ln(1 − e^x) for x ≤ 0, to full relative precision (Mächler 2012, "Accurately computing log(1 − exp(−|a|))").
 */
export function logOneMinusExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** Both tails, from the logarithm of the lower one. */
export function fromLower(log: number): Tails {
  const logLower = Math.min(0, log);
  return { logLower, logUpper: logOneMinusExp(logLower) };
}

/** Both tails, from the logarithm of the upper one. */
export function fromUpper(log: number): Tails {
  const { logLower: logUpper, logUpper: logLower } = fromLower(log);
  return { logLower, logUpper };
}
