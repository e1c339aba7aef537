import { PATIENCE, within } from '../../stores/within';
import type { Results } from '../../sinks/sink';
import type { Durations } from './durations';
import { spansOf, type MetricGuardrail } from './guardrail';
import { judge, type ArmData, type Compared, type Judgement } from './judge';
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

/** All that guardrails of a flag compare now. */
export function comparisonsOf(watch: FlagWatch, now: Moment): readonly Comparison[] {
  const all = watch
    .watched(now)
    .map((watched) => ({ watched, isLevel: watched.rule === EVERYBODY }))
    .filter(({ watched, isLevel }) => isLevel || (watched.control !== undefined && watched.percent > 0));
  return watch.guardrails.flatMap((guardrail) =>
    all
      .filter(({ isLevel }) => isLevel === (guardrail.limit.kind === 'level'))
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
  const windows = new Map<string, (arm: string) => Promise<ArmData>>();
  const all: Judged[] = [];
  // One after the other: the sink's connections are the app's as well.
  for (const comparison of comparisons) {
    const { guardrail, window, treatment, watched } = comparison;
    const armOf = windows.get(window) ?? (await read(window, results, durations));
    windows.set(window, armOf);
    const control = watched.control === undefined ? undefined : await armOf(watched.control);
    const compared = { treatment: await armOf(treatment), control };
    all.push({ ...comparison, compared, judgement: judge(guardrail, compared, { comparisons: comparisons.length }) });
  }
  return all;
}

/** Reads a window; gives what its arms have done. */
async function read(window: string, results: Results, durations: Durations | undefined) {
  const totals = await within(PATIENCE, results.read(window));
  const histograms = durations ? await within(PATIENCE, results.histograms(window)) : [];
  const arms = new Map<string, ArmData>();
  return async (arm: string): Promise<ArmData> => {
    const known = arms.get(arm) ?? { ...tallyOf(totals, arm), durations: await durations?.added(histograms, arm) };
    arms.set(arm, known);
    return known;
  };
}
