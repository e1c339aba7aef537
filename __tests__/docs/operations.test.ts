import { liveSegment, type Options } from 'gatekeeper-flags';
import { lastKnownGood } from 'gatekeeper-flags/stores/last-known-good';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import Database from 'libsql';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { BY, engineOf, toggle } from '../support/config';
import { debianProgram } from '../support/debian-program';
import { ownPostgres } from '../support/postgres';
import { ownRedis } from '../support/redis';
import { LONGEST_START } from '../support/servers';

type Store = ReturnType<NonNullable<Options['store']>>;

const guide = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');

/** The guide's blocks of code in a language. */
function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text]) => text!);
}

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-operations-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the guide's one command that begins so, in a folder of this file's own; gives what it printed. */
function shell(begins: string, change = (command: string) => command, env: NodeJS.ProcessEnv = {}): string {
  const commands = blocks('sh').flatMap((block) => block.trim().split('\n'));
  const [command, ...others] = commands.filter((line) => line.startsWith(begins));
  expect(others).toEqual([]);
  return execFileSync('sh', ['-c', change(command!)], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
}

/** The words of a command as redis-cli takes them. */
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

function engineOver(store: Store) {
  const flags = {
    CHECKOUT: toggle({ rules: [{ name: 'growth', rollout: 25, serve: 'ON' }] }),
    BANNER: toggle({ rules: [{ name: 'beta', when: liveSegment('beta'), serve: 'ON' }] }),
  };
  return engineOf(flags, { store: () => store });
}
type Engine = ReturnType<typeof engineOver>;

/** Something of everything that can be kept. */
async function fill(store: Store): Promise<void> {
  const engine = engineOver(store);
  await engine.ready;
  await engine.live.setRollout('CHECKOUT', 'growth', 50, BY);
  await engine.live.addToSegment('beta', [42, 43], BY);
  await engine.live.removeFromSegment('beta', [43], BY);
  await engine.live.kill('CHECKOUT', BY);
  engine.for({ user: { id: 1 } }).ff('CHECKOUT', 'ON');
  await engine.close();
}

async function until(engine: Engine, state: string): Promise<void> {
  while (engine.status().state !== state) await sleep(20);
}

/** A kill that was lost is obeyed until the running process is told to take what is there now. */
async function recovers(store: Store, lose: () => Promise<void>, tellThem: () => Promise<void>): Promise<void> {
  const engine = engineOver({ ...store, pollEvery: 100 });
  await engine.ready;
  await lose();
  await until(engine, 'stale');
  expect(engine.for({}).explain('CHECKOUT').reason).toBe('killed');
  await tellThem();
  await until(engine, 'fresh');
  expect(engine.for({}).explain('CHECKOUT').reason).not.toBe('killed');
  await engine.live.kill('CHECKOUT', BY);
  await engine.close();
}

const LOSE = `DELETE FROM gatekeeper_flags; UPDATE gatekeeper_meta SET revision = revision - 1`;

/** What every query of the guide that looks inside has to find, in its order. */
function expectFound(found: readonly (readonly unknown[])[]): void {
  const [meta, flags, history, segments, counts] = found.map((rows) => JSON.stringify(rows));
  expect(meta).toMatch(/"revision":"?4/);
  expect(flags).toMatch(/killed by ada: a test.*"percent\\":50,\\"replaced\\":25/);
  expect(history).toContain('remove-from-segment');
  expect(segments).toMatch(/"count(\(\*\))?":"?1\b/);
  expect(counts).toContain('"CHECKOUT"');
}

test('the SQL, in SQLite', async () => {
  const database = new Database(':memory:');
  const store = sqliteStore({ database });
  await fill(store);
  const [look, recover, trim, ...others] = blocks('sql').filter((block) => !block.startsWith('-- PostgreSQL'));
  expect(others).toEqual([]);
  const queries = look!.split(';\n').filter((query) => query.trim() !== '');
  expectFound(queries.map((query) => database.prepare(query).all()));
  await recovers(
    store,
    async () => void database.exec(LOSE),
    async () => void database.exec(recover!),
  );
  expect(database.prepare('SELECT * FROM gatekeeper_history').all()).toHaveLength(5);
  database.exec(trim!);
  expect(database.prepare('SELECT * FROM gatekeeper_history').all()).toHaveLength(5);
  database.exec('UPDATE gatekeeper_meta SET revision = 10003');
  database.exec(trim!);
  expect(database.prepare('SELECT revision FROM gatekeeper_history').all()).not.toContainEqual({ revision: 1 });
  database.close();
});

test(
  'the SQL, in PostgreSQL, and what a user is granted who may not create tables',
  async () => {
    const { url } = await ownPostgres();
    const pool = new Pool({ connectionString: url });
    pool.on('error', () => {});
    const store = postgresStore({ pool });
    await fill(store);
    const [grant, ...grants] = blocks('sql').filter((block) => block.startsWith('-- PostgreSQL'));
    const [look, recover, trim] = blocks('sql').filter((block) => block !== grant);
    expect(grants).toEqual([]);
    const found = [];
    for (const query of look!.split(';\n').filter((text) => text.trim() !== ''))
      found.push((await pool.query(query)).rows);
    expectFound(found);
    await recovers(
      store,
      async () => void (await pool.query(LOSE)),
      async () => void (await pool.query(recover!)),
    );
    await pool.query(trim!);

    await pool.query(`CREATE ROLE shop LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; ${grant}`);
    const limited = new Pool({ connectionString: url.replace('postgres@', 'shop@') });
    limited.on('error', () => {});
    await usesEverything(postgresStore({ pool: limited }));
    await limited.end();
    await pool.end();
  },
  LONGEST_START,
);

test(
  'the commands of Redis, and what a user is allowed who may do no more',
  async () => {
    const { url } = await ownRedis();
    const client = await createClient({ url })
      .on('error', () => {})
      .connect();
    const store = redisStore({ client });
    await fill(store);
    const commands = blocks('redis').flatMap((block) => block.trim().split('\n'));
    const [recover, ...recoveries] = commands.filter((command) => command.startsWith('EVAL'));
    const [acl, ...acls] = commands.filter((command) => command.startsWith('ACL'));
    expect([recoveries, acls]).toEqual([[], []]);
    const look = commands.filter((command) => command !== recover && command !== acl);
    const found = [];
    for (const command of look) found.push(JSON.stringify(await client.sendCommand(words(command))));
    expect(found.filter((answer) => ['[]', 'null', '0'].includes(answer))).toEqual([]);
    expect(found.slice(0, 3).join()).toMatch(/"revision":"4".*killed by ada: a test/);

    await recovers(
      store,
      async () => {
        await client.sendCommand(words('DEL {gatekeeper}:flags'));
        await client.sendCommand(words('HINCRBY {gatekeeper}:meta revision -1'));
      },
      async () => void (await client.sendCommand(words(recover!))),
    );

    await client.sendCommand(words(acl!));
    const limited = await createClient({ url: url.replace('//', '//shop:a-password@'), pingInterval: 50 })
      .on('error', () => {})
      .connect();
    const ping = once(limited, 'ping-interval'); // which its error would reject
    await usesEverything(redisStore({ client: limited }));
    await ping;
    limited.destroy();
    client.destroy();
  },
  LONGEST_START,
);

test(
  'a backup of PostgreSQL, put back, is what it was',
  async () => {
    debianProgram(['pg_dump'], 'postgresql-client');
    const { url } = await ownPostgres();
    const pool = new Pool({ connectionString: url });
    pool.on('error', () => {});
    const store = postgresStore({ pool });
    await fill(store);
    shell('pg_dump', undefined, { DATABASE_URL: url });
    const before = [await store.read(), await store.history({}), await store.counts()];
    const engine = engineOver(store);
    await engine.live.clear(BY);
    await engine.close();
    shell('psql', undefined, { DATABASE_URL: url });
    expect([await store.read(), await store.history({}), await store.counts()]).toEqual(before);
    await pool.end();
  },
  LONGEST_START,
);

test('a backup of SQLite that is made while it is in use is what it was', async () => {
  const database = new Database(join(folder, 'live.sqlite'));
  const store = sqliteStore({ database });
  await fill(store);
  shell('sqlite3', (command) => {
    database.exec(/"(.*)"/.exec(command)![1]!.replace('flags.sqlite', join(folder, 'flags.sqlite')));
    return 'true';
  });
  const copy = new Database(join(folder, 'flags.sqlite'));
  expect(await sqliteStore({ database: copy }).read()).toEqual(await store.read());
  for (const one of [database, copy]) one.close();
});

test('the first line of the last known good copy', async () => {
  const path = join(folder, 'flags.json');
  await fill(lastKnownGood(memoryStore(), { path }));
  const copied = JSON.parse(shell('head', (command) => command.replace('/var/lib/shop/flags.json', path)));
  expect(copied).toMatchObject({ revision: 4, flags: [['CHECKOUT', { revision: 4 }]] });
  expect(copied.copiedAt).toBeGreaterThan(Date.now() - 60_000);
});

/** Does all that an app's user needs to be allowed. */
async function usesEverything(store: Store): Promise<void> {
  const [engine, elsewhere] = [engineOver(store), engineOver(store)];
  await Promise.all([engine.ready, elsewhere.ready]);
  const told = new Promise((resolve) => elsewhere.onChange(resolve));
  await engine.live.kill('CHECKOUT', BY);
  await told;
  await engine.live.addToSegment('beta', [7], BY);
  await engine.live.removeFromSegment('beta', [7], BY);
  await engine.live.revokeOverrides(BY);
  await engine.live.clear(BY);
  engine.for({}).ff('BANNER', 'ON');
  expect((await engine.live.counts()).map(({ flag }) => flag)).toContain('BANNER');
  expect(await engine.live.history({ limit: 1 })).toMatchObject([{ action: 'clear' }]);
  await Promise.all([engine.close(), elsewhere.close()]);
}
