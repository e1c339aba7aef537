import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import Database from 'libsql';
import { Pool } from 'pg';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { sqliteSink } from 'gatekeeper-flags/sinks/sqlite';
import type { Batch, Results, Sink, Totals } from '../../src/sinks/sink';
import { postgresServer } from '../support/postgres';

const postgres = postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-alike-'));
const database = new Database(join(folder, 'alike.sqlite'));
let pool: Pool;
beforeAll(async () => void (pool = new Pool({ connectionString: await postgres.freshUrl() })));
afterAll(async () => {
  database.close();
  rmSync(folder, { recursive: true });
  await pool.end();
});

const DAY = 86_400_000;
const unit = fc.integer({ min: 0, max: 7 }).map(String);
const at = fc.integer({ min: 20_000, max: 20_003 }).map((day) => day * DAY + 5);
const of = { experiment: fc.constantFrom('X', 'Y'), unit, at };
const arm = fc.constantFrom('A', 'A', 'A', 'B');
const exposures = fc.array(fc.record({ ...of, arm, weights: fc.constantFrom('A:50,B:50', 'A:9,B:91') }), {
  maxLength: 8,
});
const value = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const events = fc.array(
  fc.record({ ...of, event: fc.constantFrom('buy', 'view'), count: fc.integer({ min: 1, max: 5 }), sum: value }),
  { maxLength: 8 },
);
/** Batches with what comes again: an index into those before. */
const written = fc.array(fc.record({ exposures, events, again: fc.option(fc.nat()) }), { maxLength: 8 });

let round = 0;

test('memory, SQLite and PostgreSQL give the same by day, and what a full recomputation gives, to the last digit', async () => {
  await fc.assert(
    fc.asyncProperty(written, async (given) => {
      const namespace = `alike ${round++}`;
      const sinks = [memorySink(), sqliteSink({ database, namespace }), postgresSink({ pool, namespace })] as (Sink & {
        results: Results;
      })[];
      const batches = given.map(({ exposures, events }, index): Batch => ({
        id: String(index),
        exposures,
        events,
        histograms: [],
      }));
      for (const [index, { again }] of given.entries())
        for (const { write } of sinks) {
          await write(batches[index]!);
          if (again !== null) await write(batches[again % (index + 1)]!);
        }
      for (const experiment of ['X', 'Y']) {
        const read = await Promise.all(sinks.map(async ({ results }) => rows(await results.read(experiment))));
        const recomputed = await Promise.all(
          sinks.map(async ({ results }) => rows(await results.recompute(experiment))),
        );
        expect(read[1]).toEqual(read[0]);
        expect(read[2]).toEqual(read[0]);
        for (const one of recomputed) expect(one).toEqual(rows(inOne(await sinks[0]!.results.read(experiment))));
      }
    }),
    { numRuns: 60, seed: 6 },
  );
});

/** All days in one. */
function inOne({ units, sums }: Totals): Totals {
  return { units: units.map((row) => ({ ...row, day: 0 })), sums: sums.map((row) => ({ ...row, day: 0 })) };
}

/** Numbers by names and day, those that come to nothing left out. */
function rows({ units, sums }: Totals): ReadonlyMap<string, readonly bigint[]> {
  const byKey = new Map<string, readonly bigint[]>();
  const add = (key: readonly unknown[], numbers: readonly (number | bigint)[]) => {
    const so = byKey.get(JSON.stringify(key));
    const added = numbers.map((number, index) => BigInt(number) + (so?.[index] ?? 0n));
    byKey.set(JSON.stringify(key), added);
  };
  for (const { arm, weights, day, units: count, inTwoArms } of units)
    add(['units', arm, weights, day], [count, inTwoArms]);
  for (const { arm, event, day, ...sum } of sums)
    add(['sums', arm, event, day], [sum.units, sum.sumX, sum.sumXX, sum.sumY, sum.sumYY, sum.sumXY]);
  return new Map(
    [...byKey].filter(([, numbers]) => numbers.some((number) => number !== 0n)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
