import type { Engine } from '../engine';
import type { Flag } from '../flag';
import { optionsOf } from '../config/options';
import type { FullObserver } from '../exposures/observer';
import { Queue } from '../exposures/queue';
import { FAILED_REQUEST, REQUEST, Recorder } from '../exposures/recorder';
import { recorded, type Recorded } from '../exposures/recorded';
import { memorySink } from '../sinks/memory';
import { Experiment, OWN_RULE } from './experiment';
import type { MetricGuardrail } from './guardrails/guardrail';
import { watchGuardrails } from './guardrails/guardrails';

const observers = new WeakMap<Engine<any>, FullObserver>();

/** Who records what becomes of an engine's experiments and guardrails; made once, with the sink that the config names. */
export function observe(engine: Engine<any>): FullObserver {
  const known = observers.get(engine) ?? create(engine);
  observers.set(engine, known);
  return known;
}

function create(engine: Engine<any>): FullObserver {
  const flags = [...engine.config.compiled.values()];
  const sink = (optionsOf(engine).sink ?? memorySink)();
  const experiments = new Map(flags.filter(isExperiment).map((flag) => [flag.name, recordedOf(flag)] as const));
  const guardrails = watchGuardrails(engine, sink);
  const queue = new Queue(sink, {}, { histograms: guardrails.histograms, failed: engine.report.failed });
  const watched = flags.flatMap(({ definition }) => (definition.guardrails ?? []) as readonly MetricGuardrail[]);
  const counts = new Set([
    ...[...experiments.values()].flatMap((one) => [...one.counts]),
    ...watched.map(({ metric }) => metric.counted),
  ]);
  const events = new Set([...counts].filter((event) => !event.startsWith('$')));
  const recorder = new Recorder(engine, queue, experiments, guardrails.watchers, events);
  return {
    sink,
    measuresRequests: guardrails.watchers.length > 0 || counts.has(REQUEST) || counts.has(FAILED_REQUEST),
    exposed: (flag, outcome, subject) => recorder.exposed(flag, outcome, subject),
    tracked: (event, value, subject) => recorder.tracked(event, value, subject),
    answered(evaluation, status, milliseconds) {
      recorder.answered(evaluation, status, milliseconds);
      guardrails.answered(evaluation, milliseconds, queue);
    },
    flush: () => queue.flush(),
    stats: () => queue.stats(),
    async close(timeout) {
      guardrails.close();
      await queue.close(timeout);
    },
  };
}

/** Whether a flag is an experiment. */
export function isExperiment(flag: Flag): flag is Flag & { readonly definition: Experiment } {
  return flag.definition instanceof Experiment;
}

function recordedOf({ name, unit, rules, definition }: Flag & { readonly definition: Experiment }): Recorded {
  const { primary, secondary = [], guardrails = [], exposureProperties = [] } = definition;
  const metrics = [primary, ...secondary, ...(guardrails as readonly MetricGuardrail[]).map(({ metric }) => metric)];
  const { arms } = rules.find((rule) => rule.name === OWN_RULE)!;
  return recorded({
    experiment: name,
    unit,
    weights: arms.map(({ variant, weight }) => `${variant}:${weight}`).join(','),
    counts: new Set(metrics.map(({ counted }) => counted)),
    properties: exposureProperties,
  });
}
