/** What is used of a client of `ioredis`. */
interface IoRedis {
  call(command: string, ...args: string[]): Promise<unknown>;
  duplicate(): IoRedis;
  on(event: 'message' | 'ready' | 'error', listener: (...args: any[]) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
  disconnect(): unknown;
}

/** What is used of a client of `redis`. */
interface NodeRedis {
  sendCommand(args: readonly string[]): Promise<unknown>;
  duplicate(): NodeRedis;
  connect(): Promise<unknown>;
  on(event: 'ready' | 'error', listener: (...args: any[]) => void): unknown;
  subscribe(channel: string, listener: () => void): Promise<unknown>;
  destroy?(): unknown;
  disconnect?(): unknown;
}

/** A client of `redis` (4 and later) or `ioredis` (5 and later). */
export type RedisClient = { duplicate(): any; on(event: any, listener: any): any } & (
  { call(command: string, ...args: any[]): Promise<unknown> } | { sendCommand(args: any): Promise<unknown> }
);

/** The two clients as one: commands as lists of words, and a channel listened to on a connection of its own. */
export function connectRedis(client: RedisClient): {
  send(args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, changed: () => void): Promise<() => Promise<void>>;
} {
  if ('call' in client) {
    const redis = client as unknown as IoRedis;
    return {
      send: ([command, ...args]) => redis.call(command!, ...args),
      async subscribe(channel, changed) {
        const listening = redis.duplicate();
        listening.on('error', () => {}); // it connects again by itself; the poll tells of what was missed
        listening.on('message', changed);
        listening.on('ready', changed);
        await listening.subscribe(channel);
        return async () => void listening.disconnect();
      },
    };
  }
  const redis = client as unknown as NodeRedis;
  return {
    send: (args) => redis.sendCommand(args),
    async subscribe(channel, changed) {
      const listening = redis.duplicate();
      listening.on('error', () => {});
      listening.on('ready', changed);
      const end = async () => void (listening.destroy ?? listening.disconnect)?.call(listening);
      try {
        await listening.connect();
        await listening.subscribe(channel, changed);
      } catch (error) {
        await end();
        throw error;
      }
      return end;
    },
  };
}
