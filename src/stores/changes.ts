import type { Engine } from '../engine';
import { GatekeeperError, show, unknownName } from '../errors';
import type { UserId } from '../flag';
import { liveSegmentNames } from '../patterns/segment';
import { codedRollout, conflict, validId } from './checks';
import type { Effect } from './effect';
import type { Change, ChangeBy, Field, FieldValue } from './live-control';
import { fieldOf, withField, writeLiveFlag } from './live-flag';
import { Members, MembersDraft } from './members';
import type { Write } from './store';
import type { Sync } from './sync';
import { Turn } from './turn';

/** Ids are written to the store so many at a time. */
const SLICE = 2_000;
/** A change of a segment remembers up to so many ids, so that it can be taken back. */
const REMEMBERED = 1_000;
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5_000;

/** Writes changes to the store, those of flags and those of each segment one after the other, each on top of whatever others write meanwhile. */
export class Changes {
  readonly #engine: Engine<any>;
  readonly #sync: Sync;
  readonly #effect: Effect;
  readonly #retries = new Map<string, NodeJS.Timeout>();
  /** By what changes: flags do not wait for a segment into which a million ids go. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #pace = new Turn();
  #closed = false;

  constructor(engine: Engine<any>, sync: Sync, effect: Effect) {
    this.#engine = engine;
    this.#sync = sync;
    this.#effect = effect;
  }

  /** Writes what concerns no single flag. */
  write(action: Change['action'], by: ChangeBy, what: Pick<Write, 'raiseEpoch' | 'clear'>): Promise<number> {
    const change = { action, ...this.#whoAndWhen(by) };
    return this.#inTurn('flags', async () => (await stored(this.#sync.write({ ...what, change })))!);
  }

  /** Sets one field of a flag's live state. */
  set(action: Change['action'], flag: string, field: Field, value: FieldValue, by: ChangeBy): Promise<number> {
    return this.#inTurn('flags', async () => {
      for (;;) {
        const { live = {}, revision = 0 } = this.#sync.known.flags.get(flag) ?? {};
        if (by.expectedRevision !== undefined && revision > by.expectedRevision) throw conflict(flag, revision, live);
        const coded = field[0] === 'rollouts' ? codedRollout(this.#engine, flag, field[1]) : undefined;
        const changed = withField(live, field, value, typeof coded === 'object' ? 'ramp' : (coded ?? 100));
        const change = { action, flag, field, value, previous: fieldOf(live, field), ...this.#whoAndWhen(by) };
        const write = { change, flag: { name: flag, value: writeLiveFlag(changed), onTopOf: revision } };
        const written = await stored(this.#sync.write(write));
        if (written !== undefined) return written;
      }
    });
  }

  /** Kills a flag in this process at once, and writes it; what could not be written is tried again until it is. */
  async kill(flag: string, by: ChangeBy): Promise<number> {
    const why = `killed by ${by.actor}: ${by.reason}`;
    this.#effect.kill(flag, why);
    try {
      const revision = await this.set('kill', flag, ['killed'], why, by);
      this.#effect.killStored(flag);
      return revision;
    } catch (error) {
      const appliedLocally = (error as GatekeeperError).code !== 'conflict';
      if (appliedLocally) this.#retryKill(flag, why, by, FIRST_RETRY);
      else this.#effect.killStored(flag);
      throw Object.assign(error as Error, { appliedLocally });
    }
  }

  #retryKill(flag: string, why: string, by: ChangeBy, wait: number): void {
    clearTimeout(this.#retries.get(flag));
    if (this.#closed) return;
    const timer = setTimeout(() => {
      if (!this.#effect.unstoredKills().includes(flag)) return; // restored meanwhile
      this.set('kill', flag, ['killed'], why, by).then(
        () => this.#effect.killStored(flag),
        (error: GatekeeperError) => {
          if (error.code !== 'conflict') return this.#retryKill(flag, why, by, Math.min(wait * 2, LONGEST_RETRY));
          this.#effect.killStored(flag); // who asked to be refused where the flag was changed, is
          this.#engine.report.failed(error);
        },
      );
    }, wait).unref();
    this.#retries.set(flag, timer);
  }

  /** Puts ids into a segment, or takes them out. */
  async members(segment: string, ids: readonly UserId[], member: boolean, by: ChangeBy): Promise<number> {
    if (!liveSegmentNames.has(segment))
      throw new GatekeeperError('segment-unknown', unknownName('live segment', segment, [...liveSegmentNames]));
    return this.#inTurn(`segment ${segment}`, async () => {
      if (by.expectedRevision !== undefined) await stored(this.#sync.refresh());
      const { members = new Members(), revision = 0 } = this.#sync.known.segments.get(segment) ?? {};
      if (by.expectedRevision !== undefined && revision > by.expectedRevision) throw conflict(segment, revision, {});
      const turn = new Turn();
      const seen = new MembersDraft();
      const changing: string[] = [];
      for (const given of ids) {
        const id = validId(given);
        if (members.has(id) !== member && seen.add(id)) changing.push(id);
        if (turn.over) await turn.next();
      }
      const change = {
        action: member ? ('add-to-segment' as const) : ('remove-from-segment' as const),
        segment,
        count: changing.length,
        ...(changing.length <= REMEMBERED && { ids: changing }),
        ...this.#whoAndWhen(by),
      };
      for (let from = 0; ; from += SLICE) {
        const partial = from + SLICE < changing.length;
        const slice = { name: segment, ids: changing.slice(from, from + SLICE), member };
        const written = await stored(this.#sync.write({ change, partial, segment: slice }));
        if (!partial) return written!;
        if (turn.over) await turn.next();
      }
    });
  }

  /** Takes a change back, unless something else has changed the same thing since. */
  async revert(
    { segment, ids, action, flag, field, previous = null, value = null }: Change,
    by: ChangeBy,
  ): Promise<number> {
    if (segment !== undefined && ids) {
      const { members = new Members(), revision = 0 } = this.#sync.known.segments.get(segment) ?? {};
      const added = action === 'add-to-segment';
      if (ids.some((id) => members.has(id) !== added)) throw conflict(segment, revision, {});
      return this.members(segment, ids, !added, by);
    }
    if (flag === undefined || !field)
      throw new GatekeeperError('change-invalid', `a change of this kind (${show(action)}) cannot be taken back`);
    const { live = {}, revision = 0 } = this.#sync.known.flags.get(flag) ?? {};
    if (fieldOf(live, field) !== value) throw conflict(flag, revision, live);
    return this.set('revert', flag, field, previous, { ...by, expectedRevision: revision });
  }

  /** Stops trying again; settles when what was asked for is written, or has failed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#retries.values()) clearTimeout(timer);
    await Promise.all(this.#turns.values());
  }

  #inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(what) ?? Promise.resolve()).then(async () => {
      // One change after the other in a store that answers at once (SQLite, memory) would leave requests no turn.
      if (this.#pace.over) await this.#pace.next();
      return work();
    });
    this.#turns.set(
      what,
      done.catch(() => {}),
    );
    return done;
  }

  #whoAndWhen({ actor, reason }: ChangeBy) {
    return { actor, reason, at: this.#engine.now() };
  }
}

/** What a store answers; its own errors become `not-stored`, with the error as `cause`. */
export async function stored<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GatekeeperError) throw error;
    const why = error instanceof Error ? error.message : show(error);
    throw Object.assign(new GatekeeperError('not-stored', `the store did not take it: ${why}`), { cause: error });
  }
}
