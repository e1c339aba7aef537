import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { child, type Child } from '../support/child';
import { BY, engineOf, toggle } from '../support/config';
import { fragileStore } from '../support/fragile-store';
import { ownPostgres, postgresServer } from '../support/postgres';
import { ownRedis, redisServer } from '../support/redis';
import { freePort, type OwnServer } from '../support/servers';

const redis = redisServer();
const postgres = postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-lifecycle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** How an app opens each store; `end` ends the app's own client, and `own` is how many sockets that may have. */
const local = {
  memory: `require('gatekeeper-flags/stores/memory').memoryStore()`,
  sqlite: `(() => {
    const database = new (require('libsql'))(${JSON.stringify(join(folder, 'live.sqlite'))});
    end = () => database.close();
    return require('gatekeeper-flags/stores/sqlite').sqliteStore({ database });
  })()`,
  'last known good': `require('gatekeeper-flags/stores/last-known-good').lastKnownGood(
    require('gatekeeper-flags/stores/memory').memoryStore(), { path: ${JSON.stringify(join(folder, 'copy'))} })`,
};
interface OnServer {
  readonly open: string;
  url(): Promise<string> | string;
  server(): Promise<OwnServer>;
}
const onServers: { readonly [name: string]: OnServer } = {
  redis: {
    open: `(() => {
      const client = require('redis').createClient({ url });
      client.on('error', () => {});
      client.connect().catch(() => {});
      end = () => client.destroy();
      own = () => 1;
      return require('gatekeeper-flags/stores/redis').redisStore({ client, namespace: 'lifecycle' });
    })()`,
    url: () => redis.url,
    server: ownRedis,
  },
  ioredis: {
    open: `(() => {
      const client = new (require('ioredis').Redis)(url);
      client.on('error', () => {});
      end = () => client.disconnect();
      own = () => 1;
      return require('gatekeeper-flags/stores/redis').redisStore({ client, namespace: 'lifecycle' });
    })()`,
    url: () => redis.url,
    server: ownRedis,
  },
  postgres: {
    open: `(() => {
      const pool = new (require('pg').Pool)({ connectionString: url, connectionTimeoutMillis: 1_000 });
      pool.on('error', () => {});
      end = () => pool.end();
      own = () => pool.totalCount;
      return require('gatekeeper-flags/stores/postgres').postgresStore({ pool, namespace: 'lifecycle' });
    })()`,
    url: () => postgres.freshUrl(),
    server: ownPostgres,
  },
};

/** A process with an engine over such a store, that runs `then`. */
const app = (open: string, url: string, then: string): Child =>
  child(`
    const { createEngine, defineConfig, FeatureFlag } = require('gatekeeper-flags');
    class Flag extends FeatureFlag { description = 'x'; variants = { ON: 'ON', OFF: 'OFF' }; off = 'OFF'; }
    const url = ${JSON.stringify(url)};
    let [end, own, listens] = [() => {}, () => 0, () => {}];
    const listening = new Promise((resolve) => (listens = resolve));
    const store = () => {
      const store = ${open};
      return { ...store, watch: store.watch && (async (changed) => { const unwatch = await store.watch(changed); listens(); return unwatch; }) };
    };
    const sockets = [];
    const { connect } = require('node:net').Socket.prototype;
    require('node:net').Socket.prototype.connect = function (...to) { sockets.push(this); return connect.apply(this, to); };
    const left = () => Math.max(0, sockets.filter((socket) => !socket.destroyed).length - own());
    const signals = () => process.eventNames().filter((name) => /^SIG/.test(String(name)));
    const logger = { warn() {}, error() {} };
    const say = (what) => console.log(JSON.stringify(what));
    const engine = createEngine(defineConfig({ flags: { F: new Flag() }, store, readyTimeout: 500, logger }));
    const by = { actor: 'ada', reason: 'a test' };
    (async () => { ${then} })();`);

describe.each([
  ...Object.entries(local).map(([name, open]) => ({ name, open, url: () => '' })),
  ...Object.entries(onServers).map(([name, { open, url }]) => ({ name, open, url })),
])('$name', ({ open, url }) => {
  test('after close nothing keeps the process running, and what was counted is in the store', async () => {
    const { next, gone } = app(
      open,
      await url(),
      `await engine.ready;
      const before = signals();
      await engine.live.kill('F', by);
      engine.for({}).ffVariant('F');
      await engine.live.revokeOverrides(by);
      const during = signals();
      await Promise.all([engine.close(), engine.close({ timeout: 1 })]);
      await engine.close();
      const unended = left();
      await end();
      say({ decisions: engine.stats().decisions, state: engine.status().state, unended, before, during });`,
    );
    expect(await next()).toEqual({
      decisions: { counted: 1, written: 1, dropped: 0, pending: 0 },
      ...{ state: 'fresh', unended: 0, before: [], during: [] },
    });
    const ended = performance.now();
    expect(await gone).toBe(0);
    expect(performance.now() - ended).toBeLessThan(10_000);
  });
});

