import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import { storeContract } from 'gatekeeper-flags/testing';
import type { Write, Written } from '../../src/stores/store';
import { BY } from '../support/config';
import { inProcess } from '../support/store-process';

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'contract.sqlite');

storeContract({
  it,
  create(namespace) {
    const database = new Database(file);
    const store = sqliteStore({ database, namespace });
    return { ...store, close: () => store.close().finally(() => database.close()) };
  },
  async makeNewer(namespace, schema) {
    const database = new Database(file);
    database.prepare('UPDATE gatekeeper_meta SET schema = ? WHERE namespace = ?').run(schema, namespace);
    database.close();
  },
});

describe('the file', () => {
  const opened: Database.Database[] = [];
  afterEach(() => opened.splice(0).forEach((database) => database.close()));
  function openFile(name: string) {
    const place = join(folder, name);
    const database = new Database(place);
    opened.push(database);
    return { place, database };
  }
  const write = (name: string, onTopOf = 0): Write => ({
    id: '',
    change: { action: 'kill', ...BY, at: 1, flag: name },
    flag: { name, value: '{}', onTopOf },
  });

  test('holds tables of these names, and no other', async () => {
    const { database } = openFile('tables.sqlite');
    await sqliteStore({ database }).read();
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`).all();
    expect(tables.map((row) => (row as { name: string }).name)).toEqual(
      ['counts', 'flags', 'history', 'members', 'meta', 'segments'].map((name) => `gatekeeper_${name}`),
    );
  });

  test('is made by ten processes at once', async () => {
    const { place, database } = openFile('ten.sqlite');
    const ten = Array.from({ length: 10 }, () => inProcess('write', { kind: 'sqlite', place, namespace: 'shop' }));
    expect((await Promise.all(ten)).sort()).toEqual(['1', '10', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect((await sqliteStore({ database, namespace: 'shop' }).read()).flags.size).toBe(10);
  }, 30_000);

  test('dropped tables are made again', async () => {
    const { database } = openFile('dropped.sqlite');
    const store = sqliteStore({ database });
    await store.write(write('A'));
    database.exec('DROP TABLE gatekeeper_flags; DROP TABLE gatekeeper_meta');
    await expect(store.read()).rejects.toThrow('no such table');
    expect((await store.read()).revision).toBe(0);
  });

  test('locked by another process for two seconds, it holds this one up by 20 ms at most', async () => {
    const { place, database } = openFile('locked.sqlite');
    const store = sqliteStore({ database });
    let revision = await revisionOf(store.write(write('A')));
    const stalls: number[] = [];
    // A busy machine holds every process up now and then, an idle thread too: more than that, three times, is the lock's doing.
    while (stalls.length < 3 && !(stalls.at(-1)! <= 20)) {
      const idle = await idleThread();
      const held = await lock(place);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const work = Promise.all([revisionOf(store.write(write('A', revision))), store.read()]);
      await held.ending;
      delay.disable();
      const [next, snapshot] = await work;
      expect([snapshot.revision, next]).toEqual([revision, revision + 1]);
      revision = next;
      const machine = await idle.longestDelay();
      stalls.push(delay.max / 1e6 - machine);
      const [here, there] = [delay.max / 1e6, machine].map((value) => value.toFixed(1));
      process.stdout.write(
        `sqlite, locked elsewhere: held up for ${here} ms at most; an idle thread meanwhile ${there} ms\n`,
      );
      await held.gone;
    }
    expect(stalls.at(-1)).toBeLessThanOrEqual(20);
  }, 30_000);

  test('what watches leaves nothing behind, and the database is still there for others', async () => {
    const { place, database } = openFile('left.sqlite');
    const store = sqliteStore({ database });
    const unwatch = await store.watch!(() => {});
    await unwatch();
    await store.close();
    expect(database.prepare('SELECT 1 AS one').get()).toMatchObject({ one: 1 });
    expect(await inProcess('leave', { kind: 'sqlite', place, namespace: 'shop' })).toBe('');
  });
});

async function revisionOf(written: Promise<Written>): Promise<number> {
  return ((await written) as { revision: number }).revision;
}

/** Has another process lock a file for two seconds, and say so shortly before they end. */
async function lock(file: string): Promise<{ ending: Promise<unknown>; gone: Promise<unknown> }> {
  const script = `
    const database = new (require('libsql'))(process.argv[1]);
    database.exec('BEGIN EXCLUSIVE');
    console.log('locked');
    setTimeout(() => console.log('ending'), 1_950);
    setTimeout(() => database.exec('COMMIT'), 2_000);`;
  const child = spawn(process.execPath, ['--eval', script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'close');
  await once(child.stdout, 'data');
  return { ending: once(child.stdout, 'data'), gone };
}

/** A thread with nothing to do; tells in the end for how many milliseconds the machine held it up at most. */
async function idleThread(): Promise<{ longestDelay(): Promise<number> }> {
  const script = `
    const { monitorEventLoopDelay } = require('node:perf_hooks');
    const { parentPort } = require('node:worker_threads');
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    parentPort.once('message', () => parentPort.postMessage(delay.max / 1e6));
    parentPort.postMessage('ready');`;
  const worker = new Worker(script, { eval: true });
  await once(worker, 'message');
  return {
    async longestDelay() {
      worker.postMessage('stop');
      const [longest] = await once(worker, 'message');
      return longest;
    },
  };
}
