import { setImmediate as othersToo } from 'node:timers/promises';
import type { Engine } from '../../engine';
import { GatekeeperError, unknownName } from '../../errors';
import { dayOf } from '../../exposures/day';
import { reportOf } from '../../report/report';
import type { DaySums, DayUnits, Totals } from '../../sinks/sink';
import { within } from '../../stores/within';
import { guardrailReadings, type GuardrailReading } from '../guardrails/readings';
import { isExperiment } from '../observe';
import { holm } from '../stats/multiple';
import { isNotComputable } from '../stats/outcome';
import type { Verdict } from '../stats/verdict';
import { compare } from './compare';
import { dailyOf, readDay, type Reading } from './daily';
import { designOf, type Design } from './design';
import { isHarmed, judge, type Look } from './findings';
import { readGuardrail } from './guardrails';
import { dateOf, healthOf } from './health';
import { DAY, daysUntil, isJudged, planOf } from './plan';
import type { ExperimentReport, MetricReport, TreatmentReport, Watched } from './report';
import { Standing } from './standing';
import { why } from './why';

export interface AnalyseOptions {
  /** As of when, in milliseconds since 1970: days that begin later are left out. Defaults to the engine's clock. */
  readonly now?: number;
}

/** Milliseconds that a report waits for the sink; and for what is pending, without which it can do. */
const PATIENCE = 5_000;
const PATIENCE_TO_WRITE = 1_000;

/**
 * The report of an experiment: its health, its size, each treatment's verdict and why, and the numbers, unless it is too
 * early for them. Built from sums by day, however many units there are.
 * @throws GatekeeperError `flag-unknown`, `results-missing` where the sink only sends on, `results-unavailable`
 */
export async function analyse(
  engine: Engine<any>,
  experiment: string,
  { now = engine.now() }: AnalyseOptions = {},
): Promise<ExperimentReport> {
  const flag = experimentNamed(engine, experiment);
  const { totals, unwritten } = await read(engine, experiment);
  const readings = await within(PATIENCE, guardrailReadings(engine, experiment)).catch(() => []);
  const report = await reportOn(designOf(flag), totals, now, readings);
  const killed = engine.live.state.flags.get(experiment)?.killed;
  return {
    ...report,
    ...(killed !== undefined && { killed }),
    remarks: [...report.remarks, ...(unwritten > 0 ? [notWritten(unwritten)] : [])],
  };
}

/** The names of an engine's experiments, in the order of the config. */
export function experimentsOf(engine: Engine<any>): readonly string[] {
  return engine
    .flags()
    .filter(isExperiment)
    .map(({ name }) => name);
}

function experimentNamed(engine: Engine<any>, name: string) {
  const flag = engine.config.compiled.get(name);
  if (flag && isExperiment(flag)) return flag;
  const names = experimentsOf(engine);
  const otherwise = flag ? 'it is a flag, but no experiment' : names.length > 0 ? '' : 'there are none';
  throw new GatekeeperError('flag-unknown', unknownName('experiment', name, flag ? [] : names, otherwise));
}

/** What the sink has, after what is pending was written; what could not be is said, and does not hold the report up. */
async function read(engine: Engine<any>, name: string): Promise<{ totals: Totals; unwritten: number }> {
  const { sink, flush, stats } = reportOf(engine).observer!;
  if (!sink.results)
    throw new GatekeeperError(
      'results-missing',
      `the ${sink.kind} sink only sends on, and keeps nothing to report from; read it where it is sent, or keep it in sqliteSink or postgresSink`,
    );
  await within(PATIENCE_TO_WRITE, flush()).catch(() => {});
  try {
    return { totals: await within(PATIENCE, sink.results.read(name)), unwritten: stats().pending };
  } catch (cause) {
    throw Object.assign(new GatekeeperError('results-unavailable', `the ${sink.kind} sink does not answer`), { cause });
  }
}

function notWritten(pending: number): string {
  const what = pending === 1 ? '1 exposure or event is' : `${pending} exposures and events are`;
  return `${what} not written yet, and not in this report.`;
}

/** A report from an experiment's totals. */
export async function reportOn(
  design: Design,
  totals: Totals,
  now: number,
  readings: readonly GuardrailReading[],
): Promise<ExperimentReport> {
  const { flag, definition, starts, ends } = design;
  const lastDay = dayOf(now);
  const rows = {
    units: totals.units.filter(({ day }) => day <= lastDay),
    sums: totals.sums.filter(({ day }) => day <= lastDay),
  };
  const tripped = readings.some(({ trip, action }) => trip && (action === 'kill' || action === 'stop'));
  const treatments = design.treatments.map((variant) => new Treatment(design, variant, tripped));
  const standing = await walk(design, rows, now, treatments);
  const plan = planOf(design, standing, now);
  const days = daysUntil(design, now);
  const report: Omit<ExperimentReport, 'treatments'> = {
    experiment: flag.name,
    description: definition.description,
    hypothesis: definition.hypothesis,
    ...(definition.owner !== undefined && { owner: definition.owner }),
    at: new Date(now).toISOString(),
    starts: new Date(starts).toISOString(),
    ...(Number.isFinite(ends) && { ends: new Date(ends).toISOString() }),
    state: now < starts ? 'scheduled' : now < ends ? 'running' : 'ended',
    days,
    unit: flag.unit,
    control: design.control,
    arms: [...design.shares].map(([variant, share]) => ({ variant, share, units: standing.unitsOf(variant) })),
    health: healthOf(design, standing, rows.units, lastDay),
    plan,
    watched: readings.map(watched),
    remarks: [],
  };
  const today: Look = { standing, days, daysLeft: Math.max(1, plan.daysLeft ?? Infinity) };
  const reports = treatments.map((one) => one.report(today, report));
  // Nobody waits for what is decided.
  const { daysLeft: _, ...decided } = plan;
  const isOpen = reports.some((one) => one.decided === undefined && one.verdict !== 'rolled-back');
  return { ...report, ...(!isOpen && { plan: decided }), treatments: reports };
}

