import { analyse, experimentsOf } from '../../experiments/report/analyse';
import type { ExperimentReport, MetricReport, TreatmentReport } from '../../experiments/report/report';
import { GatekeeperError } from '../../errors';
import type { Visit } from '../visit';

/** An experiment as a row shows it. */
export interface ExperimentRow extends Pick<
  ExperimentReport,
  'experiment' | 'description' | 'hypothesis' | 'owner' | 'state' | 'starts' | 'days' | 'plan' | 'control' | 'killed'
> {
  readonly exposed: number;
  /** New units a day, oldest first, without today's. */
  readonly lately: readonly number[];
  readonly treatments: readonly (Pick<TreatmentReport, 'variant' | 'verdict' | 'because' | 'decided'> & {
    /** The primary metric, unless it is too early. */
    readonly primary?: MetricReport;
  })[];
}

export interface Experiments {
  readonly experiments: readonly ExperimentRow[];
  /** Those whose report failed, and why. */
  readonly failed: readonly { readonly experiment: string; readonly problem: string }[];
}

const LATELY = 30;

/** Every experiment: those that are to be acted on first. */
export async function experiments({ engine }: Visit): Promise<Experiments> {
  const names = experimentsOf(engine);
  const reports = await Promise.all(names.map((name) => analyse(engine, name).then(row, problemOf)));
  const rows = reports.filter((one): one is ExperimentRow => typeof one !== 'string');
  return {
    experiments: rows
      .map((one, at) => ({ one, at }))
      .sort((a, b) => rank(a.one) - rank(b.one) || a.at - b.at)
      .map(({ one }) => one),
    failed: reports.flatMap((one, at) => (typeof one === 'string' ? [{ experiment: names[at]!, problem: one }] : [])),
  };
}

/** The experiment that the path names. */
export function experiment({ engine, req }: Visit): Promise<ExperimentReport> {
  return analyse(engine, req.params.flag as string);
}

function row(report: ExperimentReport): ExperimentRow {
  const { experiment, description, hypothesis, owner, state, starts, days, plan, control, killed, health } = report;
  return {
    ...{ experiment, description, hypothesis, state, starts, days, plan, control, exposed: health.exposed },
    ...(owner !== undefined && { owner }),
    ...(killed !== undefined && { killed }),
    lately: health.perDay.slice(-LATELY - 1, -1).map(({ units }) => units),
    treatments: report.treatments.map(({ variant, verdict, because, decided, metrics }) => ({
      ...{ variant, verdict, because },
      ...(decided !== undefined && { decided }),
      ...(metrics && { primary: metrics[0]! }),
    })),
  };
}

/** What a page may say; a driver's own words are for the log. */
function problemOf(error: unknown): string {
  if (error instanceof GatekeeperError) return `${error.message}.`;
  throw error;
}

const ORDER: readonly TreatmentReport['verdict'][] = [
  ...(['rolled-back', 'roll-back', 'invalid', 'review', 'ship', 'no-meaningful-effect', 'inconclusive'] as const),
  ...(['keep-running', 'too-early'] as const),
];

function rank({ state, treatments }: ExperimentRow): number {
  if (state === 'scheduled') return ORDER.length;
  return Math.min(...treatments.map(({ verdict }) => ORDER.indexOf(verdict)));
}
