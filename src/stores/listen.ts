import { PATIENCE, within } from './within';

/** A connection that listens, or is about to; `listening` settles when it does or cannot. */
export interface Listening {
  readonly listening: Promise<unknown>;
  /** Ends it at once, whatever the server does; called once. */
  end(): void;
}

const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;

/** The listening connections of a store. The clients' own ways to connect again leave timers and half-open sockets behind. */
export class Listeners {
  readonly #ends = new Set<() => void>();

  /**
   * Keeps a connection that `open` makes; one that says `lost` is made again, and then `again` is called, since what was
   * told of meanwhile must be read. Gives what ends it; rejects where the first connection cannot be made.
   */
  async listen(open: (lost: () => void) => Listening, again: () => void): Promise<() => Promise<void>> {
    let lose = () => {};
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      this.#ends.delete(end);
      clearTimeout(timer);
      lose();
    };
    this.#ends.add(end);

    const connect = async (): Promise<void> => {
      const lost = new Promise<void>((resolve) => (lose = resolve));
      const connection = open(lose);
      void lost.then(() => connection.end());
      const tooEarly = lost.then(() => Promise.reject(new Error('the connection to listen on is lost')));
      try {
        await within(PATIENCE, Promise.race([connection.listening, tooEarly]));
      } catch (error) {
        lose();
        throw error;
      }
      void lost.then(() => later(FIRST_WAIT));
    };
    const later = (wait: number): void => {
      if (!this.#ends.has(end)) return;
      const retry = () => connect().then(again, () => later(Math.min(wait * 2, LONGEST_WAIT)));
      timer = setTimeout(retry, wait * (0.5 + Math.random() / 2)).unref();
    };

    try {
      await connect();
    } catch (error) {
      end();
      throw error;
    }
    return async () => end();
  }

  /** Ends all of them, also those that are still being made. */
  close(): void {
    this.#ends.forEach((end) => end());
  }
}
