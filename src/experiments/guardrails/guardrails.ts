import type { Engine } from '../../engine';
import type { Evaluation } from '../../evaluation';
import type { Queue } from '../../exposures/queue';
import { unitOf } from '../../exposures/recorded';
import type { Watcher } from '../../exposures/recorder';
import type { Flag } from '../../flag';
import type { Histogram, Sink } from '../../sinks/sink';
import { Durations } from './durations';
import type { MetricGuardrail } from './guardrail';
import { Ledger } from './ledger';
import { Patrol } from './patrol';
import { Thresholds } from './thresholds';
import { FlagWatch } from './watch';

/** The guardrails of an engine at work. */
export interface Guardrails {
  readonly watchers: readonly Watcher[];
  /** A request was answered, and is recorded: keeps how long it took. */
  readonly answered: (evaluation: Evaluation, milliseconds: number, queue: Queue) => void;
  /** The durations counted since it was last asked. */
  readonly histograms: () => readonly Histogram[];
  close(): void;
}

/** Watches all flags with guardrails. */
export function watchGuardrails(engine: Engine<any>, { results }: Sink): Guardrails {
  const guarded = engine.flags().filter(({ definition }) => (definition.guardrails ?? []).length > 0);
  const ledger = results && new Ledger(results, engine.now);
  const watches = guarded.map((flag) => new FlagWatch(flag, (name, state) => ledger?.generation(name, state) ?? 0));
  const atQuantile = results ? watches.filter(({ flag }) => measuresQuantile(flag)) : [];
  const durations = atQuantile.length > 0 ? new Durations() : undefined;
  const thresholds = new Thresholds();
  const patrol =
    watches.length > 0 ? new Patrol(engine, { watches, results, ledger, durations, thresholds }) : undefined;

  /** Durations, and slow requests, by treatment and control. */
  function measure(watch: FlagWatch, evaluation: Evaluation, milliseconds: number, queue: Queue): void {
    const { subject } = evaluation;
    const outcome = evaluation.known(watch.flag);
    if (!outcome) return;
    for (const { recorded, arm } of watch.armsOf(outcome, subject)) {
      const unit = unitOf(subject, recorded.unit);
      if (unit === undefined) continue;
      const { experiment } = recorded;
      durations!.took(experiment, arm, milliseconds);
      for (const event of thresholds.passed(experiment, milliseconds))
        queue.track({ experiment, unit, event, count: 1, sum: 0n, at: engine.now() }, false);
    }
  }

  return {
    // What is never read need not be counted.
    watchers: results ? watches : [],
    answered(evaluation, milliseconds, queue) {
      for (const watch of atQuantile)
        try {
          measure(watch, evaluation, milliseconds, queue);
        } catch (error) {
          engine.report.failed(error);
        }
    },
    histograms: () => durations?.changed() ?? [],
    close: () => patrol?.close(),
  };
}

function measuresQuantile({ definition }: Flag): boolean {
  return (definition.guardrails as readonly MetricGuardrail[]).some(({ metric }) => metric.quantile !== undefined);
}
