import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import Database from 'libsql';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import type { Store } from '../../src/stores/store';
import { behindPostgres, behindRedis, behindSqlite, type Behind, type BehindServer } from './behind';
import { ownPostgres } from './postgres';
import { ownRedis } from './redis';
import type { OwnServer } from './servers';

/** A kind of store, opened as docs/operations.md says, and a way to it behind its back. */
export interface RealStore<P extends { readonly url: string } = { readonly url: string }, B extends Behind = Behind> {
  readonly name: 'redis' | 'ioredis' | 'postgres' | 'sqlite';
  /** A server, or a file, of the tests' own. */
  place(): Promise<P>;
  /** Opens a store; `end` ends its client. */
  open(url: string, namespace: string, pollEvery: number): { store: Store; end(): unknown };
  behind(url: string): Promise<B>;
}

const PATIENCE = 1_000;
const ignore = () => {};

const redis: RealStore<OwnServer, BehindServer> = {
  name: 'redis',
  place: ownRedis,
  open(url, namespace, pollEvery) {
    // A client that is given a socketTimeout gives up where it strikes, unless it is told to connect again.
    const reconnectStrategy = (times: number) => Math.min(50 * times, 500);
    const socket = { connectTimeout: PATIENCE, socketTimeout: PATIENCE, reconnectStrategy };
    const client = createClient({ url, pingInterval: 500, socket });
    client.on('error', ignore);
    client.connect().catch(ignore);
    return { store: redisStore({ client, namespace, pollEvery }), end: () => client.destroy() };
  },
  behind: behindRedis,
};

const ioredis: RealStore<OwnServer, BehindServer> = {
  ...redis,
  name: 'ioredis',
  open(url, namespace, pollEvery) {
    const client = new Redis(url, { connectTimeout: PATIENCE, socketTimeout: PATIENCE, maxRetriesPerRequest: 3 });
    client.on('error', ignore);
    return { store: redisStore({ client, namespace, pollEvery }), end: () => client.disconnect() };
  },
};

const postgres: RealStore<OwnServer, BehindServer> = {
  name: 'postgres',
  place: ownPostgres,
  open(url, namespace, pollEvery) {
    const pool = new Pool({ connectionString: url, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE });
    pool.on('error', ignore);
    return { store: postgresStore({ pool, namespace, pollEvery }), end: () => pool.end() };
  },
  behind: behindPostgres,
};

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

export const sqlite: RealStore = {
  name: 'sqlite',
  async place() {
    folders.push(mkdtempSync(join(tmpdir(), 'gatekeeper-flags-real-')));
    return { url: join(folders.at(-1)!, 'live.sqlite') };
  },
  open(url, namespace, pollEvery) {
    const database = new Database(url);
    return { store: sqliteStore({ database, namespace, pollEvery }), end: () => database.close() };
  },
  behind: behindSqlite,
};

/** What can happen to servers and connections, with each client. */
export const servers = [redis, ioredis, postgres];
/** What can happen to what is kept: the client makes no difference. */
export const kept: readonly RealStore[] = [redis, postgres, sqlite];
