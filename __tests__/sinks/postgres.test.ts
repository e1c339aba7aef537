import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { sinkContract } from 'gatekeeper-flags/testing';
import type { Batch, Exposure } from '../../src/sinks/sink';
import { postgresServer } from '../support/postgres';

const postgres = postgresServer();
let url: string;
beforeAll(async () => void (url = await postgres.freshUrl()));

sinkContract({
  it,
  create(namespace) {
    const pool = new Pool({ connectionString: url, max: 4 });
    pool.on('error', () => {});
    const sink = postgresSink({ pool, namespace });
    let ended: Promise<void> | undefined;
    return { ...sink, close: () => sink.close().finally(() => (ended ??= pool.end())) };
  },
});

describe('in a schema of its own', () => {
  let place: string;
  const pools: Pool[] = [];
  beforeEach(async () => void (place = await postgres.freshUrl()));
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())));

  function open(connectionString = place): Pool {
    const pool = new Pool({ connectionString });
    pool.on('error', () => {});
    pools.push(pool);
    return pool;
  }
  const batch = (of: Partial<Batch> = {}): Batch => ({
    id: randomUUID(),
    exposures: [],
    events: [],
    histograms: [],
    ...of,
  });
  const exposure = (unit: string, arm = 'A'): Exposure => ({
    experiment: 'X',
    arm,
    unit,
    at: Date.now(),
    weights: 'A:1',
  });

  test('it makes tables of these names, and no other', async () => {
    const pool = open();
    await postgresSink({ pool }).write(batch());
    const { rows } = await pool.query(
      'SELECT tablename FROM pg_tables WHERE schemaname = current_schema ORDER BY tablename',
    );
    expect(rows.map(({ tablename }) => tablename)).toEqual(
      ['batches', 'day_sums', 'day_units', 'histograms', 'names', 'notes', 'totals', 'units'].map(
        (name) => `gatekeeper_sink_${name}`,
      ),
    );
  });

  test('ten make the tables at once; those that were dropped are made again', async () => {
    const pool = open();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        postgresSink({ pool }).write(batch({ exposures: [exposure(`${index}`)] })),
      ),
    );
    const sink = postgresSink({ pool });
    expect((await sink.results!.read('X')).units).toMatchObject([{ units: 10 }]);
    await pool.query('DROP TABLE gatekeeper_sink_units, gatekeeper_sink_batches');
    await expect(sink.write(batch({ exposures: [exposure('1')] }))).rejects.toThrow('does not exist');
    await sink.write(batch({ exposures: [exposure('1')] }));
  });

  test('what a batch has before the one thing that fails is not kept', async () => {
    const sink = postgresSink({ pool: open() });
    const at = 1e300;
    const bad = batch({
      exposures: [exposure('1')],
      events: [{ experiment: 'X', unit: '1', event: 'buy', count: 1, sum: 1n, at }],
    });
    await expect(sink.write(bad)).rejects.toThrow();
    expect(await sink.results!.recompute('X')).toEqual({ units: [], sums: [] });
    await sink.write({ ...bad, events: [] });
    expect((await sink.results!.read('X')).units).toMatchObject([{ units: 1 }]);
  });

  test('many at once, on the same units in several arms, never wait for each other for ever', async () => {
    const [writers, rounds, each] = [6, 8, 1_500];
    const pool = open();
    const sinks = Array.from({ length: writers }, () => postgresSink({ pool }));
    await sinks[0]!.write(batch());
    const shuffled = <T>(items: readonly T[]) =>
      items
        .map((item) => [Math.random(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item);
    const names = ['X', 'Y', 'Z'];
    for (let round = 0; round < rounds; round += 1) {
      const units = Array.from({ length: each }, (_, index) => `${round} ${index}`);
      const event = (unit: string) => ({
        experiment: names[unit.length % 3]!,
        unit,
        event: `buy ${unit.at(-1)}`,
        count: 1,
        sum: 3n,
        at: Date.now(),
      });
      // All write of the same new units at once, each in an order of its own.
      await Promise.all(
        sinks.map(({ write }, writer) =>
          write(
            batch({
              exposures: shuffled(units).map((unit) => ({
                ...exposure(unit, writer === 2 && unit.endsWith('7') ? 'B' : 'A'),
                experiment: names[unit.length % 3]!,
              })),
              events: shuffled(units).map(event),
            }),
          ),
        ),
      );
      await Promise.all(sinks.map(({ write }) => write(batch({ events: shuffled(units).map(event) }))));
    }
    let all = 0;
    for (const experiment of names) {
      const { read, recompute } = sinks[0]!.results!;
      const [{ sums }, recomputed] = [await read(experiment), await recompute(experiment)];
      const sum = (rows: readonly { sumXY: bigint }[]) => rows.reduce((all, row) => all + row.sumXY, 0n);
      expect(sum(sums)).toBe(sum(recomputed.sums));
      expect(sum(sums)).toBe(
        recomputed.sums.reduce((all, row) => all + BigInt(row.units * 3 * (2 * writers) ** 2), 0n),
      );
      all += recomputed.units.reduce((all, row) => all + row.units + row.inTwoArms, 0);
    }
    expect(all).toBe(rounds * each);
  });

  test('ids of batches are kept for a day', async () => {
    const pool = open();
    const [old, late] = [batch(), batch()];
    for (const one of [old, late]) await postgresSink({ pool }).write(one);
    await pool.query(`UPDATE gatekeeper_sink_batches SET at = at - interval '25 hours' WHERE id = $1`, [old.id]);
    await postgresSink({ pool }).write(late);
    const { rows } = await pool.query('SELECT id FROM gatekeeper_sink_batches');
    expect(rows).toEqual([{ id: late.id }]);
  });

  test('properties are kept with the exposure, as JSON', async () => {
    const pool = open();
    const properties = { plan: 'gro\0wth', 'seats "used"': 3, trial: false };
    await postgresSink({ pool }).write(batch({ exposures: [{ ...exposure('1'), properties }, exposure('2')] }));
    const { rows } = await pool.query('SELECT properties FROM gatekeeper_sink_units ORDER BY unit');
    expect(rows.map((row) => row.properties && JSON.parse(row.properties))).toEqual([properties, null]);
  });

  test('a user who may not make tables uses those that are there', async () => {
    const pool = open();
    await postgresSink({ pool }).write(batch());
    const [{ schema }] = (await pool.query('SELECT current_schema AS schema')).rows;
    const role = schema.replaceAll('-', '_');
    await pool.query(`CREATE ROLE ${role}; GRANT USAGE ON SCHEMA "${schema}" TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${schema}" TO ${role}`);
    try {
      const limited = new URL(place);
      limited.searchParams.set('options', `${limited.searchParams.get('options')} -c role=${role}`);
      const theirs = postgresSink({ pool: open(limited.href) });
      await theirs.write(batch({ exposures: [exposure('1')] }));
      await theirs.write(batch({ exposures: [exposure('1', 'B')] }));
      expect((await theirs.results!.recompute('X')).units).toMatchObject([{ inTwoArms: 1 }]);
      await theirs.results!.forget('X');
    } finally {
      await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});
