import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from './live-control';
import { newerSchema } from './schema';
import { SCHEMA, type Count, type Snapshot, type Store, type StoredFlag } from './store';

type Row = { readonly [column: string]: any };
/** A prepared statement. */
export interface Statement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
}

/** What is used of a database: `node:sqlite`, better-sqlite3 and libsql all have it. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
}

export interface SqliteStoreOptions {
  /** An open database on a file, used by nothing else. */
  readonly database: SqliteDatabase;
  /** Tells apps that share the file apart. Defaults to `gatekeeper`. */
  readonly namespace?: string;
  /** Milliseconds between two looks for changes by other processes. Defaults to 200. */
  readonly pollEvery?: number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS gatekeeper_meta (
    namespace TEXT PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL, epoch INTEGER NOT NULL,
    cleared INTEGER NOT NULL, schema INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_flags (
    namespace TEXT, name TEXT, value TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (namespace, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_segments (
    namespace TEXT, name TEXT, revision INTEGER NOT NULL, PRIMARY KEY (namespace, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_members (
    namespace TEXT, segment TEXT, id TEXT, member INTEGER NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY (namespace, segment, id)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS gatekeeper_members_changed ON gatekeeper_members (namespace, segment, revision, id);
  CREATE TABLE IF NOT EXISTS gatekeeper_history (
    namespace TEXT, revision INTEGER, flag TEXT, change TEXT NOT NULL, PRIMARY KEY (namespace, revision)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gatekeeper_counts (
    namespace TEXT, flag TEXT, variant TEXT, count INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (namespace, flag, variant)) WITHOUT ROWID;`;

const PAGE = 2_000;
const GIVE_UP_AFTER = 5_000;

/**
 * Keeps live state in a SQLite file: one machine, any number of processes; it survives a restart and `kill -9`. The
 * driver is synchronous, so it waits for another process's lock for a few milliseconds at most and then tries again later.
 */
export function sqliteStore({ database, namespace = 'gatekeeper', pollEvery = 200 }: SqliteStoreOptions): Store {
  let prepared: ((sql: string) => Statement) | undefined;

  /** Runs `work`, again and again while another process holds the lock. */
  async function unlocked<T>(work: (sql: (text: string) => Statement) => T): Promise<T> {
    const started = Date.now();
    for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
      try {
        return work((prepared ??= open()));
      } catch (error) {
        if (!isLocked(error)) prepared = undefined; // the tables may be gone, and are made again
        if (!isLocked(error) || Date.now() - started > GIVE_UP_AFTER) throw error;
        await sleep(wait * (0.5 + Math.random() / 2));
      }
    }
  }

  function open(): (sql: string) => Statement {
    database.exec('PRAGMA busy_timeout = 5; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec(TABLES);
    const statements = new Map<string, Statement>();
    return (text) => {
      const statement = statements.get(text) ?? database.prepare(text);
      statements.set(text, statement);
      return statement;
    };
  }

  /** `work` in one transaction, which holds the only write lock from its beginning. */
  function transaction<T>(work: (sql: (text: string) => Statement) => T): Promise<T> {
    return unlocked((sql) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work(sql);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        try {
          database.exec('ROLLBACK');
        } catch {
          // a full disk has rolled it back already
        }
        throw error;
      }
    });
  }

  const meta = (sql: (text: string) => Statement) =>
    sql('SELECT id, revision, epoch, cleared, schema FROM gatekeeper_meta WHERE namespace = ?').get(namespace) as
      Row | undefined;

  return {
    kind: 'sqlite',
    pollEvery: 5_000, // watching misses nothing

    read: () =>
      unlocked((sql) => {
        database.exec('BEGIN'); // one snapshot for all that follows
        try {
          const { id = '', revision = 0, epoch = 0, cleared = 0, schema = SCHEMA } = meta(sql) ?? {};
          const flags = sql('SELECT name, value, revision FROM gatekeeper_flags WHERE namespace = ?').all(
            namespace,
          ) as Row[];
          const segments = sql('SELECT name, revision FROM gatekeeper_segments WHERE namespace = ?').all(
            namespace,
          ) as Row[];
          return {
            ...{ id, revision, epoch, cleared, schema },
            flags: new Map(flags.map((row) => [row.name, { value: row.value, revision: row.revision }])),
            segments: new Map(segments.map((row) => [row.name, row.revision])),
          } satisfies Snapshot;
        } finally {
          database.exec('COMMIT');
        }
      }),

    async *members(segment, since) {
      for (let after: Row = { revision: since, id: '\u{10ffff}' }; ;) {
        const page = await unlocked(
          (sql) =>
            sql(
              `SELECT id, member, revision FROM gatekeeper_members WHERE namespace = ? AND segment = ?
                 AND (revision, id) > (?, ?) ORDER BY revision, id LIMIT ${PAGE}`,
            ).all(namespace, segment, after.revision, after.id) as Row[],
        );
        if (page.length > 0) yield page.map(({ id, member }) => ({ id, member: member === 1 }));
        if (page.length < PAGE) return;
        after = page.at(-1)!;
      }
    },

    write: ({ id, change, partial, flag, segment, raiseEpoch, clear }) =>
      transaction((sql) => {
        if (id !== '' && meta(sql)?.id !== id) return { emptied: true };
        const stands =
          flag &&
          storedFlag(
            sql('SELECT value, revision FROM gatekeeper_flags WHERE namespace = ? AND name = ?').get(
              namespace,
              flag.name,
            ),
          );
        if (flag && (stands?.revision ?? 0) !== flag.onTopOf) return { conflict: stands };
        sql('INSERT INTO gatekeeper_meta VALUES (?, ?, 0, 0, 0, ?) ON CONFLICT DO NOTHING').run(
          namespace,
          randomUUID(),
          SCHEMA,
        );
        const known = meta(sql)!;
        if (known.schema > SCHEMA) throw newerSchema(known.schema);
        const revision = known.revision + 1;
        sql('UPDATE gatekeeper_meta SET revision = ?, epoch = ?, cleared = ? WHERE namespace = ?').run(
          revision,
          known.epoch + (raiseEpoch ? 1 : 0),
          clear ? revision : known.cleared,
          namespace,
        );
        if (clear)
          for (const table of ['flags', 'segments', 'members'])
            sql(`DELETE FROM gatekeeper_${table} WHERE namespace = ?`).run(namespace);
        if (flag)
          sql('INSERT OR REPLACE INTO gatekeeper_flags VALUES (?, ?, ?, ?)').run(
            namespace,
            flag.name,
            flag.value,
            revision,
          );
        for (const id of segment?.ids ?? [])
          sql('INSERT OR REPLACE INTO gatekeeper_members VALUES (?, ?, ?, ?, ?)').run(
            namespace,
            segment!.name,
            id,
            segment!.member ? 1 : 0,
            revision,
          );
        if (segment)
          sql('INSERT OR REPLACE INTO gatekeeper_segments VALUES (?, ?, ?)').run(namespace, segment.name, revision);
        if (!partial)
          sql('INSERT INTO gatekeeper_history VALUES (?, ?, ?, ?)').run(
            namespace,
            revision,
            change.flag ?? null,
            JSON.stringify(change),
          );
        return { revision };
      }),

    history: ({ flag, since = 0, limit = 100 }) =>
      unlocked((sql) => {
        const rows = sql(
          `SELECT revision, change FROM gatekeeper_history WHERE namespace = ? AND revision > ? AND (? IS NULL OR flag = ?)
           ORDER BY revision DESC LIMIT ?`,
        ).all(namespace, since, flag ?? null, flag ?? null, limit) as Row[];
        return rows.map(({ revision, change }) => ({ ...JSON.parse(change), revision }) as Change);
      }),

    addCounts: (counts) =>
      transaction((sql) => {
        for (const { flag, variant, count, last } of counts)
          sql(
            `INSERT INTO gatekeeper_counts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
             SET count = count + excluded.count, last = MAX(last, excluded.last)`,
          ).run(namespace, flag, variant, count, last);
      }),

    counts: () =>
      unlocked((sql) => {
        const rows = sql('SELECT flag, variant, count, last FROM gatekeeper_counts WHERE namespace = ?').all(namespace);
        return (rows as Count[]).map((row) => ({ ...row })); // plain objects, whatever the driver's rows are
      }),

    async watch(changed) {
      // data_version grows when another connection has written; asking it reads no page of the file.
      const version = () => ((prepared ??= open())('PRAGMA data_version').get() as Row).data_version as number;
      let seen = await unlocked(version);
      const timer = setInterval(() => {
        try {
          const now = version();
          if (now !== seen) changed();
          seen = now;
        } catch {
          changed(); // reading will say what is wrong
        }
      }, pollEvery).unref();
      return async () => clearInterval(timer);
    },

    async close() {},
  };
}

function storedFlag(row: unknown): StoredFlag | undefined {
  const { value, revision } = (row ?? {}) as Row;
  return row ? { value, revision } : undefined;
}

/** Whether another connection holds the lock. */
export function isLocked(error: unknown): boolean {
  const { code, errcode, message } = error as { code?: string; errcode?: number; message?: string };
  return code?.startsWith('SQLITE_BUSY') || errcode === 5 || /database (table )?is locked/.test(message ?? '');
}