function watched({ flag: _, trip, ...reading }: GuardrailReading): Watched {
  return { ...reading, ...(trip && { tripped: { at: new Date(trip.at).toISOString(), reason: trip.reason } }) };
}

/** Fewer days than this are not shown one by one. */
const FIRST_SHOWN = 7;
/** About so many days of a long experiment are shown. */
const SHOWN = 60;
/** Milliseconds of work after which others may go first. */
const SLICE = 10;

/** Adds day after day, and shows each one's end to the treatments, until all of `rows` is in. */
async function walk(design: Design, rows: Totals, now: number, treatments: readonly Treatment[]): Promise<Standing> {
  const standing = new Standing();
  const byDay = new Map<number, { units: DayUnits[]; sums: DaySums[] }>();
  const on = (day: number) => byDay.get(day) ?? byDay.set(day, { units: [], sums: [] }).get(day)!;
  for (const row of rows.units) on(row.day).units.push(row);
  for (const row of rows.sums) on(row.day).sums.push(row);
  if (byDay.size === 0) return standing;
  const [today, first] = [dayOf(now), Math.min(...byDay.keys())];
  const step = Math.ceil((today - first + 1) / SHOWN);
  let since = performance.now();
  for (let day = first; day <= today; day++) {
    byDay.get(day)?.units.forEach((row) => standing.addUnits(row));
    byDay.get(day)?.sums.forEach((row) => standing.addSums(row));
    const endOfDay = (day + 1) * DAY;
    const days = daysUntil(design, Math.min(now, endOfDay));
    if (days >= FIRST_SHOWN) {
      const ended = endOfDay <= now;
      const daysLeft = ended && isJudged(design, standing, days, endOfDay) ? 0 : 1;
      const shown = (today - day) % step === 0 && day * DAY < now;
      for (const one of treatments) one.look({ standing, days, daysLeft }, day, { ended, shown });
    }
    if (performance.now() - since > SLICE) {
      await othersToo();
      since = performance.now();
    }
  }
  return standing;
}

/** A treatment on the way through the days. */
class Treatment {
  readonly #design: Design;
  readonly #variant: string;
  readonly #tripped: boolean;
  readonly #days: Reading[] = [];
  #decided: Partial<TreatmentReport> | undefined;
  #verdict: Verdict | undefined;

  constructor(design: Design, variant: string, tripped: boolean) {
    this.#design = design;
    this.#variant = variant;
    this.#tripped = tripped;
  }

  /** The state at the end of a day: the first one that decides stands. */
  look(look: Look, day: number, { ended, shown }: { readonly ended: boolean; readonly shown: boolean }): void {
    if (shown) this.#days.push(readDay(this.#design, this.#variant, look, day));
    if (!ended || this.#verdict) return;
    if (look.daysLeft > 0 && !isHarmed(this.#design, this.#variant, look)) return;
    const verdict = judge(this.#design, this.#variant, look, false);
    if (['too-early', 'invalid', 'keep-running'].includes(verdict.call)) return;
    this.#verdict = verdict;
    this.#decided = { decided: dateOf(day), ...this.#numbers(look, true) };
  }

  report(today: Look, report: Omit<ExperimentReport, 'treatments'>): TreatmentReport {
    const { alpha } = this.#design;
    const verdict = (!this.#tripped && this.#verdict) || judge(this.#design, this.#variant, today, this.#tripped);
    const { call, because, hidden, daysLeft } = verdict;
    const numbers = hidden ? {} : (this.#decided ?? this.#numbers(today, false));
    const treatment = {
      ...{ variant: this.#variant, verdict: call, because, hidden, alpha },
      ...(daysLeft !== undefined && Number.isFinite(daysLeft) && { daysLeft }),
      ...numbers,
      ...(!hidden && { daily: dailyOf(this.#days) }),
    };
    return { ...treatment, why: why(treatment, report) };
  }

  /** All that is hidden while it is too early. Before it is decided, nothing is shown to be better or worse. */
  #numbers({ standing }: Look, decided: boolean): Pick<TreatmentReport, 'metrics' | 'family' | 'guardrails'> {
    const { primary, secondary, guardrails, treatments, alpha } = this.#design;
    const compared = (metric: typeof primary, role: MetricReport['role']) =>
      compare(metric, role, this.#design, standing, this.#variant);
    const others = secondary.map((metric) => compared(metric, 'secondary'));
    const ps = others.map(({ p }) => (isNotComputable(p) ? 1 : p.p));
    const adjusted = holm(ps).map((p) => Math.min(1, p * treatments.length));
    const family = `${others.length} secondary ${others.length === 1 ? 'metric' : 'metrics'}`;
    return {
      metrics: [
        withShown(compared(primary, 'primary'), decided ? alpha : 0),
        ...others.map((one, at) =>
          withShown({ ...one, adjusted: adjusted[at]! }, decided ? alpha * treatments.length : 0),
        ),
      ],
      ...(others.length > 0 && {
        family: treatments.length > 1 ? `${family}, ${treatments.length} treatments` : family,
      }),
      ...(guardrails.length > 0 && {
        guardrails: guardrails.map((one) => readGuardrail(one, this.#design, standing, this.#variant)),
      }),
    };
  }
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
