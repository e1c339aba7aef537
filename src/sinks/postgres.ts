import { Connections, type PgClient, type PgPool } from '../stores/postgres-pool';
import { TABLES } from './postgres-tables';
import { writeBatch, type Run } from './postgres-write';
import type { Sink, Totals } from './sink';
import { daySumsOf, type Row } from './sums';
import { kept, keptBatch, original } from './text';

export interface PostgresSinkOptions {
  /** A pool of `pg`; the sink uses one connection at a time to write. */
  readonly pool: PgPool;
  /** Tells apps that share the tables apart. Defaults to `gatekeeper`. */
  readonly namespace?: string;
}

/** For so many milliseconds the server is waited for; where it reads every unit, for so many. */
const PATIENCE = 30_000;
const LONG_PATIENCE = 600_000;
const HOUR = 3_600_000;
const UNITS = `
  SELECT arm, weights, 0 AS day, count(*) FILTER (WHERE NOT in_two_arms) AS units, count(*) FILTER (WHERE in_two_arms) AS in_two_arms
  FROM gatekeeper_sink_units WHERE namespace = $1 AND experiment = $2 GROUP BY 1, 2`;
const SUMS = `
  SELECT arm, event, 0 AS day, count(*) FILTER (WHERE y > 0) AS units,
    sum(x) AS x, sum(x * x) AS xx, sum(y) AS y, sum(y * y) AS yy, sum(x * y) AS xy
  FROM gatekeeper_sink_totals JOIN gatekeeper_sink_units USING (namespace, experiment, unit)
  WHERE namespace = $1 AND experiment = $2 AND NOT in_two_arms GROUP BY 1, 2`;
/** Units that are deleted at once. */
const PAGE = 5_000;

/**
 * Keeps exposures and what units did in PostgreSQL (12 and later), for any number of processes. It makes its tables itself,
 * in the schema that the pool's user writes to.
 */
