import type { Exposure, Histogram, Sink, TrackedEvent } from '../sinks/sink';
import { within } from '../stores/within';
import { partsOf, pieceOf, sizeOf, type Piece } from './piece';

/** What became of exposures and events: `enqueued` is always the sum of the others. */
export interface QueueStats {
  readonly enqueued: number;
  readonly written: number;
  readonly dropped: number;
  readonly pending: number;
}

/** How a queue behaves. */
export interface QueueOptions {
  /** At most so many are pending; what comes on top is dropped, and counted. Defaults to 100,000. */
  readonly limit?: number;
  /** At most so many in a batch, where the sink does not ask for fewer. Defaults to 5,000. */
  readonly batch?: number;
  /** Milliseconds between batches (1,000 unless set), and, doubled after each failure, at most (60,000). */
  readonly every?: number;
  readonly longestWait?: number;
  /** Milliseconds that a sink is waited for. Defaults to 30,000. */
  readonly patience?: number;
}

/** What a queue is given besides: what it takes along with each batch, and whom it tells of failures. */
export interface QueueParts {
  readonly histograms: () => readonly Histogram[];
  readonly failed: (error: unknown) => void;
}

/** An event whose exposure another process may have seen waits so many rounds, in which that process writes it. */
const ROUNDS_HELD = 2;
/** After so many failures of a piece, it may be the piece's fault and not the sink's. */
const TRIES = 3;

/**
 * Brings exposures and events to a sink in batches, one at a time and in order; never in a request's way. What the sink
 * does not take, though it takes other things, is taken apart until what is at fault is found, and only that is dropped.
 */
export class Queue {
  readonly #sink: Sink;
  readonly #options: Required<QueueOptions>;
  readonly #parts: QueueParts;
  #exposures: Exposure[] = [];
  #events: TrackedEvent[] = [];
  #held: { readonly event: TrackedEvent; readonly until: number }[] = [];
  /** Taken from the above, and not written yet; in order. */
  #pieces: Piece[] = [];
  /** One that the sink has taken. It may be written again, as a unit counts once: so it asks whether the sink takes anything. */
  #taken: Exposure | undefined;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Of the sink, in a row. */
  #failures = 0;
  #written = 0;
  #dropped = 0;
  #pending = 0;
  #closed = false;

  constructor(sink: Sink, options: QueueOptions, parts: QueueParts) {
    this.#sink = sink;
    const defaults = { limit: 100_000, batch: 5_000, every: 1_000, longestWait: 60_000, patience: 30_000, ...options };
    this.#options = { ...defaults, batch: Math.min(defaults.batch, sink.batch ?? Infinity) };
    this.#parts = parts;
    this.#wait();
  }

