import { randomUUID } from 'node:crypto';
import type { Batch, Exposure, Histogram, Sink, TrackedEvent } from '../sinks/sink';
import { within } from '../stores/within';
import { merged } from './merged';

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
  /** At most so many in a batch. Defaults to 5,000. */
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

/** Brings exposures and events to a sink in batches, one at a time and in order; never in a request's way. */
export class Queue {
  readonly #sink: Sink;
  readonly #options: Required<QueueOptions>;
  readonly #parts: QueueParts;
  #exposures: Exposure[] = [];
  #events: TrackedEvent[] = [];
  #held: { readonly event: TrackedEvent; readonly round: number }[] = [];
  #round = 0;
  /** Being written, or to be written again. */
  #batch: { readonly batch: Batch; readonly size: number } | undefined;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #written = 0;
  #dropped = 0;
  #pending = 0;
  #closed = false;

  constructor(sink: Sink, options: QueueOptions, parts: QueueParts) {
    this.#sink = sink;
    this.#options = { limit: 100_000, batch: 5_000, every: 1_000, longestWait: 60_000, patience: 30_000, ...options };
    this.#parts = parts;
    this.#wait();
  }

  /** Takes an exposure; false where there is no room for it. */
  expose(exposure: Exposure): boolean {
    if (!this.#hasRoom()) return false;
    this.#exposures.push(exposure);
    return true;
  }

  /** Takes an event; `held` where its exposure may be another process's. */
  track(event: TrackedEvent, held: boolean): void {
    if (!this.#hasRoom()) return;
    if (held) this.#held.push({ event, round: this.#round + ROUNDS_HELD });
    else this.#events.push(event);
  }

  /** Writes all that is pending now. Rejects with what the sink says where it takes none of it. */
  async flush(): Promise<void> {
    this.#release(Infinity);
    while (this.#pending > 0) await this.#write();
  }

  /** Writes what is pending, within `timeout` milliseconds; gives up the rest, and what comes later. */
  async close(timeout: number): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const until = performance.now() + timeout;
    try {
      await within(Math.max(1, timeout), this.flush());
    } catch (error) {
      this.#parts.failed(error);
    }
    this.#dropped += this.#pending;
    this.#pending = 0;
    this.#exposures = [];
    this.#events = [];
    this.#batch = undefined;
    await within(Math.max(1, until - performance.now()), this.#sink.close()).catch(this.#parts.failed);
  }

  stats(): QueueStats {
    const [written, dropped, pending] = [this.#written, this.#dropped, this.#pending];
    return { enqueued: written + dropped + pending, written, dropped, pending };
  }

  #hasRoom(): boolean {
    if (this.#closed || this.#pending >= this.#options.limit) {
      this.#dropped += 1;
      return false;
    }
    this.#pending += 1;
    if (this.#pending === this.#options.batch && this.#failures === 0) this.#wait(0);
    return true;
  }

  /** The next round, after as long as the sink's failures ask for. */
  #wait(milliseconds = Math.min(this.#options.every * 2 ** this.#failures, this.#options.longestWait)): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      this.#round += 1;
      this.#release(this.#round);
      try {
        do await this.#write();
        while (this.#exposures.length + this.#events.length >= this.#options.batch);
      } catch (error) {
        this.#parts.failed(error);
      }
      if (!this.#closed) this.#wait();
    }, milliseconds).unref();
  }

  #release(round: number): void {
    const until = this.#held.findIndex((held) => held.round > round);
    const ready = this.#held.splice(0, until < 0 ? this.#held.length : until);
    for (const { event } of ready) this.#events.push(event);
  }

  /** Writes a batch, the one that failed last time first. */
  #write(): Promise<void> {
    return (this.#writing ??= this.#next().finally(() => (this.#writing = undefined)));
  }

  async #next(): Promise<void> {
    this.#batch ??= this.#take();
    if (this.#batch === undefined) return;
    const { batch, size } = this.#batch;
    try {
      await within(this.#options.patience, this.#sink.write(batch));
    } catch (error) {
      this.#failures += 1;
      throw error;
    }
    this.#failures = 0;
    if (this.#batch === undefined) return; // given up meanwhile
    this.#batch = undefined;
    this.#written += size;
    this.#pending -= size;
  }

  #take(): { readonly batch: Batch; readonly size: number } | undefined {
    const exposures = this.#exposures.splice(0, this.#options.batch);
    const events = this.#events.splice(0, this.#options.batch - exposures.length);
    const histograms = this.#parts.histograms();
    const size = exposures.length + events.length;
    if (size + histograms.length === 0) return undefined;
    return { batch: { id: randomUUID(), exposures, events: merged(events), histograms }, size };
  }
}
