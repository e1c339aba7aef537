import type { SqliteDatabase } from '../stores/sqlite';
import { Turn } from '../stores/turn';
import { expose, track } from './ledger';
import type { Sink, Totals } from './sink';
import { SqliteConnection, type Sql } from './sqlite-connection';
import { SqliteLedger } from './sqlite-ledger';
import { Sums, daySumsOf, totalOf, type Row } from './sums';
import { kept, keptBatch, original } from './text';

export interface SqliteSinkOptions {
  /** An open database on a file, used by nothing else: not by a store either. */
  readonly database: SqliteDatabase;
  /** Tells apps that share the file apart. Defaults to `gatekeeper`. */
  readonly namespace?: string;
}

// Sums are whole numbers of any length, and so are text.
const TABLES = `
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_units (
    namespace TEXT, experiment TEXT, unit TEXT, arm TEXT NOT NULL, weights TEXT NOT NULL, at INTEGER NOT NULL,
    in_two_arms INTEGER NOT NULL, properties TEXT, PRIMARY KEY (namespace, experiment, unit)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_totals (
    namespace TEXT, experiment TEXT, unit TEXT, event TEXT, x TEXT NOT NULL, y TEXT NOT NULL, day INTEGER NOT NULL,
    PRIMARY KEY (namespace, experiment, unit, event)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_day_units (
    namespace TEXT, experiment TEXT, arm TEXT, weights TEXT, day INTEGER, units INTEGER NOT NULL,
    in_two_arms INTEGER NOT NULL, PRIMARY KEY (namespace, experiment, arm, weights, day)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_day_sums (
    namespace TEXT, experiment TEXT, arm TEXT, event TEXT, day INTEGER, units INTEGER NOT NULL,
    x TEXT NOT NULL, xx TEXT NOT NULL, y TEXT NOT NULL, yy TEXT NOT NULL, xy TEXT NOT NULL,
    PRIMARY KEY (namespace, experiment, arm, event, day)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_histograms (
    namespace TEXT, experiment TEXT, arm TEXT, writer TEXT, data TEXT NOT NULL,
    PRIMARY KEY (namespace, experiment, arm, writer)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_notes (
    namespace TEXT, name TEXT, note TEXT NOT NULL, PRIMARY KEY (namespace, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_names (
    namespace TEXT, id TEXT, name TEXT NOT NULL, PRIMARY KEY (namespace, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_batches (
    namespace TEXT, id TEXT, at INTEGER NOT NULL, PRIMARY KEY (namespace, id)) WITHOUT ROWID;`;

const DAY = 86_400_000;
/** More at once hold the event loop up when they are written to the file: each may be on a page of its own. */
const BATCH = 500;
/** Rows that a full recomputation reads at once. */
const PAGE = 500;

