import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'libsql';
import { sqliteSink } from 'gatekeeper-flags/sinks/sqlite';
import { sinkContract } from 'gatekeeper-flags/testing';
import { Queue } from '../../src/exposures/queue';
import type { Batch, Exposure } from '../../src/sinks/sink';
import { child } from '../support/child';
import { ODD_NAMES } from '../support/odd-names';

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-sqlite-sink-'));
afterAll(() => rmSync(folder, { recursive: true }));

sinkContract({
  it,
  create(namespace) {
    const database = new Database(join(folder, 'contract.sqlite'));
    const sink = sqliteSink({ database, namespace });
    return { ...sink, close: () => sink.close().finally(() => database.close()) };
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
  const batch = (of: Partial<Batch> = {}): Batch => ({
    id: randomUUID(),
    exposures: [],
    events: [],
    histograms: [],
    ...of,
  });
  const exposure = (unit: string, arm = 'A'): Exposure => ({
    experiment: 'X',
    arm,
    unit,
    at: Date.now(),
    weights: 'A:1',
  });
  const event = (unit: string, name = 'buy') => ({
    experiment: 'X',
    unit,
    event: name,
    count: 1,
    sum: 2n,
    at: Date.now(),
  });
  const many = (count: number) => Array.from({ length: count }, () => randomUUID());

  test('holds tables of these names, and no other', async () => {
    const { database } = openFile('tables.sqlite');
    await sqliteSink({ database }).write(batch());
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`).all();
    expect(tables.map((row) => (row as { name: string }).name)).toEqual(
      ['batches', 'day_sums', 'day_units', 'histograms', 'names', 'notes', 'totals', 'units'].map(
        (name) => `gatekeeper_sink_${name}`,
      ),
    );
  });

  test('a batch that fails is not kept in part, and what is asked meanwhile sees nothing of it', async () => {
    const { database } = openFile('failed.sqlite');
    const sink = sqliteSink({ database });
    const other = sqliteSink({ database: openFile('failed.sqlite').database });
    await sink.write(batch());
    const bad = batch({ exposures: many(2_000).map((unit) => exposure(unit)), events: [{ ...event('1'), at: NaN }] });
    const exposures = [...bad.exposures, exposure('1')];
    const failed = expect(sink.write({ ...bad, exposures })).rejects.toThrow();
    await turn();
    const [here, there] = await Promise.all([sink.results!.recompute('X'), other.results!.recompute('X')]);
    await failed;
    expect([here.units, there.units]).toEqual([[], []]);
    await sink.write({ ...bad, exposures, events: [] });
    expect((await other.results!.read('X')).units).toMatchObject([{ units: 2_001 }]);
  });

  test('survives kill -9 in the midst of a batch, which comes again', async () => {
    const { place, database } = openFile('killed.sqlite');
    const script = `
      const { sqliteSink } = require('gatekeeper-flags/sinks/sqlite');
      const sink = sqliteSink({ database: new (require('libsql'))(${JSON.stringify(place)}) });
      const exposures = (from) => Array.from({ length: 3000 }, (_, index) =>
        ({ experiment: 'X', arm: 'A', unit: String(from + index), at: 1, weights: '' }));
      (async () => {
        await sink.write({ id: 'one', exposures: exposures(0), events: [], histograms: [] });
        const written = sink.write({ id: 'two', exposures: exposures(3000), events: [], histograms: [] });
        setTimeout(() => console.log('1'), 0);
        await written;
        console.log('2');
      })()`;
    const writer = child(script);
    expect(await writer.next()).toBe(1);
    writer.process.kill('SIGKILL');
    await writer.gone;
    const { results, write } = sqliteSink({ database });
    const kept = async () => {
      const [read, recomputed] = [await results!.read('X'), await results!.recompute('X')];
      expect(read.units.map((row) => row.units)).toEqual(recomputed.units.map((row) => row.units));
      return read.units[0]!.units;
    };
    expect([3_000, 6_000]).toContain(await kept());
    const unit = (index: number) => ({ ...exposure(String(3_000 + index)), at: 1, weights: '' });
    await write(batch({ id: 'two', exposures: Array.from({ length: 3_000 }, (_, index) => unit(index)) }));
    expect(await kept()).toBe(6_000);
  });

  test('two processes write to it at once, with clocks a day apart', async () => {
    const { place, database } = openFile('two.sqlite');
    const script = (at: number, seed: number) => `
      const { sqliteSink } = require('gatekeeper-flags/sinks/sqlite');
      const sink = sqliteSink({ database: new (require('libsql'))(${JSON.stringify(place)}) });
      let state = ${seed};
      const draw = (below) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
      (async () => {
        for (let times = 0; times < 30; times += 1)
          await sink.write({ id: '${seed} ' + times, histograms: [],
            exposures: Array.from({ length: 40 }, () => ({ experiment: 'X', arm: draw(20) ? 'A' : 'B', unit: String(draw(200)), at: ${at}, weights: '' })),
            events: Array.from({ length: 40 }, () => ({ experiment: 'X', unit: String(draw(200)), event: 'e' + draw(2), count: 1, sum: BigInt(draw(1e9)), at: ${at} })) });
        console.log(JSON.stringify('done'));
      })()`;
    const writers = [child(script(86_400_000, 1)), child(script(1, 2))];
    for (const writer of writers) expect(await writer.next()).toBe('done');
    const { results } = sqliteSink({ database });
    const added = (rows: readonly { event: string; arm: string; sumXX: bigint; sumXY: bigint }[]) => {
      const sums = new Map<string, bigint>();
      for (const { arm, event, sumXX, sumXY } of rows)
        sums.set(arm + event, (sums.get(arm + event) ?? 0n) + sumXX * 3n + sumXY);
      return [...sums].filter(([, sum]) => sum !== 0n).sort();
    };
    const [read, recomputed] = [await results!.read('X'), await results!.recompute('X')];
    expect(added(read.sums)).toEqual(added(recomputed.sums));
    expect(recomputed.units.reduce((sum, row) => sum + row.units + row.inTwoArms, 0)).toBe(200);
  });

  test('a lock that another process holds is waited for without holding this one up', async () => {
    const { place, database } = openFile('locked.sqlite');
    const sink = sqliteSink({ database });
    await sink.write(batch());
    const held = child(`
      const database = new (require('libsql'))(${JSON.stringify(place)});
      database.exec('BEGIN EXCLUSIVE');
      console.log('1');
      setTimeout(() => (database.exec('COMMIT'), console.log('2')), 1000);`);
    await held.next();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const written = sink.write(batch({ exposures: [exposure('1')] }));
    await held.next();
    await written;
    delay.disable();
    process.stdout.write(
      `sqlite sink, locked elsewhere for a second: held up for ${(delay.percentile(95) / 1e6).toFixed(1)} ms (95 of 100 times)\n`,
    );
    expect(delay.percentile(95) / 1e6).toBeLessThan(100);
    expect((await sink.results!.read('X')).units).toMatchObject([{ units: 1 }]);
  });

  test('a large batch gives the event loop its turns', async () => {
    const { database } = openFile('turns.sqlite');
    const sink = sqliteSink({ database });
    await sink.write(batch());
    let turns = 0;
    let writing = true;
    const counting = (async () => {
      for (; writing; turns += 1) await turn();
    })();
    const units = many(5_000);
    await sink.write(
      batch({ exposures: units.map((unit) => exposure(unit)), events: units.map((unit) => event(unit)) }),
    );
    writing = false;
    await counting;
    expect(turns).toBeGreaterThan(8);
  });

  test('odd names, through the queue', async () => {
    const { database } = openFile('odd.sqlite');
    const sink = sqliteSink({ database });
    const queue = new Queue(
      sink,
      { every: 5 },
      { histograms: () => [], failed: (error) => void expect(error).toBeUndefined() },
    );
    for (const name of ODD_NAMES) {
      queue.expose(exposure(name));
      queue.track(event(name, name), false);
    }
    await queue.flush();
    const count = ODD_NAMES.length;
    expect(queue.stats()).toEqual({ enqueued: 2 * count, written: 2 * count, dropped: 0, pending: 0 });
    const { units, sums } = await sink.results!.recompute('X');
    expect(units).toMatchObject([{ units: count }]);
    expect(new Set(sums.map((row) => row.event))).toEqual(new Set(ODD_NAMES));
    await queue.close(1_000);
  });
});
