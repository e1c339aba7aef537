import { Redis } from 'ioredis';
import Database from 'libsql';
import { Client } from 'pg';

/** What a test does to what a store keeps, behind its back: nobody is told, where it does not say so. */
export interface Behind {
  putFlags(
    namespace: string,
    flags: readonly (readonly [name: string, value: string, revision: number])[],
  ): Promise<unknown>;
  setMeta(
    namespace: string,
    field: 'id' | 'revision' | 'epoch' | 'cleared' | 'schema',
    value: number | string,
  ): Promise<unknown>;
  /** Loses everything, of every namespace. */
  wipe(): Promise<unknown>;
  /** Loses the flags, and nothing else. */
  wipeFlags(namespace: string): Promise<unknown>;
  /** Puts something of another kind where live state should be. */
  spoil(namespace: string): Promise<unknown>;
  unspoil(namespace: string): Promise<unknown>;
  end(): unknown;
}

/** The same on a server that tells of changes. */
export interface BehindServer extends Behind {
  /** Tells all who listen, once for each message. */
  tell(namespace: string, messages: readonly string[]): Promise<unknown>;
  /** Ends the connections that listen. */
  loseListeners(): Promise<unknown>;
  /** Pins so many flags to OFF, one change and message each. */
  storm(namespace: string, from: number, changes: number): Promise<unknown>;
}

const ignore = () => {};

/** Flags F0 to F997 in turn. */
const FLAGS = 998;

export async function behindRedis(url: string): Promise<BehindServer> {
  const client = new Redis(url);
  client.on('error', ignore);
  const key = (namespace: string, name: string) => `{${namespace}}:${name}`;
  const setMeta: Behind['setMeta'] = (namespace, field, value) => client.hset(key(namespace, 'meta'), field, value);
  return {
    setMeta,
    async putFlags(namespace, flags) {
      const entries = flags.flatMap(([name, value, revision]) => [name, `${revision} ${value}`]);
      await client.hset(key(namespace, 'flags'), ...entries);
      await setMeta(namespace, 'revision', Math.max(...flags.map(([, , revision]) => revision)));
    },
    wipe: () => client.flushall(),
    wipeFlags: (namespace) => client.del(key(namespace, 'flags')),
    // At once, or a look in between finds flags that are lost rather than spoilt.
    spoil: (namespace) =>
      client
        .multi()
        .rename(key(namespace, 'flags'), key(namespace, 'aside'))
        .set(key(namespace, 'flags'), 'not a hash')
        .exec(),
    unspoil: (namespace) => client.rename(key(namespace, 'aside'), key(namespace, 'flags')),
    tell: (namespace, messages) =>
      Promise.all(messages.map((message) => client.publish(key(namespace, 'changed'), message))),
    loseListeners: () => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    storm: (namespace, from, changes) =>
      client.eval(
        `for revision = ARGV[1], ARGV[1] + ARGV[2] - 1 do
           local text = string.format('%d', revision)
           redis.call('HSET', KEYS[2], 'F' .. revision % ${FLAGS}, text .. ' {"pinned":"OFF"}')
           redis.call('HSET', KEYS[1], 'revision', text)
           redis.call('PUBLISH', KEYS[3], text)
         end`,
        ...[3, ...['meta', 'flags', 'changed'].map((name) => key(namespace, name)), from, changes],
      ),
    end: () => client.disconnect(),
  };
}

type Run = (sql: string, ...values: readonly unknown[]) => unknown;

/** What PostgreSQL and SQLite have in common; parameters come in their order, each once. */
function behindTables(run: Run): Omit<Behind, 'end'> {
  const setMeta: Behind['setMeta'] = async (namespace, field, value) =>
    run(`UPDATE gatekeeper_meta SET ${field} = $1 WHERE namespace = $2`, value, namespace);
  return {
    setMeta,
    async putFlags(namespace, flags) {
      await run('BEGIN');
      for (const flag of flags)
        await run(
          `INSERT INTO gatekeeper_flags VALUES ($1, $2, $3, $4)
           ON CONFLICT (namespace, name) DO UPDATE SET value = excluded.value, revision = excluded.revision`,
          ...[namespace, ...flag],
        );
      await setMeta(namespace, 'revision', Math.max(...flags.map(([, , revision]) => revision)));
      await run('COMMIT');
    },
    async wipe() {
      for (const table of ['meta', 'flags', 'segments', 'members', 'history', 'counts'])
        await run(`DELETE FROM gatekeeper_${table}`);
    },
    wipeFlags: async () => run('DELETE FROM gatekeeper_flags'),
    spoil: async () => run('ALTER TABLE gatekeeper_flags RENAME COLUMN value TO something_else'),
    unspoil: async () => run('ALTER TABLE gatekeeper_flags RENAME COLUMN something_else TO value'),
  };
}

export async function behindPostgres(url: string): Promise<BehindServer> {
  const client = new Client({ connectionString: url });
  client.on('error', ignore);
  await client.connect();
  return {
    ...behindTables((sql, ...values) => client.query(sql, values as unknown[])),
    async tell(_, messages) {
      // In a query each: what one transaction says twice is told once.
      for (const message of messages) await client.query(`SELECT pg_notify('gatekeeper_changed', $1)`, [message]);
    },
    loseListeners: () =>
      client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`),
    storm: (namespace, from, changes) =>
      client.query(`DO $$ BEGIN
        FOR i IN ${from}..${from + changes - 1} LOOP
          INSERT INTO gatekeeper_flags VALUES ('${namespace}', 'F' || i % ${FLAGS}, '{"pinned":"OFF"}', i)
            ON CONFLICT (namespace, name) DO UPDATE SET value = excluded.value, revision = excluded.revision;
          UPDATE gatekeeper_meta SET revision = i WHERE namespace = '${namespace}';
          PERFORM pg_notify('gatekeeper_changed', '${namespace}');
          COMMIT;
        END LOOP;
      END $$`),
    end: () => client.end(),
  };
}

export async function behindSqlite(file: string): Promise<Behind> {
  const database = new Database(file);
  database.exec('PRAGMA busy_timeout = 1000');
  const run: Run = (sql, ...values) => void database.prepare(sql.replace(/\$\d/g, '?')).run(...values);
  return { ...behindTables(run), end: () => database.close() };
}