  /** Takes an exposure; false where there is no room for it. */
  expose(exposure: Exposure): boolean {
    if (!this.#hasRoom()) return false;
    this.#exposures.push(exposure);
    this.#added();
    return true;
  }

  /** Takes an event; `held` where its exposure may be another process's. */
  track(event: TrackedEvent, held: boolean): void {
    if (!this.#hasRoom()) return;
    if (held && !this.#sink.local)
      this.#held.push({ event, until: performance.now() + ROUNDS_HELD * this.#options.every });
    else {
      this.#events.push(event);
      this.#added();
    }
  }

  /** Writes all that is pending now, but for what is held. Rejects with what the sink says where it does not take it. */
  async flush(): Promise<void> {
    while (this.#takeOne() && this.#waiting > 0);
    while (this.#pieces.length > 0) await this.#write();
  }

  /** Writes what is pending, within `timeout` milliseconds; gives up the rest, and what comes later. */
  async close(timeout: number): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    // A sink that hangs may keep nothing open, and the process would end in the midst of this.
    const alive = setInterval(() => {}, 1_000);
    const until = performance.now() + timeout;
    const rest = () => Math.max(1, until - performance.now());
    this.#release(Infinity);
    // Twice, as it may take a failure to find out that a connection was lost long ago.
    await within(rest(), this.flush())
      .catch(() => within(rest(), this.flush()))
      .catch(this.#parts.failed);
    this.#dropped += this.#pending;
    this.#pending = 0;
    this.#pieces = [];
    const closed = attempt(() => this.#sink.close());
    await within(rest(), closed).catch(this.#parts.failed);
    clearInterval(alive);
  }

  stats(): QueueStats {
    const [written, dropped, pending] = [this.#written, this.#dropped, this.#pending];
    return { enqueued: written + dropped + pending, written, dropped, pending };
  }

  #hasRoom(): boolean {
    const has = !this.#closed && this.#pending < this.#options.limit;
    if (has) this.#pending += 1;
    else this.#dropped += 1;
    return has;
  }

  get #waiting(): number {
    return this.#exposures.length + this.#events.length;
  }

  #added(): void {
    if (this.#waiting === this.#options.batch && this.#failures === 0) this.#wait(0);
  }

  /** The next round, after as long as the sink's failures ask for. */
  #wait(milliseconds = Math.min(this.#options.every * 2 ** this.#failures, this.#options.longestWait)): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      try {
        this.#release(performance.now());
        do await this.#write();
        while (this.#pieces.length > 0 || this.#waiting >= this.#options.batch);
      } catch (error) {
        this.#parts.failed(error);
      }
      if (!this.#closed) this.#wait();
    }, milliseconds).unref();
  }

  #release(now: number): void {
    const until = this.#held.findIndex((held) => held.until > now);
    const ready = this.#held.splice(0, until < 0 ? this.#held.length : until);
    for (const { event } of ready) this.#events.push(event);
  }

  #write(): Promise<void> {
    return (this.#writing ??= this.#next().finally(() => (this.#writing = undefined)));
  }

  /** @throws what the sink says, unless it is only this piece that it does not take. */
  async #next(): Promise<void> {
    const piece = this.#pieces[0] ?? this.#takeOne();
    if (piece === undefined) return;
    const probe = piece.failures < TRIES ? undefined : this.#probe(piece);
    if (probe) await this.#put(pieceOf([probe]));
    try {
      await this.#put(piece);
    } catch (error) {
      piece.failures += 1;
      if (!probe || this.#pieces[0] !== piece) throw error;
      piece.refusals += 1;
      const parts = partsOf(piece);
      this.#pieces.splice(0, 1, ...parts);
      if (parts.length === 0) this.#dropped += this.#done(piece);
      return this.#parts.failed(error);
    }
    if (this.#pieces[0] !== piece) return; // given up meanwhile
    this.#pieces.shift();
    this.#written += this.#done(piece);
  }

  async #put({ batch }: Piece): Promise<void> {
    try {
      const written = attempt(() => this.#sink.write(batch));
      await within(this.#options.patience, written);
    } catch (error) {
      this.#failures += 1;
      throw error;
    }
    this.#failures = 0;
    this.#taken = batch.exposures.at(-1) ?? this.#taken;
  }

  /** What the sink should take; before it has taken anything, one at random, as any but a few will do. */
  #probe({ batch }: Piece): Exposure | undefined {
    const pending = [...batch.exposures, ...this.#exposures];
    return this.#taken ?? pending[Math.floor(Math.random() * pending.length)];
  }

  #done(piece: Piece): number {
    const size = sizeOf(piece);
    this.#pending -= size;
    return size;
  }

  /** Takes a piece of what is waiting, and histograms with it. */
  #takeOne(): Piece | undefined {
    const histograms = this.#parts.histograms();
    if (this.#waiting + histograms.length === 0) return undefined;
    const exposures = this.#exposures.splice(0, this.#options.batch);
    const events = this.#events.splice(0, this.#options.batch - exposures.length);
    const piece = pieceOf(exposures, events, histograms);
    this.#pieces.push(piece);
    return piece;
  }
}

/** What `work` gives; a sink may throw at once, too. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  return work();
}
