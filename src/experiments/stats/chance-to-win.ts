import { checkBetween0And1, checkFinite, checkNotNegative, checkPositive } from './check';
import { normal } from './distributions/normal';
import { notComputable, type Outcome } from './outcome';
import type { Interval } from './p-value';

/** What was believed of the effect before; without one, every effect was as likely as every other. */
export interface Prior {
  readonly mean: number;
  readonly sd: number;
}

/** The effect as believed now, and what a choice would cost on average if it were wrong. */
export interface ChanceToWin {
  readonly chance: number;
  readonly mean: number;
  readonly sd: number;
  readonly interval: Interval;
  readonly riskOfControl: number;
  readonly riskOfTreatment: number;
}

/**
 * The probability that the effect is above 0, given a Gaussian estimate of it (Gelman et al. 2013, "Bayesian Data
 * Analysis", 2.5). A read-out beside the test: watched daily, it calls differences as wrongly as a test does. The risks
 * are the expected losses (Stucchio 2015).
 */
export function chanceToWin(
  { estimate, se }: { readonly estimate: number; readonly se: number },
  { alpha = 0.05, prior }: { readonly alpha?: number; readonly prior?: Prior } = {},
): Outcome<ChanceToWin> {
  checkFinite('estimate', estimate);
  checkNotNegative('se', se);
  checkBetween0And1('alpha', alpha);
  if (se === 0) return notComputable('zero-variance');
  const { mean, sd } = prior ? updated(estimate, se, prior) : { mean: estimate, sd: se };
  const z = mean / sd;
  const half = -normal.quantile(alpha / 2) * sd;
  // E max(0, effect) and E max(0, −effect).
  const riskOfControl = mean * normal.cdf(z) + sd * normal.pdf(z);
  const riskOfTreatment = Math.max(0, sd * normal.pdf(z) - mean * normal.sf(z));
  return {
    chance: normal.cdf(z),
    mean,
    sd,
    interval: [mean - half, mean + half],
    riskOfControl: Math.max(0, riskOfControl),
    riskOfTreatment,
  };
}

function updated(estimate: number, se: number, prior: Prior): { mean: number; sd: number } {
  checkFinite('prior.mean', prior.mean);
  checkPositive('prior.sd', prior.sd);
  const weight = prior.sd ** 2 / (prior.sd ** 2 + se ** 2);
  return { mean: weight * estimate + (1 - weight) * prior.mean, sd: Math.sqrt(weight) * se };
}
