import type { Engine } from '../engine';
import type { Flag } from '../flag';
import type { LiveFlag, LiveState } from '../live-state';
import { readEnvironment } from './environment';
import type { Known, KnownFlag } from './sync';

export type Effect = ReturnType<typeof createEffect>;

/**
 * What is in effect in this process: what the store says, as far as this process's code has the flags and variants it
 * speaks of; over it the kills that could not be stored yet; and over all what the process's environment says.
 */
export function createEffect(engine: Engine<any>) {
  const { compiled } = engine.config;
  const environment = readEnvironment(engine);
  const kills = new Map<string, string>();
  const fitted = new WeakMap<KnownFlag, { readonly live: LiveFlag; readonly ignored: readonly string[] }>();
  let known: Pick<Known, 'revision' | 'epoch' | 'flags' | 'segments'> = {
    revision: 0,
    epoch: 0,
    flags: new Map(),
    segments: new Map(),
  };
  let ignored: readonly string[] = [];

  function inEffect(): LiveState {
    const flags = new Map<string, LiveFlag>();
    const without: string[] = [];
    for (const [name, stored] of known.flags) {
      const flag = compiled.get(name);
      const { live, ignored: parts } = flag ? fit(flag, stored) : { live: {}, ignored: [name] };
      if (flag) flags.set(name, live);
      without.push(...parts);
    }
    for (const [name, killed] of kills) flags.set(name, { ...flags.get(name), killed });
    for (const [name, live] of environment) flags.set(name, { ...flags.get(name), ...live });
    const segments = new Map([...known.segments].map(([name, { members }]) => [name, members]));
    ignored = without;
    return { revision: known.revision, epoch: known.epoch, flags, segments };
  }

  /** The part of a flag's live state that the code has a meaning for; worked out once for each change. */
  function fit(flag: Flag, stored: KnownFlag) {
    const done = fitted.get(stored);
    if (done) return done;
    const { pinned, users, rollouts, ...rest } = stored.live;
    const isVariant = (variant: string) => flag.variants.includes(variant);
    const rules = new Set([...flag.rules.map((rule) => rule.name), ...flag.rollouts.keys()]);
    const result = {
      live: {
        ...rest,
        ...(pinned !== undefined && isVariant(pinned) && { pinned }),
        ...(users && {
          users: [...users.values()].every(isVariant)
            ? users
            : new Map([...users].filter(([, variant]) => isVariant(variant))),
        }),
        ...(rollouts && { rollouts }),
      },
      ignored: [
        ...[pinned, ...(users?.values() ?? [])].filter((variant) => variant !== undefined && !isVariant(variant)),
        ...[...(rollouts?.keys() ?? [])].filter((rule) => !rules.has(rule)),
      ].map((part) => `${flag.name}: ${part}`),
    };
    fitted.set(stored, result);
    return result;
  }

  const effect = {
    state: inEffect(),
    /** What is kept of flags, variants and rules that the code does not have. */
    ignored: () => ignored,
    unstoredKills: () => [...kills.keys()],
    update(next: Known): void {
      known = next;
      effect.state = inEffect();
    },
    /** Kills a flag in this process, until `killStored`. */
    kill(flag: string, why: string): void {
      kills.set(flag, why);
      effect.state = inEffect();
    },
    killStored(flag: string): void {
      if (kills.delete(flag)) effect.state = inEffect();
    },
  };
  return effect;
}
