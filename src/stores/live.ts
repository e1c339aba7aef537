import type { Engine } from '../engine';
import { GatekeeperError, show, unknownName } from '../errors';
import type { Flag, UserId } from '../flag';
import type { LiveFlag, LiveRollout, LiveState } from '../live-state';
import { liveSegmentNames } from '../patterns/segment';
import { percentOf } from '../rules/ramp';
import { unitId } from '../rules/unit-id';
import { readEnvironment } from './environment';
import type { Change, ChangeBy, LiveControl } from './live-control';
import { MembersDraft, type Members } from './members';

type What = Omit<Change, 'actor' | 'reason' | 'at' | 'revision'>;
type Content = Pick<LiveState, 'flags' | 'segments' | 'epoch'>;

/** Ids are added to a segment for so many milliseconds at a time, so that the event loop gets its turn between. */
const TURN = 5;

/** Live control held in this process's memory. */
export function liveControl(engine: Engine<any>): LiveControl<any> {
  const environment = readEnvironment(engine);
  const listeners = new Set<(change: Change) => void>();
  /** What was changed, without what the environment says on top of it. */
  let content: Content = { flags: new Map(), segments: new Map(), epoch: 0 };
  /** Settles when the last change of a segment is over. */
  const changing = new Map<string, Promise<unknown>>();
  let state: LiveState = { ...content, revision: 0, flags: environment };

  function commit(what: What, by: ChangeBy, edit: (content: Content) => Content): number {
    if (!by?.actor || !by.reason)
      throw new GatekeeperError('change-invalid', `${what.action} needs an actor and a reason`);
    const { actor, reason, expectedRevision = state.revision } = by;
    if (expectedRevision !== state.revision)
      throw new GatekeeperError(
        'conflict',
        `expected revision ${expectedRevision}, but live state is at ${state.revision}`,
      );
    content = edit(content);
    state = { ...content, revision: state.revision + 1, flags: overlaid(content.flags, environment) };
    tell({ ...what, actor, reason, at: engine.now(), revision: state.revision });
    return state.revision;
  }

  function tell(change: Change): void {
    for (const listener of listeners)
      void (async () => listener(change))().catch((error: unknown) => engine.report.failed(error));
  }

  /** A change of one flag; `edit` is given the flag's definition to check against. */
  async function change(
    what: What & { flag: string },
    by: ChangeBy,
    edit: (live: LiveFlag) => LiveFlag,
  ): Promise<number> {
    return commit(what, by, (old) => ({
      ...old,
      flags: new Map(old.flags).set(what.flag, edit(old.flags.get(what.flag) ?? {})),
    }));
  }

  async function changeRollout(
    what: What & { flag: string; rule: string },
    by: ChangeBy,
    edit: (rollout: LiveRollout) => LiveRollout,
  ): Promise<number> {
    codedRollout(engine, what.flag, what.rule);
    if (what.percent !== undefined && !(what.percent >= 0 && what.percent <= 100))
      throw new GatekeeperError('percent-invalid', `${show(what.percent)} is no percentage; give 0 to 100`);
    return change(what, by, (live) => ({
      ...live,
      rollouts: new Map(live.rollouts).set(what.rule, edit(live.rollouts?.get(what.rule) ?? {})),
    }));
  }

  /** Changes of one segment queue up: each begins with what the one before it left. */
  function changeSegment(
    what: What & { segment: string },
    given: Iterable<UserId>,
    by: ChangeBy,
    edit: (draft: MembersDraft, id: string) => void,
  ): Promise<number> {
    const { segment } = what;
    async function run(): Promise<number> {
      if (!liveSegmentNames.has(segment))
        throw new GatekeeperError('segment-unknown', unknownName('live segment', segment, [...liveSegmentNames]));
      const draft = new MembersDraft(content.segments.get(segment) as Members | undefined);
      let count = 0;
      await inTurns(given, (id) => {
        edit(draft, validId(id));
        count += 1;
      });
      const members = draft.done();
      return commit({ ...what, count }, by, (old) => ({
        ...old,
        segments: new Map(old.segments).set(segment, members),
      }));
    }
    const change = (changing.get(segment) ?? Promise.resolve()).then(run);
    changing.set(
      segment,
      change.catch(() => {}),
    );
    return change;
  }

  return {
    get state() {
      return state;
    },
    async kill(flag, by) {
      flagNamed(engine, flag);
      return change({ action: 'kill', flag }, by, (live) => ({
        ...live,
        killed: `killed by ${by.actor}: ${by.reason}`,
      }));
    },
    async restore(flag, by) {
      flagNamed(engine, flag);
      return change({ action: 'restore', flag }, by, ({ killed: _, ...live }) => live);
    },
    async pin(flag, variant, by) {
      checkVariant(engine, flag, variant);
      return change({ action: 'pin', flag, variant }, by, (live) => ({ ...live, pinned: variant }));
    },
    async unpin(flag, by) {
      flagNamed(engine, flag);
      return change({ action: 'unpin', flag }, by, ({ pinned: _, ...live }) => live);
    },
    async addUser(flag, variant, id, by) {
      checkVariant(engine, flag, variant);
      const user = validId(id);
      const add = (live: LiveFlag) => ({ ...live, users: new Map(live.users).set(user, variant) });
      return change({ action: 'add-user', flag, variant, user }, by, add);
    },
    async removeUser(flag, id, by) {
      flagNamed(engine, flag);
      const user = validId(id);
      const others = (live: LiveFlag) => new Map([...(live.users ?? [])].filter(([other]) => other !== user));
      return change({ action: 'remove-user', flag, user }, by, (live) => ({ ...live, users: others(live) }));
    },
    setRollout: (flag, rule, percent, by) =>
      changeRollout({ action: 'set-rollout', flag, rule, percent }, by, (live) => ({ ...live, percent })),
    resetRollout: (flag, rule, by) =>
      changeRollout({ action: 'reset-rollout', flag, rule }, by, ({ percent: _, ...live }) => live),
    async holdRamp(flag, rule, by) {
      const live = state.flags.get(flag)?.rollouts?.get(rule);
      const percent = percentOf(codedRollout(engine, flag, rule), live, { now: engine.now() }) ?? 100;
      return changeRollout({ action: 'set-rollout', flag, rule, percent }, by, (old) => ({ ...old, percent }));
    },
    approveRamp: (flag, rule, percent, by) =>
      changeRollout({ action: 'approve-ramp', flag, rule, percent }, by, (live) => ({ ...live, approved: percent })),
    addToSegment: (segment, ids, by) =>
      changeSegment({ action: 'add-to-segment', segment }, ids, by, (draft, id) => draft.add(id)),
    removeFromSegment: (segment, ids, by) =>
      changeSegment({ action: 'remove-from-segment', segment }, ids, by, (draft, id) => draft.delete(id)),
    async revokeOverrides(by) {
      return commit({ action: 'revoke-overrides' }, by, (old) => ({ ...old, epoch: old.epoch + 1 }));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The environment is the operator of this one process: what it says lies over every live state. */
function overlaid(flags: LiveState['flags'], environment: LiveState['flags']): LiveState['flags'] {
  const all = new Map(flags);
  for (const [name, live] of environment) all.set(name, { ...flags.get(name), ...live });
  return all;
}

function flagNamed({ config }: Engine<any>, name: string): Flag {
  const flag = config.compiled.get(name);
  if (flag) return flag;
  throw new GatekeeperError('flag-unknown', unknownName('flag', name, [...config.compiled.keys()]));
}

function checkVariant(engine: Engine<any>, name: string, variant: string): void {
  const { variants } = flagNamed(engine, name);
  if (!variants.includes(variant))
    throw new GatekeeperError('variant-unknown', unknownName(`variant of ${name}`, variant, variants));
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

function validId(id: UserId): string {
  const valid = unitId(id);
  if (valid !== undefined) return valid;
  throw new GatekeeperError('user-id-invalid', `${show(id)} is no user id; give a number or a non-empty string`);
}

async function inTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let end = performance.now() + TURN;
  for (const item of items) {
    work(item);
    if (performance.now() < end) continue;
    await new Promise(setImmediate);
    end = performance.now() + TURN;
  }
}
