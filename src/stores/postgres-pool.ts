import type { Listening } from './listen';
import { PATIENCE, within } from './within';

/** What is used of a connection of `pg`. */
export interface PgClient {
  query(text: string, values?: any): Promise<{ rows: any[] }>;
  on(event: 'notification' | 'error' | 'end', listener: (message?: any) => void): unknown;
  off(event: 'notification' | 'error' | 'end', listener: (message?: any) => void): unknown;
  release(destroy?: boolean | Error): void;
  /** Its socket; there is none with `pg-native`. */
  readonly connection?: { readonly stream: { destroy(): unknown } };
}

/** What is used of a pool of `pg`. */
export interface PgPool {
  connect(): Promise<PgClient>;
}

const ignore = () => {};

/** The connections that a store has taken from a pool: it gives back each, and none waits for a server that is silent. */
export class Connections {
  readonly #pool: PgPool;
  readonly #taken = new Set<PgClient>();

  constructor(pool: PgPool) {
    this.#pool = pool;
  }

  /** Does `work` on a connection; one that takes too long is ended, so that it does not keep others from the pool. */
  async use<T>(work: (client: PgClient) => Promise<T>, patience = PATIENCE): Promise<T> {
    const client = await this.#take();
    try {
      const result = await within(patience, work(client));
      this.#giveBack(client);
      return result;
    } catch (error) {
      this.#drop(client); // in an unknown state it is not given back to others
      throw error;
    }
  }

  /** Calls `heard` at each NOTIFY on a channel whose payload is `payload`. */
  listen(channel: string, payload: string, heard: () => void, lost: () => void): Listening {
    let client: PgClient | undefined;
    let ended = false;
    const begin = async () => {
      client = await this.#take();
      if (ended) return this.#drop(client);
      client.on('notification', (told) => {
        if (!ended && told.channel === channel && told.payload === payload) heard();
      });
      for (const event of ['error', 'end'] as const) client.on(event, lost);
      await client.query(`LISTEN ${channel}`);
    };
    return {
      listening: begin(),
      end: () => {
        ended = true;
        if (client) this.#drop(client); // what listens is not given back to others
      },
    };
  }

  /** Ends those that are still in use. */
  close(): void {
    this.#taken.forEach((client) => this.#drop(client));
  }

  async #take(): Promise<PgClient> {
    const client = await this.#pool.connect();
    this.#taken.add(client);
    client.on('error', ignore); // a connection that is lost between two queries; the next one fails
    return client;
  }

  #giveBack(client: PgClient): void {
    if (!this.#taken.delete(client)) return;
    client.off('error', ignore);
    client.release();
  }

  #drop(client: PgClient): void {
    if (!this.#taken.delete(client)) return;
    client.release(true);
    client.connection?.stream.destroy(); // release waits for the server to end it
  }
}
