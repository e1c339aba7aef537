// Where live state is kept: Redis or PostgreSQL where REDIS_URL or DATABASE_URL says so, else a SQLite file.
import { join } from 'node:path';
import Database from 'libsql';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';

const { REDIS_URL, DATABASE_URL, SQLITE_FILE = join(__dirname, 'live.sqlite') } = process.env;
/** Tells apps that share a server apart. */
const namespace = process.env.NAMESPACE ?? 'kill-switch';

export interface Opened {
  readonly store: ReturnType<typeof sqliteStore>;
  /** What is kept, key by key or row by row. */
  look(): Promise<string[]>;
  /** A client is closed by whoever opened it. */
  end(): Promise<void>;
}

export function openStore(): Opened {
  if (REDIS_URL) return inRedis(REDIS_URL);
  if (DATABASE_URL) return inPostgres(DATABASE_URL);
  return inSqlite(SQLITE_FILE);
}

function inSqlite(file: string): Opened {
  const database = new Database(file); // Node 22 and later need no package: new DatabaseSync(file) of node:sqlite
  return {
    store: sqliteStore({ database, namespace }),
    async look() {
      const rows = (table: string) => database.prepare(`SELECT * FROM ${table} WHERE namespace = ?`).all(namespace);
      return TABLES.flatMap((table) => rows(table).map((row) => `${table} ${JSON.stringify(row)}`));
    },
    end: async () => void database.close(),
  };
}

function inPostgres(url: string): Opened {
  const pool = new Pool({ connectionString: url });
  pool.on('error', () => {}); // the pool connects again; without a listener the process would end
  return {
    store: postgresStore({ pool, namespace }),
    async look() {
      const lines: string[] = [];
      for (const table of TABLES) {
        const { rows } = await pool.query(`SELECT * FROM ${table} WHERE namespace = $1`, [namespace]);
        lines.push(...rows.map((row) => `${table} ${JSON.stringify(row)}`));
      }
      return lines;
    },
    end: () => pool.end(),
  };
}

const TABLES = ['meta', 'flags', 'members', 'history', 'counts'].map((name) => `gatekeeper_${name}`);

function inRedis(url: string): Opened {
  const client = createClient({ url });
  client.on('error', () => {}); // it connects again; without a listener the process would end
  void client.connect(); // commands wait for it
  return {
    store: redisStore({ client, namespace }),
    async look() {
      const lines: string[] = [];
      for (const key of (await client.keys(`{${namespace}}:*`)).sort()) {
        const entries =
          (await client.type(key)) === 'hash'
            ? Object.entries(await client.hGetAll(key))
            : (await client.zRangeWithScores(key, 0, -1)).map(({ score, value }) => [score, value]);
        lines.push(...entries.map(([field, value]) => `${key} ${field} = ${value}`));
      }
      return lines;
    },
    end: () => client.close(),
  };
}
