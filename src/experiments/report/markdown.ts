import { isNotComputable } from '../stats/outcome';
import type { ExperimentReport, MetricReport, TreatmentReport } from './report';
import { HOW_TO_READ } from './how-to-read';
import { CALLS, progress } from './why';
import { amount, chance, day, effect, plural, probability, REASONS, share, units } from './words';

/** A report for a pull request or a wiki: the verdict and why, the numbers, and how to read them. */
export function reportMarkdown(report: ExperimentReport): string {
  const { experiment, hypothesis, owner, at, days, starts, state, control, unit, killed, remarks } = report;
  const facts = [
    state === 'scheduled' ? `starts on ${day(starts, at)}` : `${plural(days, 'day')} since ${day(starts, at)}`,
    state === 'ended' && 'ended',
    `by ${unit}`,
    report.arms.map(({ variant, share: part }) => `${code(variant)} ${share(part)}`).join(', '),
    owner && `owned by ${text(owner)}`,
  ].filter(Boolean);
  return [
    `# ${code(experiment)}`,
    `> ${text(hypothesis)}`,
    `${facts.join(' · ')}. As of ${at.slice(0, 16).replace('T', ' ')} UTC.`,
    ...(killed === undefined ? [] : [`**It is ${text(killed)}.**`]),
    ...report.treatments.flatMap((treatment) => treatmentOf(treatment, control, at)),
    '## Health',
    healthOf(report),
    ...watchedOf(report),
    ...remarks.map((remark) => `**${text(remark)}**`),
    '## How to read this',
    HOW_TO_READ.map((line) => `- ${line}`).join('\n'),
  ].join('\n\n');
}

function treatmentOf(treatment: TreatmentReport, control: string, at: string): string[] {
  const { variant, verdict, why, decided, metrics, guardrails, family, alpha } = treatment;
  return [
    `## ${code(variant)}: ${CALLS[verdict]}`,
    text(why),
    ...(decided === undefined
      ? []
      : [`Decided on the numbers as of the end of ${day(decided, at)}; what came later is left out.`]),
    ...(metrics ? [metricsOf(metrics, control, variant, alpha)] : []),
    ...(family ? [`Adjusted for ${family} (Holm).`] : []),
    ...(guardrails ? [guardrailsOf(guardrails)] : []),
  ];
}

function metricsOf(metrics: readonly MetricReport[], control: string, variant: string, alpha: number): string {
  return table(
    ['metric', code(control), code(variant), 'change', `${share(1 - alpha)} interval`, 'p', 'chance to win'],
    metrics.map((metric) => {
      const found = effect(metric);
      return [
        metric.role === 'primary' ? `**${text(metric.name)}**` : text(metric.name),
        metric.control.n > 0 ? amount(metric, metric.control.mean) : '–',
        metric.treatment.n > 0 ? amount(metric, metric.treatment.mean) : '–',
        found?.value ?? '–',
        found?.interval ?? reasonOf(metric),
        pOf(metric),
        isNotComputable(metric.chanceToWin) ? '–' : chance(metric.chanceToWin),
      ];
    }),
  );
}

function reasonOf({ difference }: MetricReport): string {
  return isNotComputable(difference) ? REASONS[difference.notComputable] : '–';
}

/** A p-value, and adjusted where it is. */
function pOf({ p, adjusted }: MetricReport): string {
  if (isNotComputable(p)) return '–';
  const own = probability(p);
  return adjusted === undefined ? own : `${own} (${probability({ p: adjusted, logP: Math.log(adjusted) })} adjusted)`;
}

function guardrailsOf(guardrails: NonNullable<TreatmentReport['guardrails']>): string {
  return table(
    ['guardrail', 'control', 'treatment', 'shown'],
    guardrails.map((one) => [
      text(one.name),
      one.control === undefined ? '–' : amount(one, one.control),
      one.treatment === undefined ? '–' : amount(one, one.treatment),
      one.reason === undefined ? SHOWN[one.status] : `unknown: ${REASONS[one.reason]}`,
    ]),
  );
}

/** What is shown of a guardrail's limit. */
export const SHOWN = { 'non-inferior': 'kept', inferior: 'passed', unknown: 'neither kept nor passed' } as const;

function watchedOf({ watched }: ExperimentReport): string[] {
  if (watched.length === 0) return [];
  return [
    '## Guardrails now',
    watched.map(({ name, sentence }) => `- **${text(name)}**: ${text(sentence)}`).join('\n'),
  ];
}

function healthOf({ health, arms, plan }: ExperimentReport): string {
  const { exposed, inTwoArms, sampleRatio } = health;
  const p = isNotComputable(sampleRatio.p)
    ? REASONS[sampleRatio.p.notComputable]
    : `p = ${probability({ p: sampleRatio.p, logP: Math.log(sampleRatio.p) })}`;
  return [
    `- Arms ${sampleRatio.mismatch ? '**not as they were split**' : 'as they were split'} (${p}): ${arms.map((arm) => `${code(arm.variant)} ${units(arm.units)}`).join(', ')}.`,
    `- ${units(inTwoArms)} of ${plural(exposed, 'unit')} in two arms.`,
    `- ${progress(plan, arms)}; ${units(plan.unitsPerDay)} new units a day.`,
  ].join('\n');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), `|${'---|'.repeat(titles.length)}`, ...rows.map(line)].join('\n');
}

/** Code in a cell of a table. */
function code(name: string): string {
  return `\`${oneLine(name).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

/** Text that means nothing to Markdown. */
function text(given: string): string {
  return oneLine(given).replace(/[\\`*_{}[\]<>#|~!]/g, '\\$&');
}

function oneLine(given: string): string {
  return given.replace(/\s+/g, ' ');
}
