import { Redis } from 'ioredis';
import { Client, Pool } from 'pg';
import { createClient } from 'redis';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import type { Store } from '../../src/stores/store';
import { ownPostgres } from './postgres';
import { ownRedis } from './redis';
import type { OwnServer } from './servers';

/** A kind of store on a server, opened as docs/operations.md says, and what a test does behind its back. */
export interface ServerStore {
  readonly name: string;
  server(): Promise<OwnServer>;
  /** Opens a store; `end` ends its client. */
  open(url: string, namespace: string): { store: Store; end(): unknown };
  /** Does something on the server itself. */
  behind(url: string, does: (behind: Behind) => Promise<unknown>): Promise<void>;
}

export interface Behind {
  putFlags(
    namespace: string,
    flags: readonly (readonly [name: string, value: string, revision: number])[],
  ): Promise<unknown>;
  setMeta(namespace: string, field: 'revision' | 'schema', value: number): Promise<unknown>;
  /** Loses everything, of every namespace. */
  wipe(): Promise<unknown>;
  /** Loses the flags, and nothing else. */
  wipeFlags(namespace: string): Promise<unknown>;
  /** Puts something of another kind where live state should be. */
  spoil(namespace: string): Promise<unknown>;
  unspoil(namespace: string): Promise<unknown>;
  /** Tells everyone who listens, so often; what it tells is untrue. */
  spoof(namespace: string, times: number): Promise<unknown>;
  /** Pins so many flags to OFF, one change each, and tells of each; gives the last revision. */
  storm(namespace: string, revision: number, times: number): Promise<unknown>;
  /** Ends the connections that listen. */
  loseListeners(): Promise<unknown>;
}

const PATIENCE = 1_000;
const ignore = () => {};

const redisBehind = (client: Redis): Behind => ({
  async putFlags(namespace, flags) {
    const entries = flags.flatMap(([name, value, revision]) => [name, `${revision} ${value}`]);
    await client.hset(`{${namespace}}:flags`, ...entries);
    await client.hset(`{${namespace}}:meta`, 'revision', Math.max(...flags.map(([, , revision]) => revision)));
  },
  setMeta: (namespace, field, value) => client.hset(`{${namespace}}:meta`, field, value),
  wipe: () => client.flushall(),
  wipeFlags: (namespace) => client.del(`{${namespace}}:flags`),
  async spoil(namespace) {
    await client.rename(`{${namespace}}:flags`, `{${namespace}}:flags-aside`);
    await client.set(`{${namespace}}:flags`, 'not a hash');
  },
  unspoil: (namespace) => client.rename(`{${namespace}}:flags-aside`, `{${namespace}}:flags`),
  spoof: (namespace, times) =>
    client.eval(
      `for i = 1, tonumber(ARGV[1]) do redis.call('PUBLISH', KEYS[1], ({ '-1', '', '{}', string.rep('9', 400) })[i % 4 + 1]) end`,
      ...[1, `{${namespace}}:changed`, times],
    ),
  storm: (namespace, revision, times) =>
    client.eval(
      `for i = 0, tonumber(ARGV[2]) - 1 do
         local revision = ARGV[1] + i
         redis.call('HSET', KEYS[2], 'F' .. revision % 998, string.format('%d {"pinned":"OFF"}', revision))
         redis.call('HSET', KEYS[1], 'revision', string.format('%d', revision))
         redis.call('PUBLISH', KEYS[3], revision)
       end`,
      ...[3, `{${namespace}}:meta`, `{${namespace}}:flags`, `{${namespace}}:changed`, revision, times],
    ),
  loseListeners: () => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'),
});

async function behindRedis(url: string, does: (behind: Behind) => Promise<unknown>): Promise<void> {
  const client = new Redis(url);
  client.on('error', ignore);
  await does(redisBehind(client)).finally(() => client.disconnect());
}

const postgresBehind = (client: Client): Behind => ({
  async putFlags(namespace, flags) {
    for (const [name, value, revision] of flags)
      await client.query(
        `INSERT INTO gatekeeper_flags VALUES ($1, $2, $3, $4)
         ON CONFLICT (namespace, name) DO UPDATE SET value = $3, revision = $4`,
        [namespace, name, value, revision],
      );
    await this.setMeta(namespace, 'revision', Math.max(...flags.map(([, , revision]) => revision)));
  },
  setMeta: (namespace, field, value) =>
    client.query(`UPDATE gatekeeper_meta SET ${field} = $2 WHERE namespace = $1`, [namespace, value]),
  wipe: () =>
    client.query(
      `TRUNCATE gatekeeper_meta, gatekeeper_flags, gatekeeper_segments, gatekeeper_members, gatekeeper_history`,
    ),
  wipeFlags: () => client.query('TRUNCATE gatekeeper_flags'),
  spoil: () => client.query('ALTER TABLE gatekeeper_flags RENAME COLUMN value TO something_else'),
  unspoil: () => client.query('ALTER TABLE gatekeeper_flags RENAME COLUMN something_else TO value'),
  spoof: (namespace, times) =>
    client.query(`DO $$ BEGIN
      FOR i IN 1..${times} LOOP
        PERFORM pg_notify('gatekeeper_changed', '${namespace}'), pg_notify('gatekeeper_changed', i::text), pg_notify('gatekeeper_changed', '');
        COMMIT; -- or the same said twice would be told once
      END LOOP;
    END $$`),
  storm: (namespace, revision, times) =>
    client.query(`DO $$ BEGIN
      FOR i IN ${revision}..${revision + times - 1} LOOP
        INSERT INTO gatekeeper_flags VALUES ('${namespace}', 'F' || i % 998, '{"pinned":"OFF"}', i)
          ON CONFLICT (namespace, name) DO UPDATE SET value = excluded.value, revision = excluded.revision;
        UPDATE gatekeeper_meta SET revision = i WHERE namespace = '${namespace}';
        PERFORM pg_notify('gatekeeper_changed', '${namespace}');
        COMMIT;
      END LOOP;
    END $$`),
  loseListeners: () =>
    client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`),
});

async function behindPostgres(url: string, does: (behind: Behind) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', ignore);
  await client.connect();
  await does(postgresBehind(client)).finally(() => client.end());
}

export const serverStores: readonly ServerStore[] = [
  {
    name: 'redis',
    server: ownRedis,
    open(url, namespace) {
      // A client that is given a socketTimeout gives up where it strikes, unless it is told to connect again.
      const reconnectStrategy = (times: number) => Math.min(50 * times, 500);
      const socket = { connectTimeout: PATIENCE, socketTimeout: PATIENCE, reconnectStrategy };
      const client = createClient({ url, pingInterval: 500, socket });
      client.on('error', ignore);
      client.connect().catch(ignore);
      return { store: redisStore({ client, namespace, pollEvery: 1_000 }), end: () => client.destroy() };
    },
    behind: behindRedis,
  },
  {
    name: 'ioredis',
    server: ownRedis,
    open(url, namespace) {
      const client = new Redis(url, { connectTimeout: PATIENCE, socketTimeout: PATIENCE, maxRetriesPerRequest: 3 });
      client.on('error', ignore);
      return { store: redisStore({ client, namespace, pollEvery: 500 }), end: () => client.disconnect() };
    },
    behind: behindRedis,
  },
  {
    name: 'postgres',
    server: ownPostgres,
    open(url, namespace) {
      const pool = new Pool({ connectionString: url, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE });
      pool.on('error', ignore);
      return { store: postgresStore({ pool, namespace, pollEvery: 1_000 }), end: () => pool.end() };
    },
    behind: behindPostgres,
  },
];
