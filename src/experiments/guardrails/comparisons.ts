import { PATIENCE, within } from '../../stores/within';
import type { Histogram, Results, Totals } from '../../sinks/sink';
import type { Durations } from './durations';
import { spansOf, type MetricGuardrail } from './guardrail';
import { judge, type Compared, type Judgement } from './judge';
import { tallyOf } from './tally';
import type { FlagWatch, Moment, Watched } from './watch';
import { EVERYBODY, nameOf, type Over } from './window';

/** A guardrail, what it watches of which rule, over what. */
export interface Comparison {
  readonly guardrail: MetricGuardrail;
  readonly watched: Watched;
  readonly treatment: string;
  readonly over: Over;
  /** The window's name in the sink. */
  readonly window: string;
}

/** A comparison, what its arms have done, and what that says. */
export interface Judged extends Comparison {
  readonly compared: Compared;
  readonly judgement: Judgement;
}

/** What the sink has of a window. */
interface Read {
  readonly totals: Totals;
  readonly histograms: readonly Histogram[];
}

/** All that guardrails of a flag compare now. */
export function comparisonsOf(watch: FlagWatch, now: Moment): readonly Comparison[] {
  const all = watch.watched(now).map((watched) => ({ watched, isLevel: watched.rule === EVERYBODY }));
  return watch.guardrails.flatMap((guardrail) =>
    all
      .filter(({ watched, isLevel }) => isLevel === (guardrail.limit.kind === 'level') && (isLevel || watched.control))
      .flatMap(({ watched }) =>
        watched.treatments.flatMap((treatment) =>
          spansOf(guardrail).map((over) => {
            const window = nameOf(watch.window(watched.rule, watched.percent, over, now));
            return { guardrail, watched, treatment, over, window };
          }),
        ),
      ),
  );
}

/** Judges comparisons, of which each is allowed its part of the error, by what the sink has of them now. */
export async function judged(
  comparisons: readonly Comparison[],
  results: Results,
  durations: Durations | undefined,
): Promise<readonly Judged[]> {
  const windows = new Map<string, Read>();
  // One after the other: the sink's connections are the app's as well.
  for (const { window } of comparisons)
    if (!windows.has(window)) {
      const totals = await within(PATIENCE, results.read(window));
      windows.set(window, { totals, histograms: durations ? await within(PATIENCE, results.histograms(window)) : [] });
    }
  return comparisons.map((comparison) => {
    const compared = comparedOf(comparison, windows.get(comparison.window)!, durations);
    const judgement = judge(comparison.guardrail, compared, { comparisons: comparisons.length });
    return { ...comparison, compared, judgement };
  });
}

function comparedOf(
  { guardrail, treatment, watched: { control } }: Comparison,
  { totals, histograms }: Read,
  durations: Durations | undefined,
): Compared {
  const dataOf = (arm: string) => {
    const measured = guardrail.metric.quantile === undefined ? undefined : durations!.added(histograms, arm);
    return { ...tallyOf(totals, arm), durations: measured };
  };
  return { treatment: dataOf(treatment), control: control === undefined ? undefined : dataOf(control) };
}
