import { randomUUID } from 'node:crypto';
import type { Change } from './live-control';
import { Listeners } from './listen';
import { Connections, type PgClient, type PgPool } from './postgres-pool';
import { newerSchema } from './schema';
import { SCHEMA, type Count, type Store, type StoredFlag } from './store';

export interface PostgresStoreOptions {
  /** A pool of `pg`, of two connections or more: the store keeps one of them, to listen on. */
  readonly pool: PgPool;
  /** Tells apps that share the tables apart. Defaults to `gatekeeper`. */
  readonly namespace?: string;
  /** Milliseconds between two looks for changes that no message told of. Defaults to 5,000. */
  readonly pollEvery?: number;
}

type Row = { readonly [column: string]: any };

const TABLES = `
  SELECT pg_advisory_xact_lock(7152290361104461); -- CREATE TABLE IF NOT EXISTS alone fails where two do it at once
  CREATE TABLE IF NOT EXISTS gatekeeper_meta (
    namespace text PRIMARY KEY, id text NOT NULL, revision bigint NOT NULL, epoch bigint NOT NULL,
    cleared bigint NOT NULL, schema int NOT NULL);
  CREATE TABLE IF NOT EXISTS gatekeeper_flags (
    namespace text, name text, value text NOT NULL, revision bigint NOT NULL, PRIMARY KEY (namespace, name));
  CREATE TABLE IF NOT EXISTS gatekeeper_segments (
    namespace text, name text, revision bigint NOT NULL, PRIMARY KEY (namespace, name));
  CREATE TABLE IF NOT EXISTS gatekeeper_members (
    namespace text, segment text, id text, member boolean NOT NULL, revision bigint NOT NULL,
    PRIMARY KEY (namespace, segment, id));
  CREATE INDEX IF NOT EXISTS gatekeeper_members_changed ON gatekeeper_members (namespace, segment, revision, id);
  CREATE TABLE IF NOT EXISTS gatekeeper_history (
    namespace text, revision bigint, flag text, change text NOT NULL, PRIMARY KEY (namespace, revision));
  CREATE TABLE IF NOT EXISTS gatekeeper_counts (
    namespace text, flag text, variant text, count bigint NOT NULL, last bigint NOT NULL,
    PRIMARY KEY (namespace, flag, variant));`;

const READ = `
  SELECT id, revision, epoch, cleared, schema,
    (SELECT json_agg(json_build_array(name, value, revision)) FROM gatekeeper_flags f WHERE f.namespace = $1) AS flags,
    (SELECT json_agg(json_build_array(name, revision)) FROM gatekeeper_segments s WHERE s.namespace = $1) AS segments
  FROM gatekeeper_meta WHERE namespace = $1`;

const PAGE = 2_000;
/** Tells, for all namespaces, in which one something changed: a channel's name must be short, a namespace need not be. */
const CHANNEL = 'gatekeeper_changed';

/**
 * Keeps live state in PostgreSQL (12 and later), for any number of machines: changes are told of by NOTIFY, and read again
 * after every reconnect and every now and then. It makes its tables itself, in the schema that the pool's user writes to.
 */