export function postgresSink({ pool, namespace: name = 'gatekeeper' }: PostgresSinkOptions): Sink {
  const connections = new Connections(pool);
  const namespace = kept(name);
  let tables: Promise<unknown> | undefined;
  let pruned = -Infinity;

  /** Does what needs the tables: they are looked for once, and again after a failure, since somebody may have dropped them. */
  async function use<T>(work: (run: Run, client: PgClient) => Promise<T>, patience = PATIENCE): Promise<T> {
    try {
      await (tables ??= connections.use(async (client) => {
        const [row] = (await client.query(`SELECT to_regclass('gatekeeper_sink_batches') AS made`)).rows;
        if (!row.made) await client.query(TABLES);
      }));
      return await connections.use(
        (client) => work(async (text, ...values) => (await client.query(text, [namespace, ...values])).rows, client),
        patience,
      );
    } catch (error) {
      tables = undefined;
      throw error;
    }
  }

  /** Reads what was at one moment; `named` gives names back as they were. */
  const read = <T>(
    work: (run: Run, named: (text: string) => string, client: PgClient) => Promise<T>,
    patience?: number,
  ): Promise<T> =>
    use(async (run, client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const names = await run('SELECT id, name FROM gatekeeper_sink_names WHERE namespace = $1');
      const long = new Map(names.map((row) => [row.id, row.name]));
      const result = await work(run, (text) => original(text, long), client);
      await client.query('COMMIT');
      return result;
    }, patience);

  const rowsOf = (run: Run, experiment: string, table: string): Promise<readonly Row[]> =>
    run(`SELECT * FROM gatekeeper_sink_${table} WHERE namespace = $1 AND experiment = $2`, kept(experiment));

  function totals(named: (text: string) => string, units: readonly Row[], sums: readonly Row[]): Totals {
    return {
      units: units.map(({ arm, weights, day, units, in_two_arms }) => ({
        ...{ arm: named(arm), weights: named(weights), day, units: Number(units), inTwoArms: Number(in_two_arms) },
      })),
      sums: sums.map((row) => ({ ...daySumsOf(row), arm: named(row.arm), event: named(row.event) })),
    };
  }

  return {
    kind: 'postgres',

    write(given) {
      const { batch, long } = keptBatch(given);
      return use(async (run, client) => {
        if (performance.now() - pruned > HOUR) {
          await run(`DELETE FROM gatekeeper_sink_batches WHERE namespace = $1 AND at < now() - interval '1 day'`);
          pruned = performance.now();
        }
        await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        // One that is being written still is waited for here.
        const added = await run(
          'INSERT INTO gatekeeper_sink_batches VALUES ($1, $2, now()) ON CONFLICT DO NOTHING RETURNING id',
          batch.id,
        );
        if (added.length > 0) {
          await writeBatch(run, batch);
          await keepNames(run, long);
        }
        await client.query('COMMIT');
      });
    },

    results: {
      read: (experiment) =>
        read(async (run, named) =>
          totals(named, await rowsOf(run, experiment, 'day_units'), await rowsOf(run, experiment, 'day_sums')),
        ),

      recompute: (experiment) =>
        read(async (run, named, client) => {
          const of = kept(experiment);
          // Of an experiment that is new since the planner counted it expects one unit, and would compare each with each.
          await client.query('SET LOCAL enable_nestloop = off');
          return totals(named, await run(UNITS, of), await run(SUMS, of));
        }, LONG_PATIENCE),

      histograms: (experiment) =>
        read(async (run, named) =>
          (await rowsOf(run, experiment, 'histograms')).map(({ arm, writer, data }) => ({
            ...{ experiment, arm: named(arm), writer: named(writer), data },
          })),
        ),

      claim: (name, note) =>
        use(async (run) => {
          const long = new Map<string, string>();
          const id = kept(name, long);
          await keepNames(run, long);
          const added = await run(
            'INSERT INTO gatekeeper_sink_notes VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING name',
            ...[id, JSON.stringify(note)],
          );
          return added.length > 0;
        }),

      claims: (prefix) =>
        read(async (run, named) => {
          const rows = await run('SELECT name, note FROM gatekeeper_sink_notes WHERE namespace = $1');
          const notes = rows.map(({ name, note }) => [named(name), JSON.parse(note) as string] as const);
          return new Map(notes.filter(([name]) => name.startsWith(prefix)));
        }),

      async forget(experiment) {
        const of = kept(experiment);
        for (let deleted = PAGE; deleted === PAGE;)
          deleted = await use(async (run, client) => {
            await client.query('BEGIN');
            const units = await run(
              `WITH page AS (
                 SELECT unit FROM gatekeeper_sink_units WHERE namespace = $1 AND experiment = $2
                   ORDER BY unit LIMIT ${PAGE} FOR UPDATE)
               DELETE FROM gatekeeper_sink_units
                 WHERE namespace = $1 AND experiment = $2 AND unit = ANY (ARRAY (SELECT unit FROM page)) RETURNING unit`,
              of,
            );
            await run(
              'DELETE FROM gatekeeper_sink_totals WHERE namespace = $1 AND experiment = $2 AND unit = ANY($3)',
              ...[of, units.map(({ unit }) => unit)],
            );
            await client.query('COMMIT');
            return units.length;
          });
        for (const table of ['day_units', 'day_sums', 'histograms'])
          await use((run) => run(`DELETE FROM gatekeeper_sink_${table} WHERE namespace = $1 AND experiment = $2`, of));
      },
    },

    async close() {
      connections.close();
    },
  };
}

async function keepNames(run: Run, long: ReadonlyMap<string, string>): Promise<void> {
  if (long.size === 0) return;
  await run(
    `INSERT INTO gatekeeper_sink_names SELECT $1, * FROM unnest($2::text[], $3::text[]) AS given (id, name)
     ORDER BY id COLLATE "C" ON CONFLICT DO NOTHING`,
    ...[[...long.keys()], [...long.values()]],
  );
}
