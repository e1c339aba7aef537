/** What is used of a connection of `pg`. */
export interface PgClient {
  query(text: string, values?: any): Promise<{ rows: any[] }>;
  on(event: 'notification' | 'error' | 'end', listener: (message?: any) => void): unknown;
  off(event: 'error', listener: () => void): unknown;
  release(destroy?: boolean | Error): void;
}

/** What is used of a pool of `pg`. */
export interface PgPool {
  query(text: string, values?: any): Promise<{ rows: any[] }>;
  connect(): Promise<PgClient>;
}

const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;

/**
 * Calls `changed` at each NOTIFY on a channel whose payload is `payload`, and whenever a lost connection is there again.
 * Gives what ends it.
 */
export async function listen(
  pool: PgPool,
  channel: string,
  payload: string,
  changed: () => void,
): Promise<() => Promise<void>> {
  let ended = false;
  let current: PgClient | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const client = await pool.connect();
    client.on('notification', (heard) => {
      if (client === current && heard.channel === channel && heard.payload === payload) changed();
    });
    for (const event of ['error', 'end'] as const) client.on(event, () => lost(client));
    try {
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (ended) return client.release(true);
    current = client;
    changed(); // what was told of before it listened must be read
  }

  function lost(client: PgClient): void {
    if (current !== client) return;
    current = undefined;
    client.release(true);
    again(FIRST_WAIT);
  }

  function again(wait: number): void {
    if (ended) return;
    timer = setTimeout(
      () => connect().catch(() => again(Math.min(wait * 2, LONGEST_WAIT))),
      wait * (0.5 + Math.random() / 2),
    ).unref();
  }

  await connect();
  return async () => {
    ended = true;
    clearTimeout(timer);
    const client = current;
    current = undefined;
    client?.release(true); // what listens is not given back to others
  };
}
