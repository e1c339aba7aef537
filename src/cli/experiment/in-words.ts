import type { ExperimentReport, MetricReport, TreatmentReport } from '../../experiments/report/report';
import type { SizeAnswer, SizeQuestion } from '../../experiments/report/size';
import { SHOWN } from '../../experiments/report/markdown';
import { CALLS, progress } from '../../experiments/report/why';
import {
  amount,
  day,
  effect,
  percent,
  plural,
  probability,
  REASONS,
  share,
  units,
} from '../../experiments/report/words';
import { isNotComputable } from '../../experiments/stats/outcome';
import { color, table, width, wrap } from '../output';

/** A size for a terminal. */
export function sizeInWords(size: SizeAnswer, question: SizeQuestion): string {
  const { control, treatment, total, time, weekly } = size;
  const { treatments = 1, effect: sought } = question;
  const arms = `${units(control)} in the control, ${units(treatment)} in ${treatments > 1 ? `each of ${treatments} treatments` : 'the treatment'}`;
  const weeks = time && !isNotComputable(time) ? `, ${plural(time.weeks, 'week')}` : '';
  const lines = [
    `${color.bold(`${units(total)} units${weeks}`)} to find a change of ${share(sought)}: ${arms}.`,
    ...(weeklyOf(weekly) ?? []),
    `In the class: plannedUnits = ${total}`,
  ];
  return lines.map((line) => (line.includes('\n') ? line : wrap(line))).join('\n\n');
}

function weeklyOf(weekly: SizeAnswer['weekly']): string[] | undefined {
  if (weekly.length === 0) return undefined;
  return [
    table(
      [{ title: 'AFTER' }, { title: 'UNITS', align: 'right' }, { title: 'FINDS', align: 'right' }],
      weekly.map(({ weeks, units: count, effect: found }) => [
        plural(weeks, 'week'),
        units(count),
        isNotComputable(found) ? 'too few' : percent(found),
      ]),
    ),
  ];
}

const COLORS: { readonly [V in TreatmentReport['verdict']]: (text: string) => string } = {
  ...{ ship: color.green, 'keep-running': color.blue, 'too-early': color.blue, review: color.yellow },
  ...{ 'rolled-back': color.red, 'roll-back': color.red, invalid: color.red },
  ...{ 'no-meaningful-effect': color.magenta, inconclusive: color.magenta },
};

/** A report for a terminal. */
export function reportInWords(report: ExperimentReport): string {
  const { experiment, hypothesis, days, starts, at, state, health, arms, plan, killed, remarks, treatments } = report;
  const since =
    state === 'scheduled' ? `starts on ${day(starts, at)}` : `${plural(days, 'day')} since ${day(starts, at)}`;
  const { p, mismatch } = health.sampleRatio;
  const split = isNotComputable(p) ? REASONS[p.notComputable] : `p = ${probability({ p, logP: Math.log(p) })}`;
  const isSaid =
    killed?.startsWith('killed by guardrail: ') && treatments.some(({ verdict }) => verdict === 'rolled-back');
  const facts = [
    `${arms.map(({ variant, units: count }) => `${variant} ${units(count)}`).join(', ')}: ${mismatch ? color.red('not as they were split') : 'as they were split'} (${split})${health.inTwoArms > 0 ? `; ${units(health.inTwoArms)} in two arms` : ''}.`,
    `${progress(plan, arms)}; ${units(plan.unitsPerDay)} new a day.`,
    ...(killed === undefined || isSaid ? [] : [color.red(`It is ${killed}.`)]),
    ...remarks.map((remark) => color.yellow(remark)),
  ];
  return [
    `${color.bold(experiment)}  ${since}`,
    wrap(`  ${hypothesis}`, width(), '  '),
    '',
    ...treatments.flatMap((treatment) => [...treatmentOf(treatment, report), '']),
    ...facts.map((fact) => wrap(fact)),
    ...report.watched.map(({ name, sentence }) =>
      wrap(sentence.startsWith(`${name}: `) ? sentence : `${name}: ${sentence}`),
    ),
  ].join('\n');
}

function treatmentOf(treatment: TreatmentReport, { control, at }: ExperimentReport): string[] {
  const { variant, verdict, why, decided, metrics, guardrails = [], family, alpha } = treatment;
  const lines = [`${color.bold(COLORS[verdict](CALLS[verdict]))}  ${variant}`, wrap(`  ${why}`, width(), '  ')];
  if (decided !== undefined)
    lines.push(wrap(`  As of the end of ${day(decided, at)}, when it was decided.`, width(), '  '));
  if (!metrics) return lines;
  lines.push('', metricsOf(metrics, control, variant, alpha));
  if (family !== undefined) lines.push(`(p in brackets: adjusted for ${family})`);
  if (guardrails.length > 0) lines.push('');
  for (const one of guardrails)
    lines.push(`${one.name}: ${one.reason === undefined ? SHOWN[one.status] : REASONS[one.reason]}`);
  return lines;
}

function metricsOf(metrics: readonly MetricReport[], control: string, variant: string, alpha: number): string {
  return table(
    [
      { title: 'METRIC', flexible: 'cut' },
      { title: control, align: 'right', flexible: 'cut' },
      { title: variant, align: 'right', flexible: 'cut' },
      { title: 'CHANGE', align: 'right' },
      { title: `${share(1 - alpha)} INTERVAL` },
      { title: 'P' },
    ],
    metrics.map((metric) => {
      const { control: one, treatment: other, p, adjusted, difference, shown } = metric;
      const found = effect(metric);
      const value = ({ n, mean }: typeof one) => (n > 0 ? amount(metric, mean) : '-');
      const colored = shown === 'better' ? color.green : shown === 'worse' ? color.red : (text: string) => text;
      return [
        metric.name,
        value(one),
        value(other),
        colored(found?.value ?? '-'),
        found?.interval ?? (isNotComputable(difference) ? REASONS[difference.notComputable] : '-'),
        isNotComputable(p)
          ? '-'
          : `${probability(p)}${adjusted === undefined ? '' : ` (${probability({ p: adjusted, logP: Math.log(adjusted) })})`}`,
      ];
    }),
  );
}
