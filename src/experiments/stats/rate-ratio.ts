import { checkBetween0And1, checkCount, checkNotNegative, checkPositive } from './check';
import { beta } from './distributions/beta';
import { notComputable, type Outcome } from './outcome';
import { pValue, type PValue } from './p-value';

/** Events of an arm, and what they are counted over: units, requests or time. */
export interface Rate {
  readonly events: number;
  readonly exposure: number;
}

/** The ratio of two rates, treatment over control, against a limit. */
export interface RateRatio {
  /** Not computable where the control has no event; the bound and the test are. */
  readonly ratio: Outcome<number>;
  /** Of the true ratio being the limit or less. */
  readonly above: PValue;
  /** What the true ratio is at least, with 1 − alpha. */
  readonly lowerBound: number;
}

/**
 * Is the ratio of two Poisson rates above `limit`? Exact, given the total: the treatment's events are then binomial
 * (Przyborowski and Wilenski 1940, Biometrika 31, 313–323; the bound after Clopper and Pearson 1934). For one look; an
 * `eValue` may be looked at after each event.
 */
export function rateRatio(control: Rate, treatment: Rate, { limit = 1, alpha = 0.05 } = {}): Outcome<RateRatio> {
  for (const { events, exposure } of [control, treatment]) {
    checkCount('events', events);
    checkNotNegative('exposure', exposure);
  }
  checkPositive('limit', limit);
  checkBetween0And1('alpha', alpha);
  if (control.exposure === 0 || treatment.exposure === 0) return notComputable('no-data');
  if (control.events + treatment.events === 0) return notComputable('no-data');
  const longer = treatment.exposure / control.exposure;
  const share = (limit * longer) / (limit * longer + 1);
  const ratio = control.events === 0 ? notComputable('no-data') : treatment.events / control.events / longer;
  if (treatment.events === 0) return { ratio, above: pValue(0), lowerBound: 0 };
  const [a, b] = [treatment.events, control.events + 1];
  const least = beta.quantile(alpha, a, b);
  return { ratio, above: pValue(beta.logCdf(share, a, b)), lowerBound: least / (1 - least) / longer };
}
