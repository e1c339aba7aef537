import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once, type EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readCopy } from '../../src/stores/copy-file';
import { BY } from '../support/config';
import { enginesOn } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { kept } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

const PROGRAM = join(__dirname, '../support/beside.mjs');
type Order = 'kill' | 'restore' | 'writeOn' | 'close';

/** Ways to have an engine beside this one: who sends messages, what it is told, and what ends it at once. */
const ways: { readonly [name: string]: (args: string[]) => [EventEmitter, (order: Order) => void, () => unknown] } = {
  'child_process.fork'(args) {
    const child = fork(PROGRAM, args);
    return [child, (order) => child.send(order), () => child.kill('SIGKILL')];
  },
  cluster(args) {
    cluster.setupPrimary({ exec: PROGRAM, args });
    const worker = cluster.fork();
    return [worker, (order) => worker.send(order), () => worker.process.kill('SIGKILL')];
  },
  worker_threads(argv) {
    const worker = new Worker(PROGRAM, { argv });
    return [worker, (order) => worker.postMessage(order), () => worker.terminate()];
  },
};

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-forks-'));
const running = new Set<() => unknown>();
afterAll(async () => {
  await Promise.all([...running].map((end) => end()));
  rmSync(folder, { recursive: true });
});

describe.each(kept)('$name', (kind) => {
  const on = enginesOn(kind);
  const copy = () => join(folder, on.namespace);

  /** One engine in each of these ways, all of them ready. */
  const beside = (chosen = Object.keys(ways)) =>
    Promise.all(
      chosen.map(async (way) => {
        const start = ways[way]!;
        const [emitter, tell, end] = start([kind.name, on.place.url, on.namespace, copy()]);
        running.add(end);
        const heard: { revision: number; A: string }[] = [];
        const gone = once(emitter, 'exit').finally(() => running.delete(end));
        expect(await once(emitter, 'message')).toMatchObject([{ state: 'fresh' }]);
        emitter.on('message', (message) => heard.push(message));
        return { way, tell, end, heard, gone };
      }),
    );

  test('engines in forks, workers and threads obey each other', async () => {
    const here = await on.ready();
    const others = await beside();
    let revision = 0;
    await untouched(here.engine, async () => {
      for (const { tell } of others)
        for (const order of ['kill', 'restore'] as const) {
          tell(order);
          revision += 1;
          for (const { heard } of others) await until(() => heard.at(-1)?.revision === revision);
          await until(() => here.changes.at(-1)?.revision === revision);
          const A = order === 'kill' ? 'OFF' : 'ON';
          expect([here.served(), ...others.map(({ heard }) => heard.at(-1)!.A)]).toEqual([`${A} OFF`, A, A, A]);
        }
    });
    for (const { tell } of others) tell('close');
    for (const { gone } of others) expect((await gone)[0]).toBe(0);
    expect((await readCopy(copy())).revision).toBe(revision);
  });

  test('those that are ended while they write take nothing along', async () => {
    const here = await on.ready();
    // libsql aborts a whole process of which it is in a thread that is ended.
    const others = await beside(Object.keys(ways).filter((way) => way !== 'worker_threads' || kind.name !== 'sqlite'));
    await untouched(here.engine, async () => {
      for (const { tell } of others) tell('writeOn');
      for (const { end, gone } of others) {
        const { length } = here.changes;
        await until(() => here.changes.length > length + 10);
        await end();
        await gone;
      }
      await here.engine.live.kill('A', BY);
      await until(() => here.changes.at(-1)?.action === 'kill');
    });
    expect(here.served()).toBe('OFF OFF');
    expect(here.changes.map(({ revision }) => revision)).toEqual(here.changes.map((_, index) => index + 1));
    expect(here.engine.status()).toMatchObject({ state: 'fresh', revision: here.changes.length });
    const { revision } = await readCopy(copy());
    expect(revision).toBeGreaterThan(10);
  });
});
