import { holm } from '../stats/multiple';
import { isNotComputable } from '../stats/outcome';
import { compare } from './compare';
import type { Design } from './design';
import { readGuardrail } from './guardrails';
import type { MetricReport, TreatmentReport } from './report';
import type { Standing } from './standing';

/** All that is hidden while it is too early. Before it is decided, nothing is shown to be better or worse. */
export function numbersOf(
  design: Design,
  variant: string,
  standing: Standing,
  isDecided: boolean,
): Pick<TreatmentReport, 'metrics' | 'family' | 'guardrails'> {
  const { primary, secondary, guardrails, treatments, alpha } = design;
  const others = secondary.map((metric) => compare(metric, 'secondary', design, standing, variant));
  // What is not computable stays in the family: how many tests there are is not for the data to say.
  const ps = holm(others.map(({ p }) => (isNotComputable(p) ? 1 : p.p)));
  const tests = others.length * treatments.length;
  const adjusted = (at: number) => (tests > 1 ? { adjusted: Math.min(1, ps[at]! * treatments.length) } : {});
  const level = isDecided ? alpha : 0;
  return {
    metrics: [
      withShown(compare(primary, 'primary', design, standing, variant), level),
      ...others.map((one, at) => withShown({ ...one, ...adjusted(at) }, level * treatments.length)),
    ],
    ...(tests > 1 && { family: familyOf(others.length, treatments.length) }),
    ...(guardrails.length > 0 && {
      guardrails: guardrails.map((one) => readGuardrail(one, design, standing, variant)),
    }),
  };
}

function familyOf(metrics: number, treatments: number): string {
  const family = `${metrics} secondary ${metrics === 1 ? 'metric' : 'metrics'}`;
  return treatments > 1 ? `${family}, ${treatments} treatments` : family;
}

/** Of the primary metric by its own p-value, as the verdict has it: worse at half the level; of others by the adjusted one. */
function withShown(metric: Omit<MetricReport, 'shown'>, alpha: number): MetricReport {
  const { p, adjusted, difference, better, role } = metric;
  if (isNotComputable(p) || isNotComputable(difference) || difference.value === 0)
    return { ...metric, shown: 'neither' };
  const direction = difference.value > 0 === (better === 'higher') ? 'better' : 'worse';
  const level = role === 'primary' && direction === 'worse' ? alpha / 2 : alpha;
  return { ...metric, shown: (adjusted ?? p.p) < level ? direction : 'neither' };
}
