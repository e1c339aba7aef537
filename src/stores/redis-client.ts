/** What is used of a client of `ioredis`. */
interface IoRedis {
  readonly status: string;
  call(command: string, ...args: string[]): Promise<unknown>;
  duplicate(): IoRedis;
  connect(): Promise<unknown>;
  on(event: 'message' | 'ready' | 'error' | 'end', listener: (...args: any[]) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
  disconnect(): unknown;
}

/** What is used of a client of `redis`. */
interface NodeRedis {
  readonly isOpen: boolean;
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
  /** Ends every connection of its own, also one that is still being made. */
  close(): void;
} {
  const ends = new Set<() => void>();
  const parts =
    'call' in client ? ofIoRedis(client as unknown as IoRedis) : ofNodeRedis(client as unknown as NodeRedis);
  return {
    send: parts.send,
    async subscribe(channel, changed) {
      const { listening, disconnect } = parts.listen(channel, changed);
      const end = () => void (ends.delete(end) && disconnect());
      ends.add(end);
      try {
        await listening;
      } catch (error) {
        end();
        throw error;
      }
      return async () => end();
    },
    close: () => ends.forEach((end) => end()),
  };
}

/** What of a connection that listens: settled when it does, or cannot. It is made again by the client when it is lost. */
interface Listening {
  readonly listening: Promise<unknown>;
  disconnect(): void;
}

function ofIoRedis(redis: IoRedis) {
  return {
    send: ([command, ...args]: readonly string[]) => redis.call(command!, ...args),
    listen(channel: string, changed: () => void): Listening {
      const connection = redis.duplicate();
      connection.on('error', () => {}); // it connects again by itself; the poll tells of what was missed
      connection.on('message', changed);
      const listening = new Promise<void>((resolve, reject) => {
        // What was published before it listened, or listened again, must be read.
        connection.on('ready', () =>
          connection
            .subscribe(channel)
            .then(changed)
            .then(resolve, () => {}),
        );
        connection.on('end', () => reject(new Error('the connection to listen on has ended')));
        if (connection.status === 'wait') connection.connect().catch(reject);
      });
      return { listening, disconnect: () => connection.disconnect() };
    },
  };
}

function ofNodeRedis(redis: NodeRedis) {
  return {
    send: (args: readonly string[]) => redis.sendCommand(args),
    listen(channel: string, changed: () => void): Listening {
      const connection = redis.duplicate();
      connection.on('error', () => {});
      connection.on('ready', changed); // by then it listens again
      return {
        listening: connection
          .connect()
          .then(() => connection.subscribe(channel, changed))
          .then(changed),
        disconnect() {
          if (connection.isOpen) (connection.destroy ?? connection.disconnect)?.call(connection);
        },
      };
    },
  };
}
