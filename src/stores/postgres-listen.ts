/** What is used of a connection of `pg`. */
export interface PgClient {
  query(text: string, values?: any): Promise<{ rows: any[] }>;
  on(event: 'notification' | 'error' | 'end', listener: (message?: any) => void): unknown;
  removeAllListeners(event: string): unknown;
  release(destroy?: boolean | Error): void;
}

/** What is used of a pool of `pg`. */
export interface PgPool {
  query(text: string, values?: any): Promise<{ rows: any[] }>;
  connect(): Promise<PgClient>;
}

const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;

/** Calls `changed` at each NOTIFY on a channel, and whenever a lost connection is there again. Gives what ends it. */
export async function listen(pool: PgPool, channel: string, changed: () => void): Promise<() => Promise<void>> {
  let ended = false;
  let current: PgClient | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const client = await pool.connect();
    if (ended) return client.release();
    current = client;
    client.on('notification', ({ channel: heard }) => heard === channel && changed());
    client.on('error', () => lost(client));
    client.on('end', () => lost(client));
    await client.query(`LISTEN "${channel.replaceAll('"', '""')}"`);
  }

  function lost(client: PgClient): void {
    if (current !== client || ended) return;
    current = undefined;
    client.release(true);
    again(FIRST_WAIT);
  }

  function again(wait: number): void {
    timer = setTimeout(
      () => {
        connect().then(changed, () => {
          current?.release(true);
          current = undefined;
          if (!ended) again(Math.min(wait * 2, LONGEST_WAIT));
        });
      },
      wait * (0.5 + Math.random() / 2),
    ).unref();
  }

  await connect();
  return async () => {
    ended = true;
    clearTimeout(timer);
    const client = current;
    current = undefined;
    if (!client) return;
    for (const event of ['notification', 'error', 'end']) client.removeAllListeners(event);
    client.release(true); // what listens is not given back to others
  };
}
