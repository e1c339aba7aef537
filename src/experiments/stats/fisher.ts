import { pooled, type Proportion } from './arms';
import { logBinomialPmf } from './distributions/binomial';
import { isNotComputable, type Outcome } from './outcome';
import { pValue, type PValue } from './p-value';

/** Tables this little more likely than the observed one count as equally likely, as rounding may have made them so. */
const SAME = Math.log1p(1e-7);

/**
 * Fisher's exact test of two proportions, two-sided: the probability, given both margins, of the tables that are no more
 * likely than the observed one (Fisher 1935; the hypergeometric from three binomials, Loader 2000).
 */
export function fisherExact(control: Proportion, treatment: Proportion): Outcome<PValue> {
  const both = pooled(control, treatment);
  if (isNotComputable(both)) return both;
  const { n: all, successes } = both;
  const [p, q] = [successes / all, (all - successes) / all];
  const whole = logBinomialPmf(successes, all, p, q);
  const logOf = (k: number) =>
    logBinomialPmf(k, treatment.n, p, q) + logBinomialPmf(successes - k, control.n, p, q) - whole;
  const observed = logOf(treatment.successes);
  // Relative to the observed table, so that nothing is too small for a double.
  let sum = 0;
  for (let k = Math.max(0, successes - control.n); k <= Math.min(successes, treatment.n); k++) {
    const log = logOf(k) - observed;
    if (log <= SAME) sum += Math.exp(log);
  }
  return pValue(observed + Math.log(sum));
}
