import { errorRate, type Trip } from 'gatekeeper-flags/experiments';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { child } from '../../support/child';
import { BY, toggle } from '../../support/config';
import { postgresServer } from '../../support/postgres';
import { NINE, world } from './world';

const postgres = postgresServer();

/** A shop in a process of its own: half the users have the new checkout, which fails where `BROKEN` says so. */
const SHOP = `
  import { createServer } from 'node:http';
  import { createInterface } from 'node:readline';
  import express from 'express';
  import { Pool } from 'pg';
  import { FeatureFlag, createEngine, defineConfig } from 'gatekeeper-flags';
  import { errorRate, latency } from 'gatekeeper-flags/experiments';
  import { gatekeeper } from 'gatekeeper-flags/express';
  import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
  import { postgresStore } from 'gatekeeper-flags/stores/postgres';

  const tell = (what) => console.log(JSON.stringify(what));
  let broken = process.env.BROKEN === 'yes';
  class Checkout extends FeatureFlag {
    description = 'The new checkout';
    variants = { OLD: 'OLD', NEW: 'NEW' };
    off = 'OLD';
    rules = [{ name: 'half', rollout: 50, serve: 'NEW' }];
    guardrails = [errorRate().above('2x').onTrip((trip) => tell({ trip })), latency('p95').above('+500ms')];
  }
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 });
  pool.on('error', () => {});
  const engine = createEngine(defineConfig({
    flags: { CHECKOUT: new Checkout() },
    user: (req) => ({ id: req.headers['x-user'] }),
    store: () => postgresStore({ pool, pollEvery: 500 }),
    sink: () => postgresSink({ pool }),
    onError: (error) => tell({ error: String(error) }),
    logger: { warn() {}, error() {} },
  }));
  await engine.ready;
  engine.onChange((change) => tell({ change }));
  const app = express();
  app.use(gatekeeper(engine));
  app.get('/checkout', (req, res) => {
    if (req.gk.ff('CHECKOUT', 'NEW') && broken) throw new Error('payments are broken');
    res.send(req.gk.ffVariant('CHECKOUT'));
  });
  app.use((error, req, res, next) => res.status(500).end());
  const server = createServer(app).listen(0, '127.0.0.1', () => tell({ port: server.address().port }));
  for await (const line of createInterface(process.stdin)) {
    if (line === 'fix') broken = false;
    if (line === 'restore') await engine.live.restore('CHECKOUT', { actor: 'ada', reason: 'fixed' });
  }
  server.closeAllConnections();
  server.close();
  await engine.close();
  await pool.end();
`;

async function shop(url: string, broken: boolean) {
  const env = { ...process.env, NODE_ENV: 'production', DATABASE_URL: url, BROKEN: broken ? 'yes' : 'no' };
  const started = child(SHOP, { args: ['--input-type=module'], env });
  const { port } = await started.next();
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  return {
    ...started,
    /** What it has told of a kind. */
    told: (kind: 'trip' | 'change' | 'error') =>
      started.lines.map((line) => JSON.parse(line)[kind]).filter((what) => what !== undefined),
    async visit(user: number): Promise<{ status: number; body: string }> {
      const sent = get({ port, path: '/checkout', agent, headers: { 'x-user': `${user}` } });
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      let body = '';
      for await (const part of answer) body += part;
      return { status: answer.statusCode!, body };
    },
    async end() {
      started.process.stdin!.end();
      agent.destroy();
      expect(await started.gone).toBe(0);
    },
  };
}

