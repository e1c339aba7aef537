import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { redisStore } from 'gatekeeper-flags/stores/redis';
import { storeContract } from 'gatekeeper-flags/testing';
import { redisServer } from '../support/redis';

const redis = redisServer();
const prefix = redis.freshNamespace();

/** Opens a client of each kind; gives it with what ends it. */
const clients = {
  async redis() {
    const client = await createClient({ url: redis.url }).connect();
    return { client, end: () => client.destroy() };
  },
  async 'redis, RESP 2'() {
    const client = await createClient({ url: redis.url, RESP: 2 }).connect();
    return { client, end: () => client.destroy() };
  },
  async ioredis() {
    const client = new Redis(redis.url);
    return { client, end: () => client.disconnect() };
  },
};

describe.each(Object.entries(clients))('with a client of %s', (name, connect) => {
  storeContract({
    it,
    async create(namespace) {
      const { client, end } = await connect();
      const store = redisStore({ client, namespace: `${prefix}${name}${namespace}` });
      return { ...store, close: () => store.close().finally(end) };
    },
    async makeNewer(namespace, schema) {
      const { client, end } = await clients.ioredis();
      await client.hset(`{${prefix}${name}${namespace}}:meta`, 'schema', schema);
      end();
    },
  });
});
