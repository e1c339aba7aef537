import { optionsOf } from '../config/options';
import type { Engine } from '../engine';
import { GatekeeperError, show, unknownName } from '../errors';
import type { Flag, UserId } from '../flag';
import { liveSegmentNames } from '../patterns/segment';
import { reportOf } from '../report/report';
import { percentOf } from '../rules/ramp';
import { unitId } from '../rules/unit-id';
import { createEffect } from './effect';
import type { Change, ChangeBy, Field, FieldValue, LiveControl, LiveStatus } from './live-control';
import { fieldOf, withField, writeLiveFlag } from './live-flag';
import { memoryStore } from './memory';
import { Members } from './members';
import { Sync } from './sync';
import { within } from './within';

/** Ids go in and out of a segment in slices of so many, so that requests have their turn between. */
const SLICE = 2_000;
/** A change of a segment remembers up to so many ids, so that it can be taken back. */
const REMEMBERED = 1_000;
const READY_TIMEOUT = 2_000;
const FLUSH_EVERY = 10_000;
const FLUSH_TIMEOUT = 5_000;
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5_000;

type What = Pick<Change, 'action' | 'flag' | 'segment'> & Partial<Change>;

/** Live control over the store that the config names, or this process's memory. */
export function liveControl(engine: Engine<any>): LiveControl<any> {
  const { store: openStore = memoryStore, readyTimeout = READY_TIMEOUT } = optionsOf(engine);
  const store = openStore();
  const listeners = new Set<(change: Change) => void>();
  const effect = createEffect(engine);
  const { counts } = reportOf(engine);
  const sync = new Sync(store, engine.now, {
    known: effect.update,
    changes: (changes) => changes.forEach(tell),
    distrusted: (problem) => engine.report.failed(new Error(problem)),
  });
  const retries = new Map<string, NodeJS.Timeout>();
  /** Changes of this process are written one after the other, so that they do not get into each other's way. */
  let turn: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  function tell(change: Change): void {
    for (const listener of listeners) {
      try {
        const told: unknown = listener(change);
        if (told instanceof Promise) told.catch((error) => engine.report.failed(error));
      } catch (error) {
        engine.report.failed(error);
      }
    }
  }

  async function stored<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (error instanceof GatekeeperError) throw error;
      throw Object.assign(new GatekeeperError('not-stored', `the store did not take it: ${(error as Error).message}`), {
        cause: error,
      });
    }
  }

  /** Sets one field of a flag's live state, on top of whatever others do to it meanwhile. */
  function setField(flag: string, field: Field, value: FieldValue, what: What, by: ChangeBy): Promise<number> {
    return inTurn(async () => {
      for (;;) {
        const { live = {}, revision = 0 } = sync.known.flags.get(flag) ?? {};
        if (by.expectedRevision !== undefined && revision > by.expectedRevision) throw conflict(flag, revision, live);
        const coded = field[0] === 'rollouts' ? codedRollout(engine, flag, field[1]) : undefined;
        const changed = withField(live, field, value, typeof coded === 'object' ? 'ramp' : coded);
        const change = { ...what, flag, field, value, previous: fieldOf(live, field), ...whoAndWhen(by) };
        const write = { change, flag: { name: flag, value: writeLiveFlag(changed), onTopOf: revision } };
        const written = await stored(sync.write(write));
        if (written !== undefined) return written;
      }
    });
  }

  function whoAndWhen({ actor, reason }: ChangeBy) {
    return { actor, reason, at: engine.now() };
  }

  /** A change of one field, after its names and its author are checked. */
  async function change(
    action: Change['action'],
    flag: string,
    field: Field,
    value: FieldValue,
    by: ChangeBy,
  ): Promise<number> {
    checkBy(action, by);
    const { variants } = flagNamed(engine, flag);
    if ((action === 'pin' || action === 'add-user') && !variants.includes(value as string))
      throw new GatekeeperError('variant-unknown', unknownName(`variant of ${flag}`, value, variants));
    if (field[0] === 'rollouts') codedRollout(engine, flag, field[1]);
    if ((action === 'set-rollout' || action === 'approve-ramp') && !isPercentage(value))
      throw new GatekeeperError('percent-invalid', `${show(value)} is no percentage; give 0 to 100`);
    return setField(flag, field, value, { action }, by);
  }

  async function kill(flag: string, by: ChangeBy): Promise<number> {
    checkBy('kill', by);
    flagNamed(engine, flag);
    const killed = `killed by ${by.actor}: ${by.reason}`;
    effect.kill(flag, killed);
    try {
      const revision = await setField(flag, ['killed'], killed, { action: 'kill' }, by);
      effect.killStored(flag);
      return revision;
    } catch (error) {
      if ((error as GatekeeperError).code === 'conflict') effect.killStored(flag);
      else retryKill(flag, by, FIRST_RETRY);
      throw Object.assign(error as Error, { appliedLocally: (error as GatekeeperError).code !== 'conflict' });
    }
  }

  function retryKill(flag: string, by: ChangeBy, wait: number): void {
    const timer = setTimeout(() => {
      if (!effect.unstoredKills().includes(flag)) return;
      setField(flag, ['killed'], `killed by ${by.actor}: ${by.reason}`, { action: 'kill' }, by).then(
        () => effect.killStored(flag),
        () => retryKill(flag, by, Math.min(wait * 2, LONGEST_RETRY)),
      );
    }, wait).unref();
    if (closing) clearTimeout(timer);
    else retries.set(flag, timer);
  }

  async function changeSegment(
    segment: string,
    given: Iterable<UserId>,
    member: boolean,
    by: ChangeBy,
  ): Promise<number> {
    const action = member ? 'add-to-segment' : 'remove-from-segment';
    checkBy(action, by);
    if (!liveSegmentNames.has(segment))
      throw new GatekeeperError('segment-unknown', unknownName('live segment', segment, [...liveSegmentNames]));
    const ids = [...new Set([...given].map(validId))];
    return inTurn(async () => {
      const members = sync.known.segments.get(segment)?.members ?? new Members();
      const changing = ids.filter((id) => members.has(id) !== member);
      const small = changing.length <= REMEMBERED;
      const whole = {
        action,
        segment,
        count: changing.length,
        ...(small && { ids: changing }),
        ...whoAndWhen(by),
      } as const;
      for (let from = 0; ; from += SLICE) {
        const slice = changing.slice(from, from + SLICE);
        const partial = from + SLICE < changing.length;
        const revision = await stored(
          sync.write({ change: whole, partial, segment: { name: segment, ids: slice, member } }),
        );
        if (!partial) return revision!;
      }
    });
  }

  async function revert(revision: number, by: ChangeBy): Promise<number> {
    checkBy('revert', by);
    const [reverted] = (
      await stored(within(READY_TIMEOUT, store.history({ since: revision - 1, limit: Number.MAX_SAFE_INTEGER })))
    ).slice(-1);
    if (reverted?.revision !== revision)
      throw new GatekeeperError('change-unknown', `no change with the revision ${show(revision)}`);
    const { segment, ids, action, flag, field, previous = null, value = null } = reverted;
    if (segment !== undefined && ids) return changeSegment(segment, ids, action === 'remove-from-segment', by);
    if (flag === undefined || !field)
      throw new GatekeeperError('change-invalid', `a change of this kind (${action}) cannot be taken back`);
    const { live = {}, revision: at = 0 } = sync.known.flags.get(flag) ?? {};
    if (fieldOf(live, field) !== value) throw conflict(flag, at, live);
    return setField(flag, field, previous, { action: 'revert' }, { ...by, expectedRevision: at });
  }

  function flush(): Promise<void> {
    return counts.flush(engine.now(), (batch) => within(FLUSH_TIMEOUT, store.addCounts(batch)));
  }
  const flushing = setInterval(() => {
    if (counts.stats().pending > 0) void flush().catch(() => {}); // pending still, for the next time
  }, FLUSH_EVERY).unref();

  const ready = new Promise<void>((resolve) => {
    setTimeout(resolve, readyTimeout).unref();
    sync.start().then(resolve, () => {});
  });

  return {
    get state() {
      return effect.state();
    },
    kill,
    async restore(flag, by) {
      const revision = change('restore', flag, ['killed'], null, by);
      if (by?.actor && by.reason) effect.killStored(flag);
      return revision;
    },
    pin: (flag, variant, by) => change('pin', flag, ['pinned'], variant, by),
    unpin: (flag, by) => change('unpin', flag, ['pinned'], null, by),
    addUser: async (flag, variant, id, by) => change('add-user', flag, ['users', validId(id)], variant, by),
    removeUser: async (flag, id, by) => change('remove-user', flag, ['users', validId(id)], null, by),
    setRollout: (flag, rule, percent, by) => change('set-rollout', flag, ['rollouts', rule, 'percent'], percent, by),
    resetRollout: (flag, rule, by) => change('reset-rollout', flag, ['rollouts', rule, 'percent'], null, by),
    async holdRamp(flag, rule, by) {
      const live = effect.state().flags.get(flag)?.rollouts?.get(rule);
      const percent = percentOf(codedRollout(engine, flag, rule), live, { now: engine.now() }) ?? 100;
      return change('set-rollout', flag, ['rollouts', rule, 'percent'], percent, by);
    },
    approveRamp: (flag, rule, percent, by) => change('approve-ramp', flag, ['rollouts', rule, 'approved'], percent, by),
    addToSegment: (segment, ids, by) => changeSegment(segment, ids, true, by),
    removeFromSegment: (segment, ids, by) => changeSegment(segment, ids, false, by),
    async revokeOverrides(by) {
      checkBy('revoke-overrides', by);
      const change = { action: 'revoke-overrides', ...whoAndWhen(by) } as const;
      return (await inTurn(() => stored(sync.write({ change, raiseEpoch: true }))))!;
    },
    history: ({ flag, limit } = {}) => stored(within(READY_TIMEOUT, store.history({ flag, limit }))),
    async counts() {
      await flush().catch(() => {});
      return stored(within(READY_TIMEOUT, store.counts()));
    },
    revert,
    async clear(by) {
      checkBy('clear', by);
      return (await inTurn(() => stored(sync.write({ change: { action: 'clear', ...whoAndWhen(by) }, clear: true }))))!;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready,
    status(): LiveStatus {
      const { problem, readAt, known } = sync;
      const state = readAt === undefined ? 'never-loaded' : problem === undefined ? 'fresh' : 'stale';
      const [ignored, unstoredKills] = [effect.ignored(), effect.unstoredKills()];
      return { store: store.kind, state, revision: known.revision, since: readAt, problem, ignored, unstoredKills };
    },
    close({ timeout = 5_000 } = {}) {
      closing ??= (async () => {
        clearInterval(flushing);
        for (const timer of retries.values()) clearTimeout(timer);
        const end = async () => {
          await turn;
          await flush();
          await sync.close();
          await store.close();
        };
        await within(timeout, end()).catch((error) => engine.report.failed(error));
        counts.drop();
        listeners.clear();
      })();
      return closing;
    },
  };
}

