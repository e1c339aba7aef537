import type { Logger } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { openTelemetrySink, type OpenTelemetryLogger } from 'gatekeeper-flags/sinks/opentelemetry';
import { sinkContract } from 'gatekeeper-flags/testing';
import { nameOf } from '../../src/experiments/guardrails/window';
import type { Batch } from '../../src/sinks/sink';
import { expectType } from '../support/types';

expectType<Logger extends OpenTelemetryLogger ? true : false>();

function telemetry() {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  const sent = () =>
    exporter
      .getFinishedLogRecords()
      .map(({ eventName, hrTime, attributes }) => ({ eventName, at: hrTime[0] * 1_000, attributes }));
  return { logger: provider.getLogger('gatekeeper-flags'), sent };
}

describe('alone', () => {
  sinkContract({
    it,
    create: () => openTelemetrySink({ logger: telemetry().logger }),
    cannot: { results: 'it sends on, and keeps nothing: give it a sink `then` for reports and guardrails' },
  });
});

describe('before a sink that keeps', () => {
  const sinks = new Map<string, ReturnType<typeof memorySink>>();
  sinkContract({
    it,
    create(namespace) {
      sinks.set(namespace, sinks.get(namespace) ?? memorySink());
      return openTelemetrySink({ logger: telemetry().logger, then: sinks.get(namespace)! });
    },
  });
});

const AT = Date.parse('2026-06-01T12:00:00Z');
const exposure = { experiment: 'CHECKOUT', arm: 'ONE_PAGE', unit: '7', at: AT, weights: 'CONTROL:50,ONE_PAGE:50' };
const event = { experiment: 'CHECKOUT', unit: '7', event: 'revenue', count: 2, sum: 12_990_000n, at: AT };
const batch = (of: Partial<Batch>): Batch => ({ id: 'batch', exposures: [], events: [], histograms: [], ...of });

// https://opentelemetry.io/docs/specs/semconv/feature-flags/feature-flags-events/
test('an exposure is the event of the semantic conventions, by its names', async () => {
  const { logger, sent } = telemetry();
  await openTelemetrySink({ logger }).write(batch({ exposures: [{ ...exposure, properties: { plan: 'growth' } }] }));
  expect(sent()).toEqual([
    {
      eventName: 'feature_flag.evaluation',
      at: AT,
      attributes: {
        'feature_flag.key': 'CHECKOUT',
        'feature_flag.result.variant': 'ONE_PAGE',
        'feature_flag.result.reason': 'split',
        'feature_flag.context.id': '7',
        'feature_flag.provider.name': 'gatekeeper-flags',
        'gatekeeper_flags.property.plan': 'growth',
      },
    },
  ]);
});

test('what a unit did is an event of our own, with its value as it was tracked', async () => {
  const { logger, sent } = telemetry();
  await openTelemetrySink({ logger }).write(batch({ events: [event] }));
  expect(sent()).toEqual([
    {
      eventName: 'gatekeeper_flags.tracked',
      at: AT,
      attributes: {
        'feature_flag.key': 'CHECKOUT',
        'feature_flag.context.id': '7',
        'gatekeeper_flags.event.name': 'revenue',
        'gatekeeper_flags.event.count': 2,
        'gatekeeper_flags.event.value': 12.99,
      },
    },
  ]);
});

test.each([undefined, 20_600])(
  'what guardrails watch is no evaluation, and goes only to the sink that keeps',
  async (day) => {
    const { logger, sent } = telemetry();
    const then = memorySink();
    const window = nameOf({ flag: 'CHECK"OUT', rule: 'grow\\th', percent: 1e-7, generation: 3, day });
    await openTelemetrySink({ logger, then }).write(
      batch({
        exposures: [exposure, { ...exposure, experiment: window }],
        events: [{ ...event, experiment: window }],
        histograms: [{ experiment: window, arm: 'control', writer: 'w', data: 'd' }],
      }),
    );
    expect(sent().map(({ attributes }) => attributes['feature_flag.key'])).toEqual(['CHECKOUT']);
    expect((await then.results!.read(window)).units).toHaveLength(1);
  },
);

test('flags may have names that look like JSON', async () => {
  const { logger, sent } = telemetry();
  const names = ['["A"]', '[1]', '["A","b",1]', '{"A":1}'];
  await openTelemetrySink({ logger }).write(
    batch({ exposures: names.map((experiment) => ({ ...exposure, experiment })) }),
  );
  expect(sent().map(({ attributes }) => attributes['feature_flag.key'])).toEqual(names);
});

test('a batch is sent once the other sink has it, and once', async () => {
  const { logger, sent } = telemetry();
  let down = true;
  const kept = memorySink();
  const write = async (batch: Batch) => (down ? Promise.reject(new Error('down')) : kept.write(batch));
  const sink = openTelemetrySink({ logger, then: { ...kept, write } });
  await expect(sink.write(batch({ exposures: [exposure] }))).rejects.toThrow('down');
  expect(sent()).toEqual([]);
  down = false;
  for (let times = 0; times < 3; times += 1) await sink.write(batch({ exposures: [exposure] }));
  expect(sent()).toHaveLength(1);
});

test('a logger that throws is reported, and its batch is not sent twice', async () => {
  let emitted = 0;
  const emit = () => {
    emitted += 1;
    throw new Error('no exporter');
  };
  const sink = openTelemetrySink({ logger: { emit } });
  await expect(sink.write(batch({ exposures: [exposure, exposure] }))).rejects.toThrow('no exporter');
  await sink.write(batch({ exposures: [exposure, exposure] }));
  expect(emitted).toBe(1);
});
