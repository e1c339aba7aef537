import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import Database from 'libsql';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { Change } from 'gatekeeper-flags';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import type { Store } from '../../src/stores/store';
import { BY, Toggle, engineOf, toggle } from '../support/config';
import { postgresServer } from '../support/postgres';
import { redisServer } from '../support/redis';
import { engineInProcess, type Place } from '../support/store-process';

/** What is promised is less; on a busy machine a process may have to wait for its turn. */
const BOUND = 2_000;

const redis = redisServer();
const postgres = postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-propagation-'));
const prefix = redis.freshNamespace();
let postgresUrl: string;
beforeAll(async () => void (postgresUrl = await postgres.freshUrl()));
afterAll(() => rmSync(folder, { recursive: true }));

function engine(store: Store) {
  const flag = () => toggle({ rules: [{ name: 'all', serve: Toggle.ON }] });
  const engine = engineOf({ A: flag(), B: flag() }, { store: () => store });
  const changes: Change[] = [];
  engine.onChange((change) => changes.push(change));
  return { engine, changes, next: () => nextChange(engine) };
}

function nextChange(engine: { onChange(listener: (change: Change) => void): () => void }): Promise<Change> {
  return new Promise((resolve) => {
    const stop = engine.onChange((change) => {
      stop();
      resolve(change);
    });
  });
}

const kinds: { [K in Place['kind']]: () => Promise<{ where: Place; store: Store; end(): unknown }> } = {
  async sqlite() {
    const where = { kind: 'sqlite', place: join(folder, 'live.sqlite'), namespace: 'shop' } as const;
    const database = new Database(where.place);
    return { where, store: sqliteStore({ database, namespace: 'shop' }), end: () => database.close() };
  },
  async redis() {
    const where = { kind: 'redis', place: redis.url, namespace: `${prefix}redis` } as const;
    const client = await createClient({ url: redis.url }).connect();
    return { where, store: redisStore({ client, namespace: where.namespace }), end: () => client.destroy() };
  },
  async ioredis() {
    const where = { kind: 'ioredis', place: redis.url, namespace: `${prefix}ioredis` } as const;
    const client = new Redis(redis.url);
    return { where, store: redisStore({ client, namespace: where.namespace }), end: () => client.disconnect() };
  },
  async postgres() {
    const where = { kind: 'postgres', place: postgresUrl, namespace: 'shop' } as const;
    const pool = new Pool({ connectionString: postgresUrl });
    return { where, store: postgresStore({ pool, namespace: 'shop' }), end: () => pool.end() };
  },
};

test.each(Object.entries(kinds))('%s: a change is obeyed, and told of, in another process', async (kind, open) => {
  const { where, store, end } = await open();
  const here = engine(store);
  await here.engine.ready;
  const there = await engineInProcess(where);
  expect([here.engine.status().state, there.ready]).toEqual(['fresh', 'fresh']);

  const took: number[] = [];
  for (const [action, variant] of [
    ['kill', 'OFF'],
    ['restore', 'ON'],
    ['pin', 'OFF'],
    ['kill', 'OFF'],
    ['restore', 'OFF'],
  ] as const) {
    const start = Date.now();
    const revision =
      action === 'pin' ? await here.engine.live.pin('A', 'OFF', BY) : await here.engine.live[action]('A', BY);
    const told = await there.next();
    expect(told).toMatchObject({ revision, action, flag: 'A', variant });
    expect(told.at).toBeGreaterThanOrEqual(revision);
    took.push(told.time - start);
  }
  process.stdout.write(`${kind}: obeyed in another process after ${took.toSorted((a, b) => a - b)} ms\n`);
  expect(Math.max(...took)).toBeLessThan(BOUND);

  const told = here.next();
  there.change('kill B');
  expect(await told).toMatchObject({ action: 'kill', flag: 'B' });
  expect(here.engine.for({}).ff('B', Toggle.OFF)).toBe(true);
  const revisions = here.changes.map(({ revision }) => revision);
  expect(revisions).toEqual([1, 2, 3, 4, 5, 6]);

  await here.engine.close();
  await there.end();
  await end();
});

test('memory: engines that share a store share its state', async () => {
  const store = memoryStore();
  const [one, other] = [engine(store), engine(store)];
  await Promise.all([one.engine.ready, other.engine.ready]);
  const told = other.next();
  const revision = await one.engine.live.kill('A', BY);
  expect(await told).toMatchObject({ revision, action: 'kill', flag: 'A' });
  expect(other.engine.for({}).ff('A', Toggle.OFF)).toBe(true);
  await Promise.all([one.engine.close(), other.engine.close()]);
});

test('what changes after the first read and before the store is watched is seen as soon as it is watched', async () => {
  const shared = memoryStore();
  let watched!: (unwatch: () => Promise<void>) => void;
  const late = engine({ ...shared, watch: () => new Promise((resolve) => (watched = resolve)) });
  await late.engine.ready;
  const { engine: other } = engine(shared);
  const revision = await other.live.kill('A', BY);
  expect(late.engine.status().revision).toBe(0);
  const told = late.next();
  watched(async () => {});
  expect(await told).toMatchObject({ revision, flag: 'A' });
  await Promise.all([late.engine.close(), other.close()]);
}, 10_000); // sooner than the next look

test.each(Object.entries(kinds))(
  '%s: of many changes by two at once, each is told of once and in order',
  async (_, open) => {
    const { where, store, end } = await open();
    const here = engine(store);
    await here.engine.ready;
    const there = await engineInProcess(where);
    const first = here.engine.status().revision;
    const last = first + 40;
    const all = new Promise<void>((resolve) => here.engine.onChange(({ revision }) => revision === last && resolve()));
    for (let time = 0; time < 10; time += 1) {
      there.change('kill A');
      there.change('restore B');
      void here.engine.live.kill('B', BY);
      void here.engine.live.restore('A', BY);
    }
    const told: { revision: number; at: number }[] = [];
    while (told.at(-1)?.revision !== last) told.push(await there.next());
    await all;
    const expected = Array.from({ length: 40 }, (_, index) => first + 1 + index);
    expect(told.map(({ revision }) => revision)).toEqual(expected);
    expect(here.changes.map(({ revision }) => revision)).toEqual(expected);
    const seen = told.map(({ at }) => at);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    await here.engine.close();
    await there.end();
    await end();
  },
);
