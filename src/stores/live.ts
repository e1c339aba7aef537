import type { Engine } from '../engine';
import { GatekeeperError, show, unknownName } from '../errors';
import type { UserId } from '../flag';
import { unitId } from '../rules/unit-id';
import type { LiveFlag, LiveState } from '../live-state';
import { readEnvironment } from './environment';
import type { Change, ChangeBy, LiveControl } from './live-control';

type What = Pick<Change, 'action' | 'flag' | 'variant' | 'user'>;

/** Live control held in this process's memory. */
export function liveControl(engine: Engine<any>): LiveControl<any> {
  const { compiled } = engine.config;
  const environment = readEnvironment(engine);
  const listeners = new Set<(change: Change) => void>();
  /** What was changed, without what the environment says on top of it. */
  let changed: ReadonlyMap<string, LiveFlag> = new Map();
  let state: LiveState = { revision: 0, epoch: 0, flags: environment, segments: new Map() };

  async function change(what: What, by: ChangeBy, edit?: (live: LiveFlag) => LiveFlag): Promise<number> {
    if ('flag' in what) checkNames(what);
    if (!by?.actor || !by.reason)
      throw new GatekeeperError('change-invalid', `${what.action} needs an actor and a reason`);
    if ((by.expectedRevision ?? state.revision) !== state.revision)
      throw new GatekeeperError(
        'conflict',
        `expected revision ${by.expectedRevision}, but live state is at ${state.revision}`,
      );
    if (what.flag !== undefined && edit) changed = new Map(changed).set(what.flag, edit(changed.get(what.flag) ?? {}));
    const revision = state.revision + 1;
    const epoch = state.epoch + (what.action === 'revoke-overrides' ? 1 : 0);
    state = { revision, epoch, flags: overlaid(changed, environment), segments: state.segments };
    tell({ ...what, actor: by.actor, reason: by.reason, at: engine.now(), revision });
    return revision;
  }

  function checkNames(what: What): void {
    const { flag: name, variant } = what;
    const flag = compiled.get(name!);
    if (!flag) throw new GatekeeperError('flag-unknown', unknownName('flag', name, [...compiled.keys()]));
    if ('variant' in what && !flag.variants.includes(what.variant!))
      throw new GatekeeperError('variant-unknown', unknownName(`variant of ${name}`, variant, flag.variants));
  }

  function tell(change: Change): void {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        engine.report.failed(error);
      }
    }
  }

  return {
    get state() {
      return state;
    },
    kill: (flag, by) =>
      change({ action: 'kill', flag }, by, (live) => ({ ...live, killed: `killed by ${by.actor}: ${by.reason}` })),
    restore: (flag, by) => change({ action: 'restore', flag }, by, ({ killed: _, ...live }) => live),
    pin: (flag, variant, by) => change({ action: 'pin', flag, variant }, by, (live) => ({ ...live, pinned: variant })),
    unpin: (flag, by) => change({ action: 'unpin', flag }, by, ({ pinned: _, ...live }) => live),
    async addUser(flag, variant, id, by) {
      const user = validId(id);
      const add = (live: LiveFlag) => ({ ...live, users: new Map(live.users).set(user, variant) });
      return change({ action: 'add-user', flag, variant, user }, by, add);
    },
    async removeUser(flag, id, by) {
      const user = validId(id);
      const others = (live: LiveFlag) => new Map([...(live.users ?? [])].filter(([other]) => other !== user));
      return change({ action: 'remove-user', flag, user }, by, (live) => ({ ...live, users: others(live) }));
    },
    revokeOverrides: (by) => change({ action: 'revoke-overrides' }, by),
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

function validId(id: UserId): string {
  const valid = unitId(id);
  if (valid !== undefined) return valid;
  throw new GatekeeperError('user-id-invalid', `${show(id)} is no user id; give a number or a non-empty string`);
}
