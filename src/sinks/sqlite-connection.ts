import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked, type SqliteDatabase, type Statement } from '../stores/sqlite';

/** Gives the statement of a text, prepared once. */
export type Sql = (text: string) => Statement;

const GIVE_UP_AFTER = 5_000;

/**
 * Transactions on a connection, one after the other, each over as many turns of the event loop as it takes. A lock that
 * another process holds is waited for a few milliseconds at most, and tried for again later.
 */
export class SqliteConnection {
  readonly #database: SqliteDatabase;
  readonly #tables: string;
  #sql: Sql | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: SqliteDatabase, tables: string) {
    this.#database = database;
    this.#tables = tables;
  }

  /** Does `work` on one state of the file. */
  read<T>(work: (sql: Sql) => T | Promise<T>): Promise<T> {
    return this.#afterLast(() => this.#unlocked('BEGIN', work));
  }

  /** Does `work` whole or not at all, holding the only write lock from its beginning. */
  write<T>(work: (sql: Sql) => T | Promise<T>): Promise<T> {
    return this.#afterLast(() => this.#unlocked('BEGIN IMMEDIATE', work));
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #afterLast<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #unlocked<T>(begin: string, work: (sql: Sql) => T | Promise<T>): Promise<T> {
    const started = performance.now();
    for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
      try {
        return await this.#transaction(begin, work);
      } catch (error) {
        if (!isLocked(error)) this.#sql = undefined; // the tables may be gone, and are made again
        if (!isLocked(error) || performance.now() - started > GIVE_UP_AFTER) throw error;
        await sleep(wait * (0.5 + Math.random() / 2));
      }
    }
  }

  async #transaction<T>(begin: string, work: (sql: Sql) => T | Promise<T>): Promise<T> {
    const sql = (this.#sql ??= this.#open());
    this.#database.exec(begin);
    try {
      const result = await work(sql);
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        this.#database.exec('ROLLBACK');
      } catch {
        // a full disk has rolled it back already
      }
      throw error;
    }
  }

  #open(): Sql {
    // A power cut may take the last batches, and tears nothing: NORMAL spares a wait for the disk with each.
    this.#database.exec('PRAGMA busy_timeout = 5; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(this.#tables);
    const statements = new Map<string, Statement>();
    return (text) => {
      const statement = statements.get(text) ?? this.#database.prepare(text);
      statements.set(text, statement);
      return statement;
    };
  }
}
