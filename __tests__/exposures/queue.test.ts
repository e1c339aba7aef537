import { setImmediate as turn } from 'node:timers/promises';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { Queue, type QueueOptions } from '../../src/exposures/queue';
import type { Batch, Exposure, Histogram, Sink, TrackedEvent } from '../../src/sinks/sink';
import { ODD_NAMES } from '../support/odd-names';

const AT = Date.parse('2026-06-01T12:00:00Z');
const exposure = (unit: string): Exposure => ({ experiment: 'X', arm: 'A', unit, at: AT, weights: 'A:1' });
const event = (unit: string, sum = 1n): TrackedEvent => ({
  experiment: 'X',
  unit,
  event: 'buy',
  count: 1,
  sum,
  at: AT,
});

const queues: Queue[] = [];
afterEach(() => Promise.all(queues.splice(0).map((queue) => queue.close(10))));

/** A queue before a sink that does what `write` does, with what it was asked to write. */
function world(
  write: (batch: Batch, kept: Sink) => Promise<void> = (batch, kept) => kept.write(batch),
  options: QueueOptions = {},
) {
  const kept = memorySink();
  const asked: Batch[] = [];
  const errors: unknown[] = [];
  let histograms: readonly Histogram[] = [];
  const sink: Sink = {
    ...kept,
    local: false,
    write(batch) {
      asked.push(batch);
      return write(batch, kept);
    },
  };
  const parts = { histograms: () => histograms, failed: (error: unknown) => void errors.push(error) };
  const queue = new Queue(sink, { every: 5, longestWait: 20, ...options }, parts);
  queues.push(queue);
  let enqueued = 0;
  /** What was given to the queue is written, dropped or pending: now, and whenever this is called. */
  const settled = () => {
    const stats = queue.stats();
    expect(stats.written + stats.dropped + stats.pending).toBe(enqueued);
    return stats;
  };
  return {
    queue,
    kept,
    asked,
    errors,
    settled,
    measure: (some: readonly Histogram[]) => (histograms = some),
    expose(...units: string[]) {
      enqueued += units.length;
      return units.map((unit) => queue.expose(exposure(unit)));
    },
    track(unit: string, held = false) {
      enqueued += 1;
      queue.track(event(unit), held);
    },
    async units() {
      const { units } = await kept.results!.read('X');
      return units.reduce((sum, row) => sum + row.units, 0);
    },
    async bought() {
      const { sums } = await kept.results!.read('X');
      return Number(sums.reduce((sum, row) => sum + row.sumY, 0n));
    },
    /** Resolves when so much is pending and no more. */
    async until(pending: number) {
      while (settled().pending > pending) await turn();
    },
  };
}
const names = (count: number, prefix = 'unit') => Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
function gateOf() {
  let resolve = () => {};
  const promise = new Promise<void>((open) => (resolve = open));
  return { promise, resolve };
}
const down = async () => {
  throw new Error('down');
};

test('what is enqueued is written by itself, in batches of so many, exposures before what they did', async () => {
  const { expose, track, until, asked, units, bought, settled } = world(undefined, { batch: 10 });
  for (const unit of names(25)) track(unit);
  expose(...names(25));
  expect(settled()).toEqual({ enqueued: 50, written: 0, dropped: 0, pending: 50 });
  await until(0);
  expect(settled()).toEqual({ enqueued: 50, written: 50, dropped: 0, pending: 0 });
  expect(asked.map(({ exposures, events }) => exposures.length + events.length)).toEqual([10, 10, 10, 10, 10]);
  expect([await units(), await bought()]).toEqual([25, 25]);
});

test('a sink that asks for fewer at once gets fewer', async () => {
  const asked: number[] = [];
  const sink: Sink = { ...memorySink(), batch: 3, write: async ({ exposures }) => void asked.push(exposures.length) };
  const queue = new Queue(sink, {}, { histograms: () => [], failed() {} });
  for (const unit of names(7)) queue.expose(exposure(unit));
  await queue.close(1_000);
  expect(asked).toEqual([3, 3, 1]);
});

