import { checkProportion, pooled, type Proportion } from './arms';
import { checkBetween0And1 } from './check';
import { normal } from './distributions/normal';
import { fisherExact } from './fisher';
import { isNotComputable, notComputable, type Outcome } from './outcome';
import { twoSidedZ, type Interval, type PValue } from './p-value';

/** A z statistic and its two-sided p-value. */
export interface ZTest extends PValue {
  readonly z: number;
}

/** The test that a pair of proportions was given. */
export type ProportionTest = ({ readonly method: 'pooled-z' } & ZTest) | ({ readonly method: 'fisher' } & PValue);

/** Fewer expected successes or failures than this in an arm, and the normal approximation is not used (Cochran 1954). */
const LEAST_EXPECTED = 5;

/** The z test of two proportions with the pooled variance (the square of z is Pearson's chi-square, 1900). */
export function pooledZ(control: Proportion, treatment: Proportion): Outcome<ZTest> {
  const both = pooled(control, treatment);
  if (isNotComputable(both)) return both;
  const { n: all, successes } = both;
  const variance = (successes / all) * ((all - successes) / all);
  const difference = treatment.successes / treatment.n - control.successes / control.n;
  const z = difference / Math.sqrt(variance * (1 / control.n + 1 / treatment.n));
  return { z, ...twoSidedZ(z) };
}

/**
 * Pooled z, or Fisher's exact test where an arm is expected to have fewer than 5 successes or failures: there z calls
 * a difference too often.
 */
export function proportionTest(control: Proportion, treatment: Proportion): Outcome<ProportionTest> {
  const z = pooledZ(control, treatment);
  if ('notComputable' in z) return z;
  const all = control.n + treatment.n;
  const successes = control.successes + treatment.successes;
  const least = (Math.min(successes, all - successes) * Math.min(control.n, treatment.n)) / all;
  if (least >= LEAST_EXPECTED) return { method: 'pooled-z', ...z };
  const exact = fisherExact(control, treatment);
  return 'notComputable' in exact ? exact : { method: 'fisher', ...exact };
}

/** Wilson's score interval of one proportion (Wilson 1927, JASA 22, 209–212). */
export function wilson(arm: Proportion, { alpha = 0.05 } = {}): Outcome<Interval> {
  checkProportion(arm);
  checkBetween0And1('alpha', alpha);
  const { n, successes } = arm;
  if (n === 0) return notComputable('no-data');
  const z = -normal.quantile(alpha / 2);
  const failures = n - successes;
  const half = z * Math.sqrt((successes * failures) / n + (z * z) / 4);
  const width = n + z * z;
  // At the ends exactly 0 and 1, and never beyond them.
  const lower = successes === 0 ? 0 : (successes + (z * z) / 2 - half) / width;
  const upper = failures === 0 ? 1 : (successes + (z * z) / 2 + half) / width;
  return [Math.max(0, lower), Math.min(1, upper)];
}

/** The interval of treatment − control from both Wilson intervals (Newcombe 1998, Stat. Med. 17, 873–890, method 10). */
export function newcombe(control: Proportion, treatment: Proportion, { alpha = 0.05 } = {}): Outcome<Interval> {
  const [ofControl, ofTreatment] = [wilson(control, { alpha }), wilson(treatment, { alpha })];
  if ('notComputable' in ofControl) return ofControl;
  if ('notComputable' in ofTreatment) return ofTreatment;
  const [c, t] = [control.successes / control.n, treatment.successes / treatment.n];
  const below = Math.hypot(t - ofTreatment[0], ofControl[1] - c);
  const above = Math.hypot(ofTreatment[1] - t, c - ofControl[0]);
  return [t - c - below, t - c + above];
}