test('two processes: the broken variant is killed once, in both, within seconds; and after a repair it may come back', async () => {
  const url = await postgres.freshUrl();
  const shops = [await shop(url, true), await shop(url, true)] as const;
  const killed = () => shops.every(({ told }) => told('change').some(({ action }) => action === 'kill'));
  const began = performance.now();
  for (let user = 0; !killed(); user++) {
    await shops[user % 2]!.visit(user % 400);
    if (user % 40 === 0) await sleep(10);
    if (performance.now() - began > 30_000)
      throw new Error(`not killed: ${shops.map(({ lines }) => lines.join('\n'))}`);
  }
  const took = performance.now() - began;
  process.stdout.write(`killed in both processes after ${Math.round(took)} ms\n`);
  expect(took).toBeLessThan(20_000);
  for (let user = 0; user < 40; user++)
    expect(await shops[user % 2]!.visit(user)).toEqual({ status: 200, body: 'OLD' });

  for (const { say } of shops) say('fix');
  shops[0].say('restore');
  const restored = () => shops.every(({ told }) => told('change').some(({ action }) => action === 'restore'));
  while (!restored()) await sleep(20);
  const until = performance.now() + 3_000; // several looks of both
  const seen = new Set<string>();
  for (let user = 0; performance.now() < until; user++) seen.add((await shops[user % 2]!.visit(user % 400)).body);
  expect(seen).toEqual(new Set(['OLD', 'NEW']));

  await Promise.all(shops.map(({ end }) => end()));
  expect(shops.flatMap(({ told }) => told('trip'))).toMatchObject([
    { flag: 'CHECKOUT', rule: 'half', guardrail: 'request errors above 2x', action: 'kill' },
  ]);
  expect(shops.flatMap(({ told }) => told('error'))).toEqual([]);
  const pool = new Pool({ connectionString: url });
  const store = postgresStore({ pool });
  const history = (await store.history({})).map(({ action, actor }) => `${action} by ${actor}`);
  expect(history).toEqual(['restore by ada', 'kill by guardrail']);
  const claims = await postgresSink({ pool }).results!.claims('guardrail ["CHECKOUT","trip"');
  expect(claims.size).toBe(1);
  await store.close();
  await pool.end();
});

test('a process that holds nobody of the broken variant hears of the kill, and one that dies changes nothing', async () => {
  const url = await postgres.freshUrl();
  const shops = [await shop(url, true), await shop(url, false)] as const;
  // One sees only users with errors in the treatment; the other only a healthy site.
  const began = performance.now();
  for (let user = 0; user < 400; user++) await shops[1].visit(user);
  for (let user = 0; user < 60; user++) await shops[0].visit(user);
  await sleep(1_200); // it has written by now
  shops[0].process.kill('SIGKILL');
  while (!shops[1].told('change').some(({ action }) => action === 'kill')) {
    await sleep(20);
    if (performance.now() - began > 30_000) throw new Error(shops[1].lines.join('\n'));
  }
  expect(shops[1].told('trip').length).toBeLessThanOrEqual(1);
  await shops[1].end();
});

test('five engines that trip at once act once and tell once, each time', async () => {
  const url = await postgres.freshUrl();
  const pools: Pool[] = [];
  const connect = () => {
    const pool = new Pool({ connectionString: url, max: 3 });
    pool.on('error', () => {});
    pools.push(pool);
    return pool;
  };
  const trips: Trip[] = [];
  const clock = { now: NINE };
  const rules = [{ name: 'half', rollout: 50, serve: 'ON' as const }];
  const guardrails = [
    errorRate()
      .above('2x')
      .onTrip((trip) => trips.push(trip)),
  ];
  const all = Array.from({ length: 5 }, () => {
    const sink = postgresSink({ pool: connect() });
    return world(toggle({ rules, guardrails }), {
      store: () => postgresStore({ pool: connect() }),
      sink: () => sink,
      clock,
    });
  });
  await Promise.all(all.map(({ engine }) => engine.ready));
  for (let round = 1; round <= 3; round++) {
    all.forEach(({ crowd }) => crowd(60, (_, variant) => ({ status: variant === 'ON' ? 500 : 200 })));
    for (const { observer } of all) await observer.flush();
    await Promise.all(all.map(({ look }) => look()));
    await Promise.all(all.map(({ look }) => look()));
    expect((await all[0]!.engine.live.history()).filter(({ action }) => action === 'kill')).toHaveLength(round);
    expect(trips).toHaveLength(round);
    clock.now += 60_000;
    const heard = all.map(({ engine }) => new Promise<void>((resolve) => engine.onChange(() => resolve())));
    await all[round]!.engine.live.restore('FLAG', BY);
    await Promise.all(heard);
    await Promise.all(all.map(({ look }) => look()));
  }
  expect(all.flatMap(({ failures }) => failures)).toEqual([]);
  await Promise.all(all.map(({ engine }) => engine.close()));
  await Promise.all(pools.map((pool) => pool.end()));
});
