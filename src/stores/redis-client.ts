import type { Listening } from './listen';

/** What is used of a client of `ioredis`. */
interface IoRedis {
  readonly status: string;
  /** The socket; a cluster has several. */
  readonly stream?: { destroy(): unknown };
  call(command: string, ...args: string[]): Promise<unknown>;
  duplicate(options: object, ofCluster: object): IoRedis;
  connect(): Promise<unknown>;
  on(event: 'message' | 'ready' | 'error' | 'end', listener: (...args: any[]) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
  disconnect(): unknown;
}

/** What is used of a client of `redis`. */
interface NodeRedis {
  readonly isOpen: boolean;
  readonly options?: { readonly socket?: object };
  sendCommand(args: readonly string[]): Promise<unknown>;
  duplicate(options: object): NodeRedis;
  connect(): Promise<unknown>;
  unref(): void;
  on(event: 'error', listener: () => void): unknown;
  subscribe(channel: string, listener: () => void): Promise<unknown>;
  destroy?(): unknown;
  disconnect?(): unknown;
}

/** A client of `redis` (4 and later) or `ioredis` (5 and later). */
export type RedisClient = { duplicate(...options: any): any; on(event: any, listener: any): any } & (
  { call(command: string, ...args: any[]): Promise<unknown> } | { sendCommand(args: any): Promise<unknown> }
);

/** The two clients as one: commands as lists of words, and a channel listened to on a connection of its own, made once. */
export interface RedisConnection {
  send(args: readonly string[]): Promise<unknown>;
  listen(channel: string, changed: () => void, lost: () => void): Listening;
}

export function connectRedis(client: RedisClient): RedisConnection {
  return 'call' in client ? ofIoRedis(client as unknown as IoRedis) : ofNodeRedis(client as unknown as NodeRedis);
}

function ofIoRedis(redis: IoRedis): RedisConnection {
  const never = () => null;
  return {
    send: ([command, ...args]) => redis.call(command!, ...args),
    listen(channel, changed, lost) {
      const once = { autoResubscribe: false, retryStrategy: never };
      const connection = redis.duplicate(once, { clusterRetryStrategy: never });
      connection.on('message', changed);
      connection.on('error', () => {}); // after which it ends
      connection.on('end', lost);
      const listening = new Promise((resolve, reject) => {
        connection.on('ready', () => connection.subscribe(channel).then(resolve, reject));
        if (connection.status === 'wait') connection.connect().catch(reject);
      });
      return {
        listening,
        end() {
          if (connection.status === 'end') return;
          connection.disconnect(); // asks the server to end it, and waits
          connection.stream?.destroy();
        },
      };
    },
  };
}

function ofNodeRedis(redis: NodeRedis): RedisConnection {
  const reconnectStrategy = () => new Error('another connection is made instead');
  return {
    send: (args) => redis.sendCommand(args),
    listen(channel, changed, lost) {
      const connection = redis.duplicate({ socket: { ...redis.options?.socket, reconnectStrategy } });
      connection.on('error', () => connection.isOpen || lost()); // a PING that is not allowed ends nothing
      connection.unref(); // nothing ends it while it waits for the network, but it keeps no process running
      return {
        listening: connection.connect().then(() => connection.subscribe(channel, changed)),
        end() {
          if (connection.isOpen) (connection.destroy ?? connection.disconnect)?.call(connection);
        },
      };
    },
  };
}
