import { isNotComputable } from '../stats/outcome';
import type { ExperimentReport, MetricReport, TreatmentReport } from './report';
import { day, effect, percent, pIs, plural, share, units } from './words';

type Report = Omit<ExperimentReport, 'treatments'>;
type Treatment = Omit<TreatmentReport, 'why'>;

/** The row of the verdict's table that applies, in a sentence or two of plain English. */
export function why(treatment: Treatment, report: Report): string {
  return REASONS[treatment.because](treatment, report);
}

/** What to do, in two or three words. */
export const CALLS: { readonly [V in TreatmentReport['verdict']]: string } = {
  'rolled-back': 'Rolled back',
  invalid: 'Invalid',
  'too-early': 'Too early',
  'roll-back': 'Roll back',
  'keep-running': 'Keep running',
  ship: 'Ship',
  review: 'Review',
  'no-meaningful-effect': 'No meaningful effect',
  inconclusive: 'Inconclusive',
};

const REASONS: { readonly [B in TreatmentReport['because']]: (treatment: Treatment, report: Report) => string } = {
  'guardrail-tripped': (_, { watched }) => {
    const [trip] = watched.filter(({ tripped, action }) => tripped && (action === 'kill' || action === 'stop'));
    return `A guardrail has switched it off: ${trip?.tripped?.reason ?? trip?.name ?? 'see its history'}.`.replace(
      /\.\.$/,
      '.',
    );
  },
  'no-exposures': (_, { state, starts, at, days, killed }) => {
    if (state === 'scheduled') return `It starts on ${day(starts, at)}.`;
    const since = days > 0 ? ` since it started ${plural(days, 'day')} ago` : '';
    if (killed !== undefined) return `Nobody has been exposed, and it is killed: ${killed}.`;
    return `Nobody has been exposed${since}: see whether the code asks for the flag, whom its rule is for, and that exposures are written.`;
  },
  'sample-ratio-mismatch': (_, { health }) => {
    const { steps, p } = health.sampleRatio;
    const worst = steps.find((step) => step.p === p) ?? steps[0]!;
    const seen = worst.arms.map((arm) => `${units(arm.units)} in ${arm.variant}`).join(' to ');
    const split = worst.arms.map(({ weight }) => weight).join(' : ');
    const chance = isNotComputable(p) ? '' : ` (${pIs({ p, logP: Math.log(p) })})`;
    return `The arms are not as they were split: ${seen}, where ${split} was wanted${chance}. Units of one arm are lost or counted twice, so nothing else here is to be believed until that is found.`;
  },
  'units-in-two-arms': (_, { health: { exposed, inTwoArms } }) =>
    `${units(inTwoArms)} of ${plural(exposed, 'unit')} (${percent(inTwoArms / exposed)}) saw two arms; more than 1 % of that, and the arms are not what they seem. See whether its unit is stable, and who overrides it.`,
  'under-a-week': (_, { days }) =>
    `It has run for ${plural(days, 'whole day')}. Until seven, which hold each weekday once, the numbers stay hidden, so that nobody is led by them.`,
  'too-few-units': ({ variant }, { arms, control }) => {
    const smallest = Math.min(
      ...arms.filter((arm) => [variant, control].includes(arm.variant)).map((arm) => arm.units),
    );
    return `Its smallest arm has ${plural(smallest, 'unit')}; from 100 on, the numbers can be shown.`;
  },
  harm: ({ variant, metrics, decided }, { control, at }) =>
    `${variant} is shown worse than ${control}: ${said(metrics)}. That holds on whatever day one looks${decided ? `, and was first so on ${day(decided, at)}` : ''}: there is no need to wait for the planned size.`,
  'below-planned-size': ({ daysLeft }, { plan, state, arms }) => {
    const left = daysLeft === undefined ? '' : ` ${toGo(daysLeft)}`;
    if (state === 'ended') return 'It has ended, and is judged when the day is over.';
    return `${progress(plan, arms)}.${left} A win is called at the planned size only; harm would be called at once.`;
  },
  'guardrail-inferior': ({ guardrails = [], variant }) => {
    const names = guardrails.filter(({ status }) => status === 'inferior').map(({ name }) => `“${name}”`);
    return `${variant} is shown to have passed ${names.length === 1 ? 'the limit' : 'the limits'} ${names.join(' and ')}, whatever it does for the primary metric.`;
  },
  better: ({ variant, metrics, guardrails }, { control }) => {
    const held = guardrails ? ', and every guardrail is kept' : '';
    return `${variant} is shown better than ${control}: ${said(metrics)}${held}.`;
  },
  'better-but-guardrail-unknown': ({ variant, metrics, guardrails = [] }, { control }) => {
    const names = guardrails.filter(({ status }) => status === 'unknown').map(({ name }) => `“${name}”`);
    return `${variant} is shown better than ${control}: ${said(metrics)}. But of ${names.join(' and ')} it is not shown that the limit is kept: look at that, and decide.`;
  },
  worse: ({ variant, metrics }, { control }) => `${variant} is shown worse than ${control}: ${said(metrics)}.`,
  'below-minimum-detectable-effect': ({ variant, metrics }, { plan, control }) =>
    `If ${variant} is better than ${control} at all, then by less than the ${share(plan.effect!)} that was worth finding: ${said(metrics)}. Keep whichever is simpler.`,
  'nothing-shown': ({ metrics }, { plan }) => {
    const { by, progress: done, effect: sought } = plan;
    const short = `It ended with ${share(Math.floor(100 * done) / 100)} of the units it needs, and`;
    const when = done < 1 ? short : by === 'ends' ? 'At its end,' : 'At the planned size,';
    const open = sought === undefined ? '' : ` An effect of ${share(sought)} is not ruled out either.`;
    return `${when} no difference is shown: ${said(metrics)}.${open}`;
  },
};

/** Beyond, nobody waits. */
const LONG = 730;

/** `About 5 days to go at this pace, in whole weeks.` */
export function toGo(days: number): string {
  if (days <= LONG) return `About ${plural(days, 'day')} to go at this pace, in whole weeks.`;
  return `At this pace, that takes ${plural(Math.round(days / 365.25), 'year')}: look for a larger effect, or test where more people come by.`;
}

/** The primary metric's effect. */
function said(metrics: readonly MetricReport[] | undefined): string {
  const [primary] = metrics!;
  const found = effect(primary!);
  if (!found) return `${primary!.name} cannot be compared`;
  const { p } = primary!;
  const test = isNotComputable(p) ? '' : `, ${pIs(p)}`;
  return `${primary!.name} ${found.value} (${found.interval}${test})`;
}

/** How far it is to its planned size. */
export function progress({ units: planned, progress: done, by, days }: Report['plan'], arms: Report['arms']): string {
  if (by === 'ends') return `It is judged at its end${days === undefined ? '' : `, after ${plural(days, 'day')}`}`;
  if (planned === undefined || isNotComputable(planned))
    return 'How many units it needs is not known yet: that takes 100 in the control, and some of what is counted';
  const has = arms.reduce((sum, arm) => sum + arm.units, 0);
  return `It has ${units(has)} of ${plural(planned, 'unit')} (${share(Math.floor(100 * done) / 100)})`;
}
