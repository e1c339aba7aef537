import { setImmediate as turn } from 'node:timers/promises';
import type { Response } from 'express';
import type { Engine } from '../engine';
import { hangUp, isClosing, send } from '../express/event-stream';
import type { Gatekeeper } from '../gatekeeper';
import { toldTo } from './bootstrap';
import { Refusal } from './refusal';

const TICK = 1_000;
/** Ticks between two looks at what changes by itself, such as a ramp; it is also a sign of life, for proxies. */
const LOOK_EVERY = 15;
/** Pages that are looked through before requests get their turn. */
const AT_ONCE = 100;
/** Bytes that wait for one who does not read them. */
const MOST_UNREAD = 4_096;

/** One page that listens: whose it is, and which answers it was last told of. */
interface Listener {
  readonly gk: Gatekeeper<any>;
  tag: string;
}

/** Tells pages, as server-sent events, when their own answers have changed; which they are now, they ask for. */
export class Streams {
  readonly #open = new Map<Response, Listener>();
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  /** How many looks were asked for, and how many of them are over. */
  #asked = 0;
  #looked = 0;

  constructor(
    private readonly engine: Engine<any>,
    private readonly most: number,
  ) {
    engine.live.onChange(() => void this.#look());
    engine.live.closing.addEventListener('abort', () => this.#open.forEach((_, res) => hangUp(res)), { once: true });
  }

  add(gk: Gatekeeper<any>, res: Response): void {
    if (this.engine.live.closing.aborted || this.#open.size >= this.most)
      throw new Refusal(503, 'too-many-streams', 'too many pages are listening; ask now and then instead');
    const { tag } = toldTo(gk);
    // `no-transform` keeps compression from holding events back.
    const headers = { 'Cache-Control': 'private, no-cache, no-transform', 'X-Accel-Buffering': 'no' };
    res.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream' });
    res.write(event(tag));
    this.#open.set(res, { gk, tag });
    res.on('close', () => this.#remove(res));
    this.#timer ??= setInterval(() => this.#tick(), TICK).unref();
  }

  #tick(): void {
    for (const res of this.#open.keys()) if (isClosing(res)) hangUp(res);
    this.#ticks += 1;
    if (this.#ticks % LOOK_EVERY > 0) return;
    for (const res of this.#open.keys()) send(res, ':\n\n', MOST_UNREAD);
    void this.#look();
  }

  /** Tells each page whose answers are others by now. A change that comes meanwhile begins another round. */
  async #look(): Promise<void> {
    this.#asked += 1;
    if (this.#asked - this.#looked > 1) return;
    while (this.#looked < this.#asked) {
      const asked = this.#asked;
      await turn();
      let count = 0;
      for (const [res, listener] of this.#open) {
        this.#tell(res, listener);
        if ((count += 1) % AT_ONCE === 0) await turn();
      }
      this.#looked = asked;
    }
  }

  #tell(res: Response, listener: Listener): void {
    try {
      const { tag } = toldTo(listener.gk.fresh());
      if (tag === listener.tag) return;
      listener.tag = tag;
      send(res, event(tag), MOST_UNREAD);
    } catch (error) {
      this.engine.report.failed(error);
    }
  }

  #remove(res: Response): void {
    this.#open.delete(res);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function event(tag: string): string {
  return `data: ${tag}\n\n`;
}