test('events of a unit and day are put together, and those of others are not', async () => {
  const { queue, asked } = world();
  for (const one of [event('1', 5n), event('2'), event('1', -2n), { ...event('1'), at: AT + 86_400_000 }])
    queue.track(one, false);
  // Told apart by more than their text.
  queue.track({ ...event('b'), experiment: 'a', event: 'c' }, false);
  queue.track({ ...event('bc'), experiment: 'a', event: '' }, false);
  queue.track({ ...event(''), experiment: 'ab', event: 'c' }, false);
  await queue.flush();
  expect(asked[0]!.events.slice(0, 3)).toEqual([
    { ...event('1', 3n), count: 2 },
    event('2'),
    { ...event('1'), at: AT + 86_400_000 },
  ]);
  expect(asked[0]!.events).toHaveLength(6);
  expect(queue.stats().written).toBe(7);
});

test('an event whose exposure another process may have waits until that process has written it', async () => {
  const { expose, track, until, kept, bought } = world(undefined, { every: 500 });
  track('theirs', true);
  expose('mine');
  await until(1);
  await kept.write({ id: 'theirs', exposures: [exposure('theirs')], events: [], histograms: [] });
  await until(0);
  expect(await bought()).toBe(1);
});

test('a queue that is full drops what comes, says so, and takes more when there is room', async () => {
  const gate = gateOf();
  const { expose, track, settled, until, units } = world((batch, kept) => gate.promise.then(() => kept.write(batch)), {
    limit: 5,
  });
  expect(expose(...names(7))).toEqual([true, true, true, true, true, false, false]);
  track('late');
  expect(settled()).toEqual({ enqueued: 8, written: 0, dropped: 3, pending: 5 });
  gate.resolve();
  await until(0);
  expect(expose('again')).toEqual([true]);
  await until(0);
  expect(await units()).toBe(6);
});

test.each<[string, () => Promise<void>]>([
  ['rejects', down],
  ['throws at once', () => { throw new Error('thrown'); }], // prettier-ignore
  ['hangs', () => new Promise(() => {})],
  ['gives no promise', () => { throw undefined; }], // prettier-ignore
])('a sink that %s is tried again, ever more rarely, with the same batch; nothing is lost', async (_, fault) => {
  let failing = true;
  const { expose, track, asked, errors, settled, until, units, bought } = world(
    (batch, kept) => (failing ? fault() : kept.write(batch)),
    { patience: 10 },
  );
  expose(...names(3));
  track('unit 0');
  while (asked.length < 2) await turn();
  expect(asked[1]).toBe(asked[0]);
  while (asked.length < 12) await turn();
  expect(settled()).toEqual({ enqueued: 4, written: 0, dropped: 0, pending: 4 });
  expect(errors.length).toBeGreaterThan(8);
  failing = false;
  expose('late');
  await until(0);
  expect([await units(), await bought(), settled().dropped]).toEqual([4, 1, 0]);
});

test('a sink that takes what it says it does not: a batch counts once, though it is taken apart', async () => {
  const { expose, track, until, units, bought, asked } = world(async (batch, kept) => {
    await kept.write(batch);
    if (asked.length < 9) throw new Error('connection lost');
  });
  expose(...names(20));
  for (const unit of names(20)) track(unit);
  await until(0);
  expect([await units(), await bought()]).toEqual([20, 20]);
});

test('writes one batch at a time', async () => {
  let [writing, most] = [0, 0];
  const { expose, queue } = world(
    async () => {
      most = Math.max(most, ++writing);
      await turn();
      writing -= 1;
    },
    { batch: 2 },
  );
  expose(...names(20));
  await Promise.all([queue.flush(), queue.flush(), queue.flush()]);
  expect(most).toBe(1);
});

