/** Stores as other processes open them: from the built package, with the clients that the tests use. */
import Database from 'libsql';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';

/** Opens a store in `place`: a file or an address, with a namespace. Gives it with what ends its client. */
export const open = {
  async sqlite({ place, namespace }) {
    const database = new Database(place);
    return { store: sqliteStore({ database, namespace }), end: () => database.close() };
  },
  async redis({ place, namespace }) {
    const client = createClient({ url: place });
    client.on('error', () => {});
    void client.connect().catch(() => {});
    return { store: redisStore({ client, namespace }), end: () => client.destroy() };
  },
  async ioredis({ place, namespace }) {
    const client = new Redis(place);
    client.on('error', () => {});
    return { store: redisStore({ client, namespace }), end: () => client.disconnect() };
  },
  async postgres({ place, namespace }) {
    const pool = new Pool({ connectionString: place });
    pool.on('error', () => {});
    return { store: postgresStore({ pool, namespace }), end: () => pool.end() };
  },
};
