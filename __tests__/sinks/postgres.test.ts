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
    const pool = open();
    const sinks = [postgresSink({ pool }), postgresSink({ pool }), postgresSink({ pool })];
    const units = Array.from({ length: 400 }, (_, index) => `unit ${index}`);
    const shuffled = () => units.toSorted(() => Math.random() - 0.5);
    const event = (unit: string) => ({ experiment: 'X', unit, event: 'buy', count: 1, sum: 3n, at: Date.now() });
    await Promise.all(
      sinks.map(async ({ write }, writer) => {
        for (let times = 0; times < 12; times += 1)
          await write(
            batch({
              exposures: shuffled().map((unit, index) => exposure(unit, writer === 2 && index % 40 === 0 ? 'B' : 'A')),
              events: shuffled().map(event),
            }),
          );
      }),
    );
    const [read, recomputed] = [await sinks[0]!.results!.read('X'), await sinks[0]!.results!.recompute('X')];
    const sum = (rows: readonly { sumXY: bigint }[]) => rows.reduce((all, row) => all + row.sumXY, 0n);
    expect(sum(read.sums)).toBe(sum(recomputed.sums));
    const [left, inTwoArms] = [
      recomputed.units.reduce((all, row) => all + row.units, 0),
      recomputed.units.reduce((all, row) => all + row.inTwoArms, 0),
    ];
    expect(left + inTwoArms).toBe(400);
    expect(inTwoArms).toBeGreaterThan(40);
    expect(recomputed.sums).toMatchObject([{ units: left, sumX: BigInt(left * 36 * 3), sumY: BigInt(left * 36) }]);
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
