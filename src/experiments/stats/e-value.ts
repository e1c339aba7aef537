import { checkBetween0And1, checkCount, checkPositive } from './check';
import { betaTails, logBeta } from './distributions/beta-tails';

/** Events of both arms, and the treatment's share of the units. */
export interface Events {
  readonly control: number;
  readonly treatment: number;
  readonly treatmentShare: number;
}

/** The limit of the ratio of rates under test, and whether only more than it counts, or any other ratio. */
export interface EValueOptions {
  readonly ratio?: number;
  readonly alternative?: 'different' | 'greater';
}

/** Evidence against the ratio of rates: an e-value, and its logarithm, which has no largest number. */
export interface EValue {
  readonly e: number;
  readonly logE: number;
}

/**
 * The evidence that events are not spread over the arms as a ratio of rates of `ratio` (or less, for `greater`) spreads
 * them: how much likelier they are under a share drawn from Beta(1, 1), for `greater` from its part above. It may be
 * looked at after each event, and reaches 1/alpha with probability alpha at most (Ville 1939; Robbins 1970, Ann. Math.
 * Stat. 41, 1397–1409; Grünwald, de Heide and Koolen 2024 for the name). Without events it is 1.
 */
export function eValue(events: Events, { ratio = 1, alternative = 'different' }: EValueOptions = {}): EValue {
  const { control, treatment, treatmentShare } = events;
  checkCount('control', control);
  checkCount('treatment', treatment);
  checkBetween0And1('treatmentShare', treatmentShare);
  checkPositive('ratio', ratio);
  // The share of the events that is the treatment's at that ratio, and the control's.
  const all = ratio * treatmentShare + (1 - treatmentShare);
  const [share, rest] = [(ratio * treatmentShare) / all, (1 - treatmentShare) / all];
  const [a, b] = [treatment + 1, control + 1];
  let logE = logBeta(a, b) - treatment * Math.log(share) - control * Math.log(rest);
  if (alternative === 'greater') logE += betaTails(a, b, share, rest).logUpper - Math.log(rest);
  return { e: Math.min(Math.exp(logE), Number.MAX_VALUE), logE };
}
