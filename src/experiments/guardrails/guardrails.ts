import type { Flag } from '../../flag';
import type { Watcher } from '../../exposures/recorder';
import type { Histogram } from '../../sinks/sink';
import { Durations } from './durations';
import type { MetricGuardrail } from './guardrail';
import { FlagWatch } from './watch';

/** The guardrails of an engine at work. */
export interface Guardrails {
  readonly watchers: readonly Watcher[];
  readonly took: (experiment: string, arm: string, milliseconds: number) => void;
  /** The durations counted since it was last asked. */
  readonly histograms: () => readonly Histogram[];
  close(): void;
}

/** Watches all flags with guardrails. */
export function watchGuardrails(flags: readonly Flag[]): Guardrails {
  const guarded = flags.filter(({ definition }) => (definition.guardrails ?? []).length > 0);
  const watchers = guarded.map((flag) => new FlagWatch(flag, () => 0));
  const durations = guarded.some(measuresQuantile) ? new Durations() : undefined;
  return {
    watchers,
    took: (experiment, arm, milliseconds) => durations?.took(experiment, arm, milliseconds),
    histograms: () => durations?.changed() ?? [],
    close() {},
  };
}

function measuresQuantile({ definition }: Flag): boolean {
  return (definition.guardrails as readonly MetricGuardrail[]).some(({ metric }) => metric.quantile !== undefined);
}
