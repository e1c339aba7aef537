import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { sinkContract } from 'gatekeeper-flags/testing';
import type { Batch, Results, Sink } from '../../src/sinks/sink';

type Change = (sink: Sink & { readonly results: Results }) => Partial<Sink>;

/** Opens sinks that share what they keep by namespace, each changed. */
function opener(change: Change) {
  const kept = new Map<string, Sink>();
  return (namespace: string) => {
    const sink = kept.get(namespace) ?? memorySink();
    kept.set(namespace, sink);
    return { ...sink, ...change(sink as Sink & { readonly results: Results }) };
  };
}

/** The names of the tests that a sink fails. */
async function failures(change: Change): Promise<string[]> {
  const failed: string[] = [];
  const tests: (() => Promise<void>)[] = [];
  const it = (name: string, test: () => Promise<void>) =>
    tests.push(() => test().catch((error: Error) => void failed.push(`${name}: ${error.message}`)));
  sinkContract({ it, create: opener(change) });
  for (const test of tests) await test();
  return failed;
}

test('one that keeps to it fails nothing', async () => {
  expect(await failures(() => ({}))).toEqual([]);
});

const writing =
  (change: (batch: Batch) => Batch): Change =>
  ({ write }) => ({ write: (batch) => write(change(batch)) });
let unique = 0;

test.each<[string, string, Change]>([
  ['counts a batch twice', 'a batch that comes again', writing((batch) => ({ ...batch, id: `${unique++}` }))],
  [
    'keeps numbers that have a rounding',
    'sums have no rounding',
    writing((batch) => ({ ...batch, events: batch.events.map((one) => ({ ...one, sum: BigInt(Number(one.sum)) })) })),
  ],
  [
    'trims names',
    'names are data',
    writing((batch) => ({ ...batch, exposures: batch.exposures.map((one) => ({ ...one, arm: one.arm.trim() })) })),
  ],
  [
    'believes every clock',
    'a unit’s days do not go back',
    ({ results }) => ({
      results: {
        ...results,
        async read(experiment) {
          const { units, sums } = await results.read(experiment);
          return { units, sums: sums.map((row) => ({ ...row, day: row.day - 1 })) };
        },
      },
    }),
  ],
  [
    'leaves units that saw two arms in',
    'a unit seen in a second arm is taken out',
    writing((batch) => ({ ...batch, exposures: batch.exposures.filter(({ arm }) => arm === 'A') })),
  ],
  [
    'sums what nobody has recomputed',
    'what is summed by day is what a full recomputation gives',
    ({ results }) => ({
      results: {
        ...results,
        async recompute(experiment) {
          const { units, sums } = await results.recompute(experiment);
          return { units, sums: sums.map((row) => ({ ...row, sumXX: row.sumXX + 1n })) };
        },
      },
    }),
  ],
  [
    'gives each process the claim',
    'one process has a claim',
    ({ results }) => ({
      results: { ...results, claim: async (name, note) => (await results.claim(name, note), true) },
    }),
  ],
  [
    'forgets more than it was asked to',
    'experiments are apart',
    ({ results }) => ({
      results: {
        ...results,
        async forget(experiment) {
          for (const one of [experiment, 'Y']) await results.forget(one);
        },
      },
    }),
  ],
  ['keeps no histograms', 'a histogram takes the place', writing((batch) => ({ ...batch, histograms: [] }))],
  [
    'refuses odd names',
    'takes what is written',
    ({ write }) => ({
      write: async (batch) =>
        JSON.stringify(batch, (_, value) => (typeof value === 'bigint' ? 0 : value)).includes('\\u0000')
          ? Promise.reject(new Error('no U+0000'))
          : write(batch),
    }),
  ],
])('one that %s fails the contract', async (_, name, change) => {
  expect(await failures(change)).toContainEqual(expect.stringContaining(name));
});