function checkBy(action: string, by: ChangeBy | undefined): void {
  if (!by?.actor || !by.reason) throw new GatekeeperError('change-invalid', `${action} needs an actor and a reason`);
}

function conflict(flag: string, revision: number, live: object): GatekeeperError {
  return Object.assign(
    new GatekeeperError('conflict', `${flag} was changed by somebody else, at revision ${revision}; look again`),
    { current: { revision, live } },
  );
}

function flagNamed({ config }: Engine<any>, name: string): Flag {
  const flag = config.compiled.get(name);
  if (flag) return flag;
  throw new GatekeeperError('flag-unknown', unknownName('flag', name, [...config.compiled.keys()]));
}

/** What the code says of a rule's rollout; undefined where the rule serves everybody it matches. */
function codedRollout(engine: Engine<any>, name: string, rule: string) {
  const { rules, rollouts } = flagNamed(engine, name);
  const known = rules.find((other) => other.name === rule);
  if (known) return known.rollout;
  const named = rollouts.get(rule);
  if (named) return named.percent;
  const names = [...rules.map((other) => other.name), ...rollouts.keys()];
  throw new GatekeeperError('rule-unknown', unknownName(`rule of ${name}`, rule, names));
}

function isPercentage(value: FieldValue): boolean {
  return typeof value === 'number' && value >= 0 && value <= 100;
}

function validId(id: UserId): string {
  const valid = unitId(id);
  if (valid !== undefined) return valid;
  throw new GatekeeperError('user-id-invalid', `${show(id)} is no user id; give a number or a non-empty string`);
}
