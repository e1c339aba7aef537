import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { BY } from '../support/config';
import { child } from '../support/child';
import { enginesOn, fresh, READY_TIMEOUT, stale } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { sqlite } from '../support/real-stores';
import { engineInProcess } from '../support/store-process';
import { untouched } from '../support/steady-requests';

const on = enginesOn(sqlite);

/** A process that has locked the file and then been stopped: nothing in it runs, and the lock stays. */
async function stoppedWithLock(sql: string) {
  const { next, process, gone } = child(`
    const database = new (require('libsql'))(${JSON.stringify(on.place.url)});
    database.exec(${JSON.stringify(sql)});
    console.log('"locked"');
    setInterval(() => {}, 1_000);`);
  expect(await next()).toBe('locked');
  process.kill('SIGSTOP');
  return () => (process.kill('SIGKILL'), gone);
}

test('silent at start, since a process that is stopped has it to itself: the code decides until it is there', async () => {
  const before = await engineInProcess({ kind: 'sqlite', place: on.place.url, namespace: on.namespace });
  before.change('kill A');
  await before.next();
  await before.end();
  const kill = await stoppedWithLock('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const late = on.start();
  const began = performance.now();
  const { served } = await untouched(late.engine, async () => {
    await late.engine.ready;
    expect(performance.now() - began).toBeLessThan(READY_TIMEOUT + 2_000);
    expect([late.engine.status().state, late.served()]).toEqual(['never-loaded', 'ON OFF']);
    await kill();
    await fresh(late);
    await sleep(50);
  });
  expect(served).toEqual(['ON', 'OFF']);
});

test('silent midway, since a process that is stopped is writing: a kill is obeyed at once, and stored later', async () => {
  const [here, there] = [await on.ready(), await on.ready()];
  await untouched(here.engine, async () => {
    const kill = await stoppedWithLock('BEGIN IMMEDIATE');
    const killed = here.engine.live.kill('A', BY);
    expect(here.served()).toBe('OFF OFF');
    await sleep(500);
    expect([here.served(), there.served(), there.engine.status().state]).toEqual(['OFF OFF', 'ON OFF', 'fresh']);
    await kill();
    expect(await killed).toBe(1);
    await until(() => there.served() === 'OFF OFF');
  });
});

test.each([
  ['garbage', (whole: Buffer) => Buffer.alloc(whole.length, 'garbage ')],
  ['garbage after its head', (whole: Buffer) => Buffer.alloc(whole.length, 'x').fill(whole.subarray(0, 100), 0, 100)],
  ['nothing', () => Buffer.alloc(0)],
])('the file holds %s, midway and at start: the last good stays, and the code decides', async (_, spoilt) => {
  const here = await on.ready();
  await here.engine.live.kill('A', BY);
  checkpoint();
  const whole = readFileSync(on.place.url);
  const { served } = await untouched(here.engine, async () => {
    put(spoilt(whole));
    await stale(here);
    const late = on.start();
    await late.engine.ready;
    expect([here.served(), late.served(), late.engine.status().state]).toEqual(['OFF OFF', 'ON OFF', 'never-loaded']);
    put(whole);
    expect((await on.ready()).served()).toBe('OFF OFF');
  });
  expect(served).toEqual(['OFF']);
});

function checkpoint(): void {
  const database = new Database(on.place.url);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Writes bytes over the file, in its place. */
function put(bytes: Buffer): void {
  const file = openSync(on.place.url, 'r+');
  writeSync(file, bytes, 0, bytes.length, 0);
  ftruncateSync(file, bytes.length);
  closeSync(file);
}
