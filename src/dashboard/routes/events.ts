import type { Response, Router } from 'express';
import { hangUp, isClosing, send } from '../../express/event-stream';
import type { Engine } from '../../index';
import { Refusal } from '../refusal';
import { visitOf } from '../visit';

const MOST = 200;
const MOST_OF_ONE = 10;
const TICK = 1_000;
/** Ticks between two signs of life, so that no proxy takes a stream for dead. */
const HEARTBEAT = 15;
/** Bytes that wait for one who does not read them. */
const MOST_UNREAD = 16_384;

/** Tells pages of changes, made here or elsewhere, as server-sent events: what is new, they ask for. */
export class Streams {
  readonly #engine: Engine<any>;
  readonly #open = new Map<Response, string>();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #told = '';
  #closed = false;

  constructor(engine: Engine<any>) {
    this.#engine = engine;
    this.#stopListening = engine.onChange(() => this.#tell());
  }

  add(res: Response, actor: string): void {
    if (res.closed) return; // gone while it was found out who it is
    const ofActor = [...this.#open.values()].filter((name) => name === actor).length;
    if (this.#closed || this.#open.size >= MOST || ofActor >= MOST_OF_ONE)
      throw new Refusal(503, 'too-many-streams', 'Too many pages are listening. Close some.');
    this.#tell();
    this.#open.set(res, actor);
    res.on('close', () => this.#remove(res));
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    res.write(event(this.#told));
    this.#timer ??= setInterval(() => this.#tick(), TICK).unref();
  }

  /** Looks whether there is something to tell that is no change, such as a store that went away. */
  #tick(): void {
    this.#ticks += 1;
    for (const res of this.#open.keys()) {
      if (isClosing(res)) hangUp(res);
      else if (this.#ticks % HEARTBEAT === 0) send(res, ':\n\n', MOST_UNREAD);
    }
    this.#tell();
  }

  #tell(): void {
    const standing = this.#standing();
    if (standing === this.#told) return;
    this.#told = standing;
    for (const res of this.#open.keys()) send(res, event(standing), MOST_UNREAD);
  }

  #standing(): string {
    const { state, revision, unstoredKills } = this.#engine.status();
    return JSON.stringify({ revision, state, unstoredKills: unstoredKills.length });
  }

  #remove(res: Response): void {
    this.#open.delete(res);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    for (const res of this.#open.keys()) hangUp(res);
  }
}

function event(data: string): string {
  return `event: standing\ndata: ${data}\n\n`;
}

export function events(router: Router, streams: Streams): void {
  router.get('/events', (req, res, next) => {
    if (req.method !== 'GET') return next();
    try {
      streams.add(res, visitOf(req).actor.name);
    } catch (error) {
      next(error);
    }
  });
}