describe('what a sink never takes', () => {
  const poisoned = ({ exposures, events }: Batch) =>
    [...exposures, ...events].some(({ unit }) => unit.startsWith('poison'));

  test.each<[string, (w: ReturnType<typeof world>) => unknown, number]>([
    ['exposure', ({ expose }) => expose('poison'), 1],
    ['event', ({ track }) => track('poison'), 1],
    ['exposure with its events', ({ expose, track }) => [expose('poison'), track('poison'), track('poison 2')], 3],
  ])('an %s: it alone is dropped, and all others are written', async (_, poison, dropped) => {
    const one = world((batch, kept) => (poisoned(batch) ? down() : kept.write(batch)));
    one.expose(...names(50));
    for (const unit of names(50)) one.track(unit);
    poison(one);
    one.expose(...names(50, 'more'));
    for (let late = 0; one.settled().dropped < dropped; late += 1) {
      one.expose(`late ${late}`);
      await one.until(dropped);
      await turn();
    }
    await one.until(0);
    expect(one.settled().dropped).toBe(dropped);
    expect(one.settled().written).toBe((await one.units()) + (await one.bought()));
    expect(await one.bought()).toBe(50);
    expect(one.errors.length).toBeGreaterThan(2);
  });

  test('histograms with what else there is: the others are written', async () => {
    const one = world((batch, kept) => (batch.histograms.length > 0 ? down() : kept.write(batch)));
    one.measure([{ experiment: 'X', arm: 'A', writer: 'w', data: 'bad' }]);
    one.expose('1');
    while (one.settled().written < 1) await turn();
    one.measure([]);
    one.expose('2');
    await one.until(0);
    expect(await one.units()).toBe(2);
  });

  test('nothing but poison waits, and is dropped when something else was written', async () => {
    const one = world((batch, kept) => (poisoned(batch) ? down() : kept.write(batch)));
    one.expose('poison');
    while (one.asked.length < 8) await turn();
    expect(one.settled().pending).toBe(1);
    one.expose('1');
    while (one.settled().written < 1) await turn();
    one.expose('2');
    await one.until(0);
    expect([one.settled().dropped, await one.units()]).toEqual([1, 2]);
  });
});

describe('close', () => {
  test('writes what is pending, held events and histograms too, and takes no more', async () => {
    const { queue, expose, track, measure, settled, kept, units, bought } = world(undefined, { every: 10_000 });
    expose(...names(12));
    track('unit 1', true);
    measure([{ experiment: 'X', arm: 'A', writer: 'w', data: 'd' }]);
    await queue.close(1_000);
    expect(settled()).toEqual({ enqueued: 13, written: 13, dropped: 0, pending: 0 });
    expect(expose('late')).toEqual([false]);
    expect(settled().dropped).toBe(1);
    expect([await units(), await bought(), (await kept.results!.histograms('X')).length]).toEqual([12, 1, 1]);
  });

  test('tries a second time, as a connection may have been lost', async () => {
    const { queue, expose, asked, units } = world((batch, kept) => (asked.length === 1 ? down() : kept.write(batch)), {
      every: 10_000,
    });
    expose('1');
    await queue.close(1_000);
    expect(await units()).toBe(1);
  });

  test.each<[string, () => Promise<void>]>([
    ['is down', down],
    ['hangs', () => new Promise(() => {})],
  ])('drops what is pending where the sink %s, within its time', async (_, fault) => {
    const { queue, expose, settled, errors } = world(fault, { every: 10_000 });
    expose(...names(3));
    const started = performance.now();
    await queue.close(50);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(settled()).toEqual({ enqueued: 3, written: 0, dropped: 3, pending: 0 });
    expect(errors.length).toBeGreaterThan(0);
  });

  test('what is written after it has given up is not counted twice', async () => {
    const gate = gateOf();
    const { queue, expose, settled } = world((batch, kept) => gate.promise.then(() => kept.write(batch)), {
      every: 10_000,
    });
    expose(...names(3));
    await queue.close(20);
    gate.resolve();
    await turn();
    expect(settled()).toEqual({ enqueued: 3, written: 0, dropped: 3, pending: 0 });
  });
});

test('a flush during which more comes ends, and rejects where the sink does', async () => {
  let coming = 0;
  const { queue, expose, track, settled } = world(
    async () => {
      if (coming++ < 1_000) expose(`more ${coming}`);
      track('held', true);
    },
    { every: 10_000 },
  );
  expose(...names(3));
  await queue.flush();
  expect(settled()).toEqual({ enqueued: 5, written: 3, dropped: 0, pending: 2 });
  const failing = world(down, { every: 10_000 });
  failing.expose('1');
  await expect(failing.queue.flush()).rejects.toThrow('down');
});

test('odd names are written, each unit once', async () => {
  const { expose, track, until, units, bought, settled } = world(undefined, { batch: 7 });
  expose(...ODD_NAMES, ...ODD_NAMES);
  for (const name of ODD_NAMES) track(name);
  await until(0);
  expect([await units(), await bought(), settled().dropped]).toEqual([ODD_NAMES.length, ODD_NAMES.length, 0]);
});