test.each(Object.entries(local))('%s: an engine that nobody closes keeps no process running', async (_, open) => {
  const { next, gone } = app(open, '', `await engine.ready; engine.for({}).ffVariant('F'); say({});`);
  await next();
  const said = performance.now();
  expect(await gone).toBe(0);
  expect(performance.now() - said).toBeLessThan(5_000);
});

describe.each(Object.entries(onServers))('%s', (_, { open, url, server: startServer }) => {
  const use = `
    engine.for({}).ffVariant('F');
    engine.live.kill('F', by).catch(() => {});`;
  const close = `
    const began = performance.now();
    await engine.close({ timeout: 300 });
    say({ took: performance.now() - began, left: left(), decisions: engine.stats().decisions });`;

  function expectClosed({ took, ...rest }: { took: number }): void {
    expect(rest).toEqual({ left: 0, decisions: { counted: 1, written: 0, dropped: 1, pending: 0 } });
    expect(took).toBeLessThan(3_000);
  }

  test.each(['refused', 'silent'])(
    '%s from the beginning: close keeps to its timeout, and leaves nothing',
    async (how) => {
      const silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const address = new URL(await url());
      address.port = String(how === 'silent' ? (silent.address() as AddressInfo).port : await freePort());
      const { next, gone } = app(open, address.href, `await engine.ready; ${use} ${close} await end();`);
      expectClosed(await next());
      silent.close();
      const ended = performance.now();
      expect(await gone).toBe(0);
      expect(performance.now() - ended).toBeLessThan(10_000); // for so long the app’s own client tries
    },
  );

  test('paused while it listens: close keeps to its timeout, and leaves nothing', async () => {
    const server = await startServer();
    const { next, say } = app(
      open,
      server.url,
      `await engine.ready;
      await listening;
      say(sockets.length - own());
      process.stdin.once('data', async () => { ${use} ${close} process.exit(); });`,
    );
    await next();
    server.pause();
    say('close');
    expectClosed(await next());
    server.resume();
  });
});

test('close writes what was asked for before it, and stops looking and telling', async () => {
  const store = fragileStore();
  const engine = engineOf({ F: toggle() }, { store: () => ({ ...store, pollEvery: 5 }) });
  const told: number[] = [];
  engine.onChange(({ revision }) => told.push(revision));
  await engine.ready;
  const changes = [engine.live.pin('F', 'ON', BY), engine.live.unpin('F', BY)];
  engine.for({}).ffVariant('F');
  await engine.close();
  expect(await Promise.all(changes)).toEqual([1, 2]);
  expect(engine.stats().decisions).toEqual({ counted: 1, written: 1, dropped: 0, pending: 0 });
  const { read: asked } = store.asked;
  const others = engineOf({ F: toggle() }, { store: () => store });
  await others.live.kill('F', BY);
  await others.close();
  const byOthers = store.asked.read! - asked!;
  expect(byOthers).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(store.asked.read! - asked!).toBe(byOthers);
  expect(told).toEqual([1, 2]);
});

test.each(['unwatch', 'close', 'addCounts'] as const)(
  'a store whose %s fails is left all the same',
  async (failing) => {
    const store = fragileStore();
    const ended: string[] = [];
    const fail = (what: string) => async () => {
      ended.push(what);
      if (what === failing) throw new Error('broken');
    };
    const engine = engineOf(
      { F: toggle() },
      {
        store: () => ({
          ...store,
          addCounts: fail('addCounts'),
          close: fail('close'),
          watch: async () => fail('unwatch'),
        }),
      },
    );
    await engine.ready;
    engine.for({}).ffVariant('F');
    await engine.close();
    expect(ended).toEqual(['addCounts', 'unwatch', 'close']);
    expect(engine.stats().errors).toEqual({ '': 1 });
  },
);

test('ready waits no longer than it is told to, and settles at once where the store answers', async () => {
  const silent = fragileStore();
  silent.state = 'silent';
  for (const [store, least, most] of [
    [silent, 980, 5_000],
    [fragileStore(), 0, 900],
  ] as const) {
    const began = performance.now();
    const engine = engineOf({ F: toggle() }, { store: () => store, readyTimeout: 1_000 });
    await engine.ready;
    expect(performance.now() - began).toBeGreaterThanOrEqual(least);
    expect(performance.now() - began).toBeLessThan(most);
    expect(engine.for({}).ffVariant('F')).toBe('OFF');
    await engine.close({ timeout: 10 });
  }
});

test('ready settles as soon as a store that was refused at first is there', async () => {
  const store = fragileStore();
  store.state = 'refused';
  const engine = engineOf({ F: toggle() }, { store: () => store, readyTimeout: 60_000 });
  setTimeout(() => (store.state = 'up'), 100);
  await engine.ready;
  expect(engine.status().state).toBe('fresh');
  await engine.close();
});
