import { liveSegment, type Change, type Engine } from 'gatekeeper-flags';
import { lastKnownGood } from 'gatekeeper-flags/stores/last-known-good';
import { randomUUID } from 'node:crypto';
import { engineOf, Toggle, toggle } from './config';
import { fragileStore, until } from './fragile-store';
import type { RealStore } from './real-stores';
import { LONGEST_START } from './servers';
import type { Behind } from './behind';

export const READY_TIMEOUT = 500;
export const vips = liveSegment('vips');

/** A is on, and B for the segment of vips; so are as many further ones, F0, F1 …. */
const flags = (further: number) => ({
  A: toggle({ getVariant: () => Toggle.ON }),
  B: toggle({ rules: [{ name: 'vips', when: vips, serve: Toggle.ON }] }),
  ...Object.fromEntries(Array.from({ length: further }, (_, i) => [`F${i}`, toggle({ getVariant: () => Toggle.ON })])),
});

export interface StartOptions {
  readonly url?: string;
  readonly namespace?: string;
  readonly pollEvery?: number;
  readonly further?: number;
  /** Where it keeps a last known good copy. */
  readonly copy?: string;
  readonly readyTimeout?: number;
}

/**
 * A store at a place of this file's own, in a namespace of each test's own, and engines over it, each with a client of its
 * own, as in processes. All ends with the test.
 */
export function enginesOn<P extends { readonly url: string }, B extends Behind>(kind: RealStore<P, B>) {
  let place: P;
  let namespace: string;
  const opened: (() => Promise<unknown>)[] = [];
  beforeAll(async () => void (place = await kind.place()), LONGEST_START);
  beforeEach(() => void (namespace = randomUUID()));
  afterEach(() => Promise.all(opened.splice(0).map((end) => end())));

  function start(options: StartOptions = {}) {
    const { further = 0, copy, readyTimeout = READY_TIMEOUT } = options;
    const { store, end } = kind.open(
      options.url ?? place.url,
      options.namespace ?? namespace,
      options.pollEvery ?? 100,
    );
    const counted = fragileStore(copy === undefined ? store : lastKnownGood(store, { path: copy }));
    const errors: unknown[] = [];
    const engine = engineOf(flags(further), {
      store: () => counted,
      user: () => ({ id: 1 }),
      readyTimeout,
      onError: (error) => errors.push(error),
    });
    const changes: Change[] = [];
    engine.onChange((change) => changes.push(change));
    opened.push(() => engine.close({ timeout: 1_000 }).then(end));
    /** What user 1 gets of A, B and the rest. */
    const served = () => Object.values(engine.for({ user: { id: 1 } }).all()).join(' ');
    return { engine, served, changes, errors, asked: counted.asked };
  }

  return {
    get place() {
      return place;
    },
    get namespace() {
      return namespace;
    },
    start,
    /** A process that has read the store, and listens: then it has read it again. */
    async ready(options?: StartOptions) {
      const started = start(options);
      await fresh(started);
      await until(() => started.asked.read! >= 2);
      return started;
    },
    /** Does something to what is kept, behind the store's back. */
    async behind(work: (behind: B, namespace: string) => Promise<unknown>) {
      const behind = await kind.behind(place.url);
      try {
        await work(behind, namespace);
      } finally {
        await behind.end();
      }
    },
  };
}

export const fresh = ({ engine }: { engine: Engine<any> }) => until(() => engine.status().state === 'fresh', 20_000);
export const stale = ({ engine }: { engine: Engine<any> }) => until(() => engine.status().state === 'stale', 20_000);
