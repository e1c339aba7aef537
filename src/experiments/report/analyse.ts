import type { Engine } from '../../engine';
import { GatekeeperError, unknownName } from '../../errors';
import { reportOf } from '../../report/report';
import type { Totals } from '../../sinks/sink';
import { within } from '../../stores/within';
import { guardrailReadings } from '../guardrails/readings';
import { isExperiment } from '../observe';
import { designOf } from './design';
import type { ExperimentReport } from './report';
import { reportOn } from './report-on';

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
  const otherwise = flag
    ? 'it is a flag, but no experiment'
    : names.length > 0
      ? `there are ${names.join(', ')}`
      : 'there are none';
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