/** Keeps exposures and what units did in a SQLite file: one machine, any number of processes. */
export function sqliteSink({ database, namespace: name = 'gatekeeper' }: SqliteSinkOptions): Sink {
  const connection = new SqliteConnection(database, TABLES);
  const namespace = kept(name);

  function namesIn(sql: Sql): ReadonlyMap<string, string> {
    const rows = sql('SELECT id, name FROM gatekeeper_sink_names WHERE namespace = ?').all(namespace) as Row[];
    return new Map(rows.map((row) => [row.id, row.name]));
  }

  /** All rows in the order of a key that ends with `key`, page by page. */
  function* pages(sql: Sql, query: string, experiment: string, key: readonly string[]): Iterable<readonly Row[]> {
    const page = sql(
      `${query} WHERE namespace = ? AND experiment = ? AND (${key.join()}) > (${key.map(() => '?').join()})
       ORDER BY ${key.join()} LIMIT ${PAGE}`,
    );
    for (let after = key.map(() => ''); ;) {
      const rows = page.all(namespace, experiment, ...after) as Row[];
      yield rows;
      if (rows.length < PAGE) return;
      after = key.map((column) => rows.at(-1)![column]);
    }
  }

  return {
    kind: 'sqlite',
    batch: BATCH,

    write(batch) {
      const { batch: kept, long } = keptBatch(batch);
      return connection.write(async (sql) => {
        const now = Date.now();
        sql('DELETE FROM gatekeeper_sink_batches WHERE namespace = ? AND at < ?').run(namespace, now - DAY);
        const added = sql('INSERT INTO gatekeeper_sink_batches VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
        if (!hasChanged(added.run(namespace, kept.id, now))) return;
        const ledger = new SqliteLedger(sql, namespace);
        const turn = new Turn();
        for (const exposure of kept.exposures) {
          expose(ledger, exposure);
          if (turn.over) await turn.next();
        }
        for (const event of kept.events) {
          track(ledger, event);
          if (turn.over) await turn.next();
        }
        await turn.next(); // what follows writes it all to the file
        ledger.writeChanges();
        for (const { experiment, arm, writer, data } of kept.histograms)
          sql('INSERT OR REPLACE INTO gatekeeper_sink_histograms VALUES (?, ?, ?, ?, ?)').run(
            ...[namespace, experiment, arm, writer, data],
          );
        for (const [id, name] of long)
          sql('INSERT INTO gatekeeper_sink_names VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(namespace, id, name);
      });
    },

    results: {
      read: (experiment) =>
        connection.read((sql): Totals => {
          const long = namesIn(sql);
          const rows = (table: string) =>
            sql(`SELECT * FROM gatekeeper_sink_${table} WHERE namespace = ? AND experiment = ?`).all(
              ...[namespace, kept(experiment)],
            ) as Row[];
          return {
            units: rows('day_units').map(({ arm, weights, day, units, in_two_arms }) => ({
              ...{ arm: original(arm, long), weights: original(weights, long) },
              ...{ day, units, inTwoArms: in_two_arms },
            })),
            sums: rows('day_sums').map((row) => ({
              ...daySumsOf(row),
              ...{ arm: original(row.arm, long), event: original(row.event, long) },
            })),
          };
        }),

      recompute: (experiment) =>
        connection.read(async (sql): Promise<Totals> => {
          const [all, long, turn] = [new Sums(), namesIn(sql), new Turn()];
          const units = 'SELECT arm, weights, in_two_arms, unit FROM gatekeeper_sink_units';
          for (const page of pages(sql, units, kept(experiment), ['unit'])) {
            for (const { arm, weights, in_two_arms: inTwoArms } of page) {
              const names = { arm: original(arm, long), weights: original(weights, long) };
              all.addUnits({ ...names, day: 0, units: 1 - inTwoArms, inTwoArms });
            }
            if (turn.over) await turn.next();
          }
          const totals = `SELECT arm, in_two_arms, unit, event, x, y, day FROM gatekeeper_sink_totals
            JOIN gatekeeper_sink_units USING (namespace, experiment, unit)`;
          for (const page of pages(sql, totals, kept(experiment), ['unit', 'event'])) {
            for (const row of page)
              if (!row.in_two_arms)
                all.addChange(original(row.arm, long), original(row.event, long), 0, undefined, totalOf(row));
            if (turn.over) await turn.next();
          }
          return { units: all.units, sums: all.sums };
        }),

      histograms: (experiment) =>
        connection.read((sql) => {
          const long = namesIn(sql);
          const rows = sql(
            'SELECT arm, writer, data FROM gatekeeper_sink_histograms WHERE namespace = ? AND experiment = ?',
          ).all(namespace, kept(experiment)) as Row[];
          return rows.map(({ arm, writer, data }) => ({
            ...{ experiment, arm: original(arm, long), writer: original(writer, long), data },
          }));
        }),

      claim: (name, note) =>
        connection.write((sql) => {
          const long = new Map<string, string>();
          const id = kept(name, long);
          const added = sql('INSERT INTO gatekeeper_sink_notes VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
          for (const [hash, whole] of long)
            sql('INSERT INTO gatekeeper_sink_names VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(
              namespace,
              hash,
              whole,
            );
          return hasChanged(added.run(namespace, id, JSON.stringify(note)));
        }),

      claims: (prefix) =>
        connection.read((sql) => {
          const long = namesIn(sql);
          const rows = sql('SELECT name, note FROM gatekeeper_sink_notes WHERE namespace = ?').all(namespace) as Row[];
          return new Map(
            rows
              .map(({ name, note }) => [original(name, long), JSON.parse(note) as string] as const)
              .filter(([name]) => name.startsWith(prefix)),
          );
        }),

      forget: (experiment) =>
        connection.write(async (sql) => {
          const of = [namespace, kept(experiment)];
          const where = 'WHERE namespace = ? AND experiment = ?';
          const units = sql(`SELECT unit FROM gatekeeper_sink_units ${where} LIMIT ${PAGE}`);
          const turn = new Turn();
          for (let page; (page = units.all(...of) as Row[]).length > 0;) {
            for (const { unit } of page)
              for (const table of ['units', 'totals'])
                sql(`DELETE FROM gatekeeper_sink_${table} ${where} AND unit = ?`).run(...of, unit);
            if (turn.over) await turn.next();
          }
          for (const table of ['day_units', 'day_sums', 'histograms'])
            sql(`DELETE FROM gatekeeper_sink_${table} ${where}`).run(...of);
        }),
    },

    close: () => connection.settled(),
  };
}

function hasChanged(result: unknown): boolean {
  return Number((result as { readonly changes: number | bigint }).changes) > 0;
}
