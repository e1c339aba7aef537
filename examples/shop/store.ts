import { join } from 'node:path';
import Database from 'libsql';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { Options } from 'gatekeeper-flags';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';

type Store = ReturnType<NonNullable<Options['store']>>;

const { REDIS_URL, DATABASE_URL, SQLITE_FILE = join(__dirname, 'live.sqlite') } = process.env;
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
    const pool = new Pool({ connectionString: DATABASE_URL });
    pool.on('error', () => {});
    return closing(postgresStore({ pool, namespace }), () => pool.end());
  }
  const database = new Database(SQLITE_FILE);
  return closing(sqliteStore({ database, namespace }), async () => void database.close());
}

/** A store leaves its client to whoever opened it: here, it is closed with the store. */
function closing(store: Store, end: () => Promise<void>): Store {
  return {
    ...store,
    async close() {
      await store.close();
      await end();
    },
  };
}
