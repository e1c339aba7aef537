import { setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'pg';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { Queue } from '../../src/exposures/queue';
import { ODD_NAMES } from '../support/odd-names';
import { ownPostgres, postgresServer } from '../support/postgres';
import { tcpProxy } from '../support/tcp-proxy';

const postgres = postgresServer();
const pools: Pool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())));
function open(connectionString: string): Pool {
  const pool = new Pool({ connectionString, connectionTimeoutMillis: 1_000 });
  pool.on('error', () => {});
  pools.push(pool);
  return pool;
}

const exposure = (unit: string, arm = 'A') => ({ experiment: 'X', arm, unit, at: Date.now(), weights: 'A:1' });
const event = (unit: string, name = 'buy') => ({
  experiment: 'X',
  unit,
  event: name,
  count: 1,
  sum: 2n,
  at: Date.now(),
});
const queueTo = (pool: Pool) =>
  new Queue(postgresSink({ pool }), { every: 20, longestWait: 100, batch: 100 }, { histograms: () => [], failed() {} });

/** All that is kept of X, once the queue has nothing pending. */
async function written(queue: Queue, pool: Pool) {
  while (queue.stats().pending > 0) await turn();
  const { results } = postgresSink({ pool });
  const [read, { units, sums }] = [await results!.read('X'), await results!.recompute('X')];
  const xx = (rows: readonly { sumXX: bigint }[]) => rows.reduce((all, row) => all + row.sumXX, 0n);
  expect(xx(read.sums)).toBe(xx(sums));
  return {
    units: units[0]!.units,
    inTwoArms: units[0]!.inTwoArms,
    events: sums.reduce((all, row) => all + row.sumY, 0n),
  };
}

test('a connection that is cut between commit and answer: the batch comes again, and counts once', async () => {
  const url = await postgres.freshUrl();
  const proxy = await tcpProxy(url);
  const [direct, pool] = [open(url), open(proxy.url)];
  await postgresSink({ pool: direct }).results!.read('X'); // makes the tables
  let [commits, cuts] = [0, 0];
  const cutting = {
    async connect() {
      const client = await pool.connect();
      const query = client.query.bind(client) as (text: string, values?: unknown[]) => Promise<any>;
      return Object.assign(Object.create(client), {
        async query(text: string, values?: unknown[]) {
          // Every other one is a batch's second.
          if (text !== 'COMMIT' || commits++ % 2 === 1) return query(text, values);
          proxy.delay = 150;
          const answer = query(text, values);
          answer.catch(() => {});
          while ((await direct.query('SELECT FROM gatekeeper_sink_batches')).rowCount === cuts) await turn();
          cuts += 1;
          proxy.cut();
          proxy.delay = 0;
          return answer;
        },
      });
    },
  };
  const queue = new Queue(
    postgresSink({ pool: cutting }),
    { every: 20, batch: 100 },
    { histograms: () => [], failed() {} },
  );
  for (let unit = 0; unit < 250; unit += 1) {
    queue.expose(exposure(`${unit}`));
    queue.track(event(`${unit}`), false);
  }
  expect(await written(queue, direct)).toEqual({ units: 250, inTwoArms: 0, events: 250n });
  expect(cuts).toBe(5);
  expect(queue.stats()).toEqual({ enqueued: 500, written: 500, dropped: 0, pending: 0 });
  await queue.close(1_000);
});

test('connections that are cut at any time lose nothing and count nothing twice', async () => {
  const url = await postgres.freshUrl();
  const proxy = await tcpProxy(url);
  const [direct, pool] = [open(url), open(proxy.url)];
  const queue = queueTo(pool);
  let cuts = 0;
  for (let unit = 0; unit < 2_000; unit += 1) {
    queue.expose(exposure(`${unit}`));
    queue.track(event(`${unit}`), false);
    if (unit % 50 === 0) {
      await new Promise((later) => setTimeout(later, Math.random() * 15));
      proxy.cut();
      cuts += 1;
    }
  }
  expect(await written(queue, direct)).toEqual({ units: 2_000, inTwoArms: 0, events: 2_000n });
  expect([queue.stats().dropped, cuts]).toEqual([0, 40]);
  await queue.close(1_000);
});

test('a server that is killed and comes back: what came meanwhile is written', async () => {
  const server = await ownPostgres();
  const pool = open(server.url);
  const queue = queueTo(pool);
  queue.expose(exposure('before'));
  while (queue.stats().written < 1) await turn();
  await server.kill();
  for (let unit = 0; unit < 300; unit += 1) queue.expose(exposure(`${unit}`));
  await expect(queue.flush()).rejects.toThrow();
  expect(queue.stats().pending).toBe(300);
  await server.start();
  expect(await written(queue, pool)).toEqual({ units: 301, inTwoArms: 0, events: 0n });
  await queue.close(1_000);
}, 60_000);

test('two processes whose clocks are a day apart, and every unit and event by an odd name', async () => {
  const url = await postgres.freshUrl();
  const [one, other] = [open(url), open(url)];
  const queues = [queueTo(one), queueTo(other)];
  for (const [index, queue] of queues.entries())
    for (const name of ODD_NAMES) {
      const at = Date.parse('2026-06-02T00:00:01Z') - index * 86_400_000;
      queue.expose({ ...exposure(name), at });
      queue.track({ ...event(name, name), at }, true);
    }
  while (queues[1]!.stats().pending > 0) await turn();
  const count = ODD_NAMES.length;
  const both = await written(queues[0]!, one);
  expect(both).toEqual({ units: count, inTwoArms: 0, events: BigInt(2 * count) });
  const { sums } = await postgresSink({ pool: one }).results!.read('X');
  expect(new Set(sums.map((row) => row.event))).toEqual(new Set(ODD_NAMES));
  for (const queue of queues) {
    expect(queue.stats()).toEqual({ enqueued: 2 * count, written: 2 * count, dropped: 0, pending: 0 });
    await queue.close(1_000);
  }
});
