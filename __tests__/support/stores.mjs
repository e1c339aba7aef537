/** Opens stores as other processes do: from the built package, with the clients that the tests use. Each loads what it needs. */
export const open = {
  async sqlite({ place, namespace }) {
    const { default: Database } = await import('libsql');
    const { sqliteStore } = await import('gatekeeper-flags/stores/sqlite');
    const database = new Database(place);
    return { store: sqliteStore({ database, namespace }), end: () => database.close() };
  },
  async redis({ place, namespace }) {
    const { createClient } = await import('redis');
    const { redisStore } = await import('gatekeeper-flags/stores/redis');
    const client = createClient({ url: place });
    client.on('error', () => {});
    void client.connect().catch(() => {});
    return { store: redisStore({ client, namespace }), end: () => client.destroy() };
  },
  async ioredis({ place, namespace }) {
    const { Redis } = await import('ioredis');
    const { redisStore } = await import('gatekeeper-flags/stores/redis');
    const client = new Redis(place);
    client.on('error', () => {});
    return { store: redisStore({ client, namespace }), end: () => client.disconnect() };
  },
  async postgres({ place, namespace }) {
    const { Pool } = await import('pg');
    const { postgresStore } = await import('gatekeeper-flags/stores/postgres');
    const pool = new Pool({ connectionString: place });
    pool.on('error', () => {});
    return { store: postgresStore({ pool, namespace }), end: () => pool.end() };
  },
};
