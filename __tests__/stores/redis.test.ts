import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { storeContract } from 'gatekeeper-flags/testing';
import type { Write } from '../../src/stores/store';
import { BY } from '../support/config';
import { ownRedis, redisServer } from '../support/redis';
import { freePort } from '../support/servers';
import { inProcess } from '../support/store-process';

const redis = redisServer();
const prefix = redis.freshNamespace();

/** Opens a client of each kind; gives it with what ends it. */
const clients = {
  async redis(url = redis.url) {
    const client = createClient({ url, name: prefix });
    client.on('error', () => {});
    return { client: await client.connect(), end: () => client.destroy() };
  },
  async 'redis, RESP 2'(url = redis.url) {
    const client = createClient({ url, name: prefix, RESP: 2 });
    client.on('error', () => {});
    return { client: await client.connect(), end: () => client.destroy() };
  },
  async ioredis(url = redis.url) {
    const client = new Redis(url, { connectionName: prefix });
    client.on('error', () => {});
    return { client, end: () => client.disconnect() };
  },
  async 'ioredis with a prefix, lazy, and without a queue'(url = redis.url) {
    const client = new Redis(url, {
      ...{ keyPrefix: `${prefix}:`, connectionName: prefix, lazyConnect: true, enableOfflineQueue: false },
    });
    client.on('error', () => {});
    await client.connect();
    return { client, end: () => client.disconnect() };
  },
};

const write = (name: string): Write => ({
  id: '',
  change: { action: 'kill', ...BY, at: 1, flag: name },
  flag: { name, value: '{}', onTopOf: 0 },
});

/** A Redis of its own, asked by the tests themselves. */
const plain = () => clients.ioredis();

describe.each(Object.entries(clients))('with a client of %s', (name, connect) => {
  const namespaced = (namespace: string) => `${prefix}${name}${namespace}`;
  const before = name.startsWith('ioredis with') ? `${prefix}:` : '';

  storeContract({
    it,
    async create(namespace) {
      const { client, end } = await connect();
      const store = redisStore({ client, namespace: namespaced(namespace) });
      return { ...store, close: () => store.close().finally(end) };
    },
    async makeNewer(namespace, schema) {
      const { client, end } = await plain();
      await client.hset(`${before}{${namespaced(namespace)}}:meta`, 'schema', schema);
      end();
    },
  });

  test('keys have these names, and a flag is its revision and its text', async () => {
    const [{ client, end }, asked] = [await connect(), await plain()];
    const store = redisStore({ client, namespace: namespaced('keys') });
    await store.write(write('A'));
    for (const member of [true, false])
      await store.write({ ...write('A'), flag: undefined, segment: { name: 'vips', ids: [String(member)], member } });
    await store.addCounts([{ flag: 'A', variant: 'ON', count: 2, last: 3 }]);
    const key = `${before}{${namespaced('keys')}}:`;
    const keys = await asked.client.keys(`${key}*`);
    expect(keys.map((one) => one.slice(key.length)).sort()).toEqual(
      ['counts', 'decided', 'flags', 'history', 'in:vips', 'meta', 'out:vips', 'segments'].sort(),
    );
    expect(await asked.client.hgetall(`${key}flags`)).toEqual({ A: '1 {}' });
    expect(await asked.client.hgetall(`${key}counts`)).toEqual({ '["A","ON"]': '2' });
    [end, asked.end].forEach((end) => end());
  });

  test('what watches has one connection of its own, and gives it back', async () => {
    const [{ client, end }, asked] = [await connect(), await plain()];
    const listening = async () => {
      const connections = String(await asked.client.call('CLIENT', 'LIST')).split('\n');
      return connections.filter((line) => line.includes(`name=${prefix}`) && / sub=1 /.test(line)).length;
    };
    const store = redisStore({ client, namespace: namespaced('left') });
    const unwatch = await store.watch!(() => {});
    expect(await listening()).toBe(1);
    await unwatch();
    while ((await listening()) > 0);
    await store.close();
    expect((await store.read()).revision).toBe(0); // the client is still the app's
    [end, asked.end].forEach((end) => end());
  });

  test('after the server was gone, whoever watches is told to look, and told of changes again', async () => {
    const server = await ownRedis();
    const { client, end } = await connect(server.url);
    const store = redisStore({ client });
    let told = () => {};
    const next = () => new Promise<void>((resolve) => (told = resolve));
    const unwatch = await store.watch!(() => told());
    await server.kill();
    const back = next();
    await server.start();
    await back;
    const change = next();
    if ('status' in client && client.status !== 'ready') await once(client, 'ready');
    await store.write(write('A'));
    await change;
    await unwatch();
    end();
  }, 20_000);
});

test.each(['redis', 'ioredis'] as const)(
  '%s: a process that has closed its store ends',
  async (kind) => {
    const namespace = `${prefix}ends`;
    expect(await inProcess('leave', { kind, place: redis.url, namespace })).toBe('');
    const nowhere = `redis://127.0.0.1:${await freePort()}`;
    expect(await inProcess('leave', { kind, place: nowhere, namespace })).toBe('');
  },
  20_000,
);
