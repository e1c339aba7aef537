import { optionsOf } from '../config/options';
import type { Engine } from '../engine';
import { GatekeeperError, show } from '../errors';
import { reportOf } from '../report/report';
import { percentOf } from '../rules/ramp';
import { Changes, stored } from './changes';
import { checkBy, checkGuarded, codedRollout, flagNamed, validId, validPercent, validVariant } from './checks';
import { createEffect } from './effect';
import type { Change, ChangeBy, Field, FieldValue, LiveControl } from './live-control';
import { memoryStore } from './memory';
import { Sync } from './sync';
import { PATIENCE, within } from './within';

const READY_TIMEOUT = 2_000;
const FLUSH_EVERY = 10_000;

/** Live control over the store that the config names, or this process's memory. */
export function liveControl(engine: Engine<any>): LiveControl<any> {
  const { store: openStore = memoryStore, readyTimeout = READY_TIMEOUT } = optionsOf(engine);
  const store = openStore();
  const listeners = new Set<(change: Change) => void>();
  const effect = createEffect(engine);
  const sync = new Sync(store, engine.now, {
    known(known) {
      effect.update(known);
      loaded();
    },
    changes: (made) => made.forEach((change) => listeners.forEach((listener) => tell(engine, listener, change))),
    distrusted: (problem) => engine.report.failed(new Error(problem)),
  });
  const changes = new Changes(engine, sync, effect);
  const { counts } = reportOf(engine);
  const flush = (patience = PATIENCE) =>
    counts.flush(engine.now(), (batch) => within(patience, store.addCounts(batch)));
  const flushing = setInterval(() => {
    if (counts.stats().pending > 0) void flush().catch(() => {}); // pending still, for the next time
  }, FLUSH_EVERY).unref();
  const closing = new AbortController();
  let closed: Promise<void> | undefined;

  let loaded!: () => void;
  const ready = new Promise<void>((resolve) => {
    const late = setTimeout(resolve, readyTimeout); // not unref'd: whoever waits for it goes on, also where nothing else runs
    loaded = () => {
      clearTimeout(late);
      resolve();
    };
  });
  sync.start().catch(() => {}); // it looks again, and status() says what is wrong

  /** Sets a field of a flag that there is, for somebody who says why. */
  async function set(
    action: Change['action'],
    flag: string,
    field: Field,
    value: FieldValue,
    by: ChangeBy,
  ): Promise<number> {
    checkBy(action, by);
    flagNamed(engine, flag);
    if (field[0] === 'rollouts') codedRollout(engine, flag, field[1]);
    return changes.set(action, flag, field, value, by);
  }

  async function setMembers(
    segment: string,
    ids: Iterable<string | number>,
    member: boolean,
    by: ChangeBy,
  ): Promise<number> {
    checkBy('a change of a segment', by);
    if (typeof ids === 'string') throw new GatekeeperError('user-id-invalid', `give a list of ids: [${show(ids)}]`);
    return changes.members(segment, [...ids], member, by);
  }

  /** Begins each step, whatever became of those before it. */
  async function end(timeout: number): Promise<void> {
    const until = performance.now() + timeout;
    const steps = [() => changes.close(), flush, () => sync.close(), async () => store.close()];
    for (const step of steps) {
      const left = Math.max(1, until - performance.now());
      await within(left, step(left)).catch((error) => engine.report.failed(error));
    }
    counts.drop();
    listeners.clear();
  }

  return {
    get state() {
      return effect.state;
    },
    ready,
    closing: closing.signal,
    async kill(flag, by) {
      checkBy('kill', by);
      flagNamed(engine, flag);
      return changes.kill(flag, by);
    },
    async restore(flag, by) {
      const restored = set('restore', flag, ['killed'], null, by);
      if (by?.actor && by.reason) effect.killStored(flag); // what was not stored need not be
      return restored;
    },
    pin: async (flag, variant, by) => set('pin', flag, ['pinned'], validVariant(engine, flag, variant), by),
    unpin: (flag, by) => set('unpin', flag, ['pinned'], null, by),
    addUser: async (flag, variant, id, by) =>
      set('add-user', flag, ['users', validId(id)], validVariant(engine, flag, variant), by),
    removeUser: async (flag, id, by) => set('remove-user', flag, ['users', validId(id)], null, by),
    setRollout: async (flag, rule, percent, by) =>
      set('set-rollout', flag, ['rollouts', rule, 'percent'], validPercent(percent), by),
    resetRollout: (flag, rule, by) => set('reset-rollout', flag, ['rollouts', rule, 'percent'], null, by),
    async holdRamp(flag, rule, by) {
      const live = effect.state.flags.get(flag)?.rollouts?.get(rule);
      const percent = percentOf(codedRollout(engine, flag, rule), live, { now: engine.now() }) ?? 100;
      return set('hold-ramp', flag, ['rollouts', rule, 'percent'], percent, by);
    },
    async approveRamp(flag, rule, percent, by) {
      validPercent(percent);
      checkGuarded(engine, flag, rule);
      return set('approve-ramp', flag, ['rollouts', rule, 'approved'], percent, by);
    },
    addToSegment: (segment, ids, by) => setMembers(segment, ids, true, by),
    removeFromSegment: (segment, ids, by) => setMembers(segment, ids, false, by),
    async revokeOverrides(by) {
      checkBy('revoke-overrides', by);
      return changes.write('revoke-overrides', by, { raiseEpoch: true });
    },
    async clear(by) {
      checkBy('clear', by);
      return changes.write('clear', by, { clear: true });
    },
    history: ({ flag, limit } = {}) => stored(within(PATIENCE, store.history({ flag, limit }))),
    async revert(revision, by) {
      checkBy('revert', by);
      const since = { since: revision - 1, limit: Number.MAX_SAFE_INTEGER };
      const change = (await stored(within(PATIENCE, store.history(since)))).at(-1);
      if (change?.revision === revision) return changes.revert(change, by);
      throw new GatekeeperError('change-unknown', `no change with the revision ${show(revision)}`);
    },
    async counts() {
      await flush().catch(() => {});
      return stored(within(PATIENCE, store.counts()));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status() {
      const { problem, readAt: since, known } = sync;
      return {
        store: store.kind,
        state: since === undefined ? 'never-loaded' : problem === undefined ? 'fresh' : 'stale',
        revision: known.revision,
        since,
        problem,
        ignored: effect.ignored(),
        unstoredKills: effect.unstoredKills(),
      };
    },
    close({ timeout = PATIENCE } = {}) {
      clearInterval(flushing);
      loaded();
      closing.abort();
      return (closed ??= end(timeout));
    },
  };
}

/** Tells a listener; whatever it throws, also later, is reported. */
function tell(engine: Engine<any>, listener: (change: Change) => unknown, change: Change): void {
  try {
    const told = listener(change);
    if (told instanceof Promise) told.catch((error) => engine.report.failed(error));
  } catch (error) {
    engine.report.failed(error);
  }
}
