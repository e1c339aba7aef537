import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createClient } from 'redis';
import { debianProgram } from './debian-program';
import { LONGEST_START, ownServer, sharedServer, type Kind, type OwnServer } from './servers';

const kind: Kind = {
  name: 'redis',
  variable: 'REDIS_URL',
  usual: ['redis://127.0.0.1:6379'],
  package: 'redis-server',
  program: () => debianProgram(['redis-server', 'valkey-server'], 'redis-server'),
  prepare: (_, data) => void mkdirSync(data),
  // The append-only file, written before each answer, so that one that was killed starts with what it had.
  args: (data, port) =>
    [
      ['--port', port],
      ['--bind', '127.0.0.1'],
      ['--dir', data],
      ['--save', ''],
      ['--appendonly', 'yes'],
      ['--appendfsync', 'always'],
    ]
      .flat()
      .map(String),
  as: {},
  containerPort: 6379,
  address: (port) => `redis://127.0.0.1:${port}`,
  ask: (url) => connected(url, (client) => client.eval('return 1')),
};

/** A Redis that this run's tests share. */
export interface SharedRedis {
  readonly url: string;
  /** A namespace that nobody has used. What is kept in it, and in those whose name holds its, is deleted after the file's tests. */
  freshNamespace(): string;
}

/** A real Redis, there before the tests of this file begin. */
export function redisServer(): SharedRedis {
  const namespaces: string[] = [];
  let url = '';
  beforeAll(async () => void (url = await sharedServer(kind)), LONGEST_START);
  afterAll(() =>
    connected(url, async (client) => {
      for (const namespace of namespaces) {
        const keys = await client.keys(`*${namespace}*`);
        if (keys.length > 0) await client.del(keys);
      }
    }),
  );
  return {
    get url() {
      return url;
    },
    freshNamespace() {
      namespaces.push(`test-${randomUUID()}`);
      return namespaces.at(-1)!;
    },
  };
}

/** A Redis of a test's own, to pause and kill. */
export function ownRedis(): Promise<OwnServer> {
  return ownServer(kind);
}

async function connected<T>(url: string, work: (client: ReturnType<typeof connect>) => Promise<T>): Promise<T> {
  const client = connect(url);
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.destroy();
  }
}

function connect(url: string) {
  return createClient({ url, socket: { connectTimeout: 1_000, reconnectStrategy: false } });
}
