import { join } from 'node:path';
import Database from 'libsql';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { Options } from 'gatekeeper-flags';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { sqliteSink } from 'gatekeeper-flags/sinks/sqlite';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';

type Store = ReturnType<NonNullable<Options['store']>>;
type Sink = ReturnType<NonNullable<Options['sink']>>;

const { NODE_ENV, REDIS_URL, DATABASE_URL } = process.env;
/** Tests keep nothing. */
const { SQLITE_FILE = NODE_ENV === 'test' ? ':memory:' : join(__dirname, 'live.sqlite') } = process.env;
/** Tells apps that share a server apart. */
const namespace = process.env.NAMESPACE ?? 'saltmarsh';

/** What staff change is kept in Redis or PostgreSQL where REDIS_URL or DATABASE_URL says so, else in a SQLite file. */
export function openStore(): Store {
  if (REDIS_URL) {
    const client = createClient({ url: REDIS_URL });
    client.on('error', () => {}); // it connects again by itself; without a listener the process would end
    void client.connect(); // commands wait for it
    return closing(redisStore({ client, namespace }), () => client.close());
  }
  if (DATABASE_URL) {
    const pool = openPool(DATABASE_URL);
    return closing(postgresStore({ pool, namespace }), () => pool.end());
  }
  const database = new Database(SQLITE_FILE);
  return closing(sqliteStore({ database, namespace }), async () => void database.close());
}

/** Who saw which arm of an experiment, and what guardrails watch: beside the rest, but never in Redis. */
export function openSink(): Sink {
  if (DATABASE_URL) {
    const pool = openPool(DATABASE_URL);
    return closing(postgresSink({ pool, namespace }), () => pool.end());
  }
  const database = new Database(SQLITE_FILE);
  return closing(sqliteSink({ database, namespace }), async () => void database.close());
}

function openPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString });
  pool.on('error', () => {}); // it connects again by itself; without a listener the process would end
  return pool;
}

/** Stores and sinks leave their client to whoever opened it: here, it is closed with them. */
function closing<T extends { close(): Promise<void> }>(opened: T, end: () => Promise<void>): T {
  return {
    ...opened,
    async close() {
      await opened.close();
      await end();
    },
  };
}