export function postgresStore({ pool, namespace = 'gatekeeper', pollEvery = 5_000 }: PostgresStoreOptions): Store {
  const connections = new Connections(pool);
  const listeners = new Listeners();
  let tables: Promise<unknown> | undefined;

  /** Makes the tables where they are missing; a user who may not can use those that somebody else has made. */
  async function makeTables(): Promise<void> {
    await connections.use(async (client) => {
      const [row] = (await client.query(`SELECT to_regclass('gatekeeper_counts') AS made`)).rows;
      if (!row.made) await client.query(TABLES);
    });
  }

  /** Does what needs the tables: they are looked for once, and again after a failure, since somebody may have dropped them. */
  async function withTables<T>(work: () => Promise<T>): Promise<T> {
    try {
      await (tables ??= makeTables());
      return await work();
    } catch (error) {
      tables = undefined;
      throw error;
    }
  }

  const use = <T>(work: (client: PgClient) => Promise<T>): Promise<T> => withTables(() => connections.use(work));
  const query = (text: string, values: readonly unknown[] = [namespace]): Promise<readonly Row[]> =>
    use(async (client) => (await client.query(text, values)).rows);

  return {
    kind: 'postgres',
    pollEvery,

    async read() {
      const [row] = await query(READ);
      const { id = '', revision = 0, epoch = 0, cleared = 0, schema = SCHEMA, flags, segments } = row ?? {};
      return {
        ...{ id, schema, revision: Number(revision), epoch: Number(epoch), cleared: Number(cleared) },
        flags: new Map(
          (flags ?? []).map(([name, value, at]: [string, string, number]) => [name, { value, revision: at }]),
        ),
        segments: new Map(segments ?? []),
      };
    },

    async *members(segment, since) {
      for (let after: Row = { revision: since, id: '\u{10ffff}' }; ;) {
        const page = await query(
          `SELECT id, member, revision FROM gatekeeper_members WHERE namespace = $1 AND segment = $2
             AND (revision, id COLLATE "C") > ($3, $4) ORDER BY revision, id COLLATE "C" LIMIT ${PAGE}`,
          [namespace, segment, after.revision, after.id],
        );
        if (page.length > 0) yield page.map(({ id, member }) => ({ id, member }));
        if (page.length < PAGE) return;
        after = page.at(-1)!;
      }
    },

    write: ({ id, change, partial, flag, segment, raiseEpoch, clear }) =>
      use(async (client) => {
        const run = async (text: string, ...values: unknown[]): Promise<readonly Row[]> =>
          (await client.query(text, values)).rows;
        await run('BEGIN ISOLATION LEVEL READ COMMITTED');
        await run(
          'INSERT INTO gatekeeper_meta VALUES ($1, $2, 0, 0, 0, $3) ON CONFLICT DO NOTHING',
          namespace,
          randomUUID(),
          SCHEMA,
        );
        // Whoever has this row writes; the others wait for it.
        const [meta] = await run('SELECT id, schema FROM gatekeeper_meta WHERE namespace = $1 FOR UPDATE', namespace);
        if (id !== '' && meta!.id !== id) {
          await run('ROLLBACK');
          return { emptied: true };
        }
        if (meta!.schema > SCHEMA) throw newerSchema(meta!.schema);
        if (flag) {
          const [stands] = await run(
            'SELECT value, revision FROM gatekeeper_flags WHERE namespace = $1 AND name = $2',
            namespace,
            flag.name,
          );
          if (Number(stands?.revision ?? 0) !== flag.onTopOf) {
            await run('ROLLBACK');
            return { conflict: stands && storedFlag(stands) };
          }
        }
        const [{ revision }] = (await run(
          `UPDATE gatekeeper_meta SET revision = revision + 1, epoch = epoch + $2,
             cleared = CASE WHEN $3 THEN revision + 1 ELSE cleared END WHERE namespace = $1 RETURNING revision`,
          namespace,
          raiseEpoch ? 1 : 0,
          clear ?? false,
        )) as [Row];
        if (clear)
          for (const table of ['flags', 'segments', 'members'])
            await run(`DELETE FROM gatekeeper_${table} WHERE namespace = $1`, namespace);
        if (flag)
          await run(
            `INSERT INTO gatekeeper_flags VALUES ($1, $2, $3, $4)
             ON CONFLICT (namespace, name) DO UPDATE SET value = excluded.value, revision = excluded.revision`,
            namespace,
            flag.name,
            flag.value,
            revision,
          );
        if (segment) {
          await run(
            `INSERT INTO gatekeeper_members SELECT $1, $2, id, $4, $5 FROM unnest($3::text[]) AS ids (id)
             ON CONFLICT (namespace, segment, id) DO UPDATE SET member = excluded.member, revision = excluded.revision`,
            namespace,
            segment.name,
            [...new Set(segment.ids)],
            segment.member,
            revision,
          );
          await run(
            `INSERT INTO gatekeeper_segments VALUES ($1, $2, $3)
             ON CONFLICT (namespace, name) DO UPDATE SET revision = excluded.revision`,
            namespace,
            segment.name,
            revision,
          );
        }
        if (!partial)
          await run(
            'INSERT INTO gatekeeper_history VALUES ($1, $2, $3, $4)',
            namespace,
            revision,
            change.flag ?? null,
            JSON.stringify(change),
          );
        await run('SELECT pg_notify($1, $2)', CHANNEL, namespace);
        await run('COMMIT');
        return { revision: Number(revision) };
      }),

    async history({ flag, since = 0, limit = 100 }) {
      const rows = await query(
        `SELECT revision, change FROM gatekeeper_history
         WHERE namespace = $1 AND revision > $2 AND ($3::text IS NULL OR flag = $3) ORDER BY revision DESC LIMIT $4`,
        [namespace, since, flag ?? null, limit],
      );
      return rows.map(({ revision, change }) => ({ ...JSON.parse(change), revision: Number(revision) }) as Change);
    },

    async addCounts(counts) {
      const column = (name: keyof Count) => counts.map((count) => count[name]);
      await query(
        `INSERT INTO gatekeeper_counts AS kept
         SELECT $1, flag, variant, sum(count), max(last)
         FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS added (flag, variant, count, last)
         GROUP BY flag, variant ORDER BY flag, variant -- one order for all processes, so that none waits for another in a circle
         ON CONFLICT (namespace, flag, variant)
         DO UPDATE SET count = kept.count + excluded.count, last = greatest(kept.last, excluded.last)`,
        [namespace, column('flag'), column('variant'), column('count'), column('last')],
      );
    },

    async counts() {
      const rows = await query('SELECT flag, variant, count, last FROM gatekeeper_counts WHERE namespace = $1');
      return rows.map(({ flag, variant, count, last }) => ({
        flag,
        variant,
        count: Number(count),
        last: Number(last),
      }));
    },

    watch: (changed) => listeners.listen((lost) => connections.listen(CHANNEL, namespace, changed, lost), changed),
    async close() {
      listeners.close();
      connections.close();
    },
  };
}

function storedFlag({ value, revision }: Row): StoredFlag {
  return { value, revision: Number(revision) };
}
