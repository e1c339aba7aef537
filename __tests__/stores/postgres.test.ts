import { Pool } from 'pg';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { storeContract } from 'gatekeeper-flags/testing';
import type { Write } from '../../src/stores/store';
import { BY } from '../support/config';
import { ownPostgres, postgresServer } from '../support/postgres';
import { inProcess } from '../support/store-process';

const postgres = postgresServer();
let url: string;
beforeAll(async () => void (url = await postgres.freshUrl()));

storeContract({
  it,
  create(namespace) {
    const pool = new Pool({ connectionString: url, max: 4 });
    const store = postgresStore({ pool, namespace });
    return { ...store, close: () => store.close().finally(() => pool.end()) };
  },
  async makeNewer(namespace, schema) {
    const pool = new Pool({ connectionString: url });
    await pool.query('UPDATE gatekeeper_meta SET schema = $2 WHERE namespace = $1', [namespace, schema]);
    await pool.end();
  },
});

describe('in a schema of its own', () => {
  let place: string;
  let pools: Pool[];
  beforeEach(async () => {
    place = await postgres.freshUrl();
    pools = [];
  });
  afterEach(() => Promise.all(pools.map((pool) => pool.end())));

  function open(connectionString = place): Pool {
    const pool = new Pool({ connectionString, application_name: connectionString.slice(-36) });
    pool.on('error', () => {});
    pools.push(pool);
    return pool;
  }
  const write = (name: string): Write => ({
    id: '',
    change: { action: 'kill', ...BY, at: 1, flag: name },
    flag: { name, value: '{}', onTopOf: 0 },
  });

  test('it makes tables of these names, and no other', async () => {
    const pool = open();
    await postgresStore({ pool }).read();
    const { rows } = await pool.query(
      'SELECT tablename FROM pg_tables WHERE schemaname = current_schema ORDER BY tablename',
    );
    expect(rows.map(({ tablename }) => tablename)).toEqual(
      ['counts', 'flags', 'history', 'members', 'meta', 'segments'].map((name) => `gatekeeper_${name}`),
    );
  });

  test('ten processes make the tables at once', async () => {
    const ten = Array.from({ length: 10 }, () => inProcess('write', { kind: 'postgres', place, namespace: 'shop' }));
    expect((await Promise.all(ten)).sort()).toEqual(['1', '10', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect((await postgresStore({ pool: open(), namespace: 'shop' }).read()).flags.size).toBe(10);
  }, 30_000);

  test('a user who may not make tables uses those that are there, and dropped ones are made again', async () => {
    const pool = open();
    const store = postgresStore({ pool });
    await store.write(write('A'));
    const [{ schema }] = (await pool.query('SELECT current_schema AS schema')).rows;
    const role = schema.replaceAll('-', '_');
    await pool.query(`CREATE ROLE ${role}; GRANT USAGE ON SCHEMA "${schema}" TO ${role};
      GRANT ALL ON ALL TABLES IN SCHEMA "${schema}" TO ${role}`);
    try {
      const limited = new URL(place);
      limited.searchParams.set('options', `${limited.searchParams.get('options')} -c role=${role}`);
      const theirs = postgresStore({ pool: open(limited.href) });
      await expect(open(limited.href).query('CREATE TABLE mine (id int)')).rejects.toThrow('permission denied');
      expect(await theirs.write(write('B'))).toEqual({ revision: 2 });
      expect((await theirs.read()).flags.size).toBe(2);
    } finally {
      await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
    await pool.query('DROP TABLE gatekeeper_counts, gatekeeper_flags');
    await expect(store.read()).rejects.toThrow('gatekeeper_flags');
    expect((await store.read()).flags.size).toBe(0);
  });

  test('a server that is killed while a change is written fails that change, and nothing else', async () => {
    const server = await ownPostgres();
    const [pool, other] = [open(server.url), open(server.url)];
    const store = postgresStore({ pool });
    await store.write(write('A'));
    const blocking = await other.connect();
    blocking.on('error', () => {});
    await blocking.query('BEGIN; SELECT 1 FROM gatekeeper_meta FOR UPDATE');
    const failed = expect(store.write(write('B'))).rejects.toThrow('terminated');
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
    while ((await blocking.query(waiting)).rowCount === 0);
    await server.kill();
    await failed;
    blocking.release(true);
    await server.start();
    expect(await store.write(write('B'))).toEqual({ revision: 2 });
  }, 30_000);

  test('whoever watches over a connection that is lost is told to look, and told of changes again', async () => {
    const [pool, other] = [open(), open()];
    const store = postgresStore({ pool });
    await store.read();
    let told = () => {};
    const next = () => new Promise<void>((resolve) => (told = resolve));
    const unwatch = await store.watch!(() => told());
    const back = next();
    const listening = `application_name = current_setting('application_name') AND query LIKE 'LISTEN%'`;
    await other.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${listening}`);
    await back;
    const change = next();
    await postgresStore({ pool: other }).write(write('A'));
    await change;
    await unwatch();
  });

  test('a server that has gone silent is not waited for until the app’s pool is used up', async () => {
    const server = await ownPostgres();
    const pool = open(server.url);
    const store = postgresStore({ pool });
    await store.read();
    server.pause();
    await expect(store.read()).rejects.toThrow('no answer within 5000 ms');
    expect(pool.totalCount).toBe(0);
    server.resume();
    expect((await store.read()).revision).toBe(0);
  }, 20_000);

  test('what watches has one connection of the pool, and gives it back', async () => {
    const pool = open();
    const store = postgresStore({ pool });
    const unwatch = await store.watch!(() => {});
    expect(pool.totalCount - pool.idleCount).toBe(1);
    await unwatch();
    await store.close();
    expect(pool.totalCount).toBe(0);
    expect((await store.read()).revision).toBe(0); // the pool is still the app's
    expect(await inProcess('leave', { kind: 'postgres', place, namespace: 'shop' })).toBe('');
  });
});
