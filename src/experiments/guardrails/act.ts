import type { Engine } from '../../engine';
import type { Flag } from '../../flag';
import type { LiveState } from '../../live-state';
import { percentOf } from '../../rules/ramp';
import type { Change, ChangeBy, LiveControl } from '../../stores/live-control';
import type { Trip } from './guardrail';
import { EVERYBODY } from './window';

/** Who changes what a guardrail changes. */
export const ACTOR = 'guardrail';

/** What a person does that makes the numbers so far those of the past. */
const FRESH_START: readonly string[] = [
  'restore',
  'unpin',
  'set-rollout',
  'reset-rollout',
  'revert',
  'clear',
] satisfies readonly Change['action'][];

/** Whether a person did that. */
export function isFreshStart({ actor, action }: Change): boolean {
  return actor !== ACTOR && FRESH_START.includes(action);
}

type Live = LiveControl<any>;

/**
 * Does what a trip is to do, through live control, on top of the revision it was judged under. Gives the revision of the
 * change where it ends what was watched, `pending` where that is still to be stored. Rejects where it could not be done.
 */
export async function act(
  engine: Engine<any>,
  flag: Flag,
  { action, rule, reason }: Trip,
): Promise<number | 'pending' | undefined> {
  const live: Live = engine.live;
  const by: ChangeBy = { actor: ACTOR, reason, expectedRevision: live.state.revision };
  const now = live.state.flags.get(flag.name);
  if (action === 'kill') {
    if (now?.killed === undefined) return live.kill(flag.name, by);
    if (live.status().unstoredKills.includes(flag.name)) return 'pending'; // live control tries by itself
    return live.state.revision; // by somebody else meanwhile
  }
  if (action === 'notify') return undefined;
  let revision: number | undefined;
  for (const target of targetsOf(flag, rule)) {
    const rollout = now?.rollouts?.get(target);
    const onTop = revision === undefined ? by : { ...by, expectedRevision: revision };
    if (action === 'stop' && rollout?.percent !== 0) revision = await live.setRollout(flag.name, target, 0, onTop);
    if (action === 'hold' && rollout?.percent === undefined) revision = await hold(engine, flag, target, onTop);
  }
  return action === 'stop' ? (revision ?? live.state.revision) : undefined;
}

/** Whether what a trip has switched off is on again. */
export function isTakenBack(flag: Flag, { action, rule }: Trip, { flags }: LiveState): boolean {
  const now = flags.get(flag.name);
  if (action === 'kill') return now?.killed === undefined;
  return action === 'stop' && targetsOf(flag, rule).some((target) => now?.rollouts?.get(target)?.percent !== 0);
}

/** The rollouts that a trip stops or holds: the rule's, or where everybody was watched, all there are. */
function targetsOf(flag: Flag, rule: string): readonly string[] {
  if (rule !== EVERYBODY) return [rule];
  if (flag.definition.experiment) return [flag.rules.at(-1)!.name];
  return flag.imperative ? [...flag.rollouts.keys()] : flag.rules.map(({ name }) => name);
}

function hold(engine: Engine<any>, flag: Flag, target: string, by: ChangeBy): Promise<number> {
  const live: Live = engine.live;
  const coded = flag.rules.find(({ name }) => name === target)?.rollout ?? flag.rollouts.get(target)?.percent;
  if (typeof coded === 'object') return live.holdRamp(flag.name, target, by);
  const rollout = live.state.flags.get(flag.name)?.rollouts?.get(target);
  return live.setRollout(flag.name, target, percentOf(coded, rollout, { now: engine.now() }) ?? 100, by);
}
