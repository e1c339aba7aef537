import { Turn } from '../stores/turn';
import type { Batch, Exposure, Sink, TrackedEvent } from './sink';

/** What is used of a logger of `@opentelemetry/api-logs`. */
export interface OpenTelemetryLogger {
  emit(record: {
    readonly eventName: string;
    /** Milliseconds since 1970. */
    readonly timestamp: number;
    readonly severityNumber: number;
    readonly attributes: { [name: string]: string | number | boolean };
  }): void;
}

export interface OpenTelemetrySinkOptions {
  /** `logs.getLogger('gatekeeper-flags')`, or of a LoggerProvider of your own. */
  readonly logger: OpenTelemetryLogger;
  /** A sink that takes everything as well, and gives the results. Without one there are no reports. */
  readonly then?: Sink;
}

const INFO = 9;
/** Batches whose ids are remembered. */
const BATCHES = 1_000;

/**
 * Sends exposures on as `feature_flag.evaluation` events of OpenTelemetry's semantic conventions (1.44), and what units did
 * as `gatekeeper_flags.tracked`. What guardrails watch is no evaluation of a flag, and is not sent.
 */
export function openTelemetrySink({ logger, then }: OpenTelemetrySinkOptions): Sink {
  const sent = new Set<string>();

  async function send({ id, exposures, events }: Batch): Promise<void> {
    // What a logger has thrown at is not sent again: better one event too few than a thousand twice.
    if (sent.has(id)) return;
    sent.add(id);
    if (sent.size > BATCHES) sent.delete(sent.values().next().value!);
    const turn = new Turn();
    for (const record of [...exposures.filter(isOfFlag).map(evaluation), ...events.filter(isOfFlag).map(tracked)]) {
      logger.emit(record);
      if (turn.over) await turn.next();
    }
  }

  return {
    kind: 'opentelemetry',
    async write(batch) {
      await then?.write(batch);
      await send(batch);
    },
    ...(then?.results && { results: then.results }),
    close: async () => then?.close(),
  };
}

function evaluation({ experiment, arm, unit, at, properties = {} }: Exposure) {
  return {
    eventName: 'feature_flag.evaluation',
    timestamp: at,
    severityNumber: INFO,
    attributes: {
      'feature_flag.key': experiment,
      'feature_flag.result.variant': arm,
      'feature_flag.result.reason': 'split',
      'feature_flag.context.id': unit,
      'feature_flag.provider.name': 'gatekeeper-flags',
      ...Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [`gatekeeper_flags.property.${name}`, value]),
      ),
    },
  };
}

function tracked({ experiment, unit, event, count, sum, at }: TrackedEvent) {
  return {
    eventName: 'gatekeeper_flags.tracked',
    timestamp: at,
    severityNumber: INFO,
    attributes: {
      'feature_flag.key': experiment,
      'feature_flag.context.id': unit,
      'gatekeeper_flags.event.name': event,
      'gatekeeper_flags.event.count': count,
      'gatekeeper_flags.event.value': Number(sum) / 1e6,
    },
  };
}

/** What guardrails watch is named by JSON: a flag, a rule, and numbers. */
function isOfFlag({ experiment }: { readonly experiment: string }): boolean {
  return !/^\["(?:[^"\\]|\\.)*","(?:[^"\\]|\\.)*"(?:,[-+.\de]+){2,}\]$/.test(experiment);
}
