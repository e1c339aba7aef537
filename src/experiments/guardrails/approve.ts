import type { Engine } from '../../engine';
import type { Flag } from '../../flag';
import { percentAt, percentOf, type Ramp } from '../../rules/ramp';
import type { LiveControl } from '../../stores/live-control';
import { ACTOR } from './act';
import type { GuardrailReading } from './readings';
import { offBecause } from './state';
import type { Moment } from './watch';
import { EVERYBODY } from './window';

/**
 * Lets the ramps of a flag go on: one step, where its time has come and every guardrail of the present one is quiet, with
 * enough data. Rejects with `conflict` where another process was faster.
 */
export async function approve(
  engine: Engine<any>,
  flag: Flag,
  readings: readonly GuardrailReading[],
  { state, now }: Moment,
): Promise<void> {
  for (const [name, ramp] of rampsOf(flag)) {
    const live = state.flags.get(flag.name)?.rollouts?.get(name);
    const percent = percentOf(ramp, live, { now })!;
    if (live?.percent !== undefined || percentAt(ramp, now) <= percent) continue;
    if (percent > 0) {
      const own = readings.filter(({ rule }) => rule === name || rule === EVERYBODY);
      if (own.length === 0 || own.some((reading) => reading.state !== 'quiet')) continue;
    } else if (offBecause(flag, { percent: 100 }, { state, now }) !== undefined) continue;
    const next = ramp.steps.find((step) => step.percent > percent)!;
    const reason = percent > 0 ? `its guardrails are quiet at ${percent} %, with enough data` : 'its time has come';
    const by = { actor: ACTOR, reason, expectedRevision: state.revision };
    await (engine.live as LiveControl<any>).approveRamp(flag.name, name, next.percent, by);
  }
}

function rampsOf({ rules, rollouts }: Flag): readonly (readonly [name: string, ramp: Ramp])[] {
  const ofRules = rules.map(({ name, rollout }) => [name, rollout] as const);
  const named = [...rollouts].map(([name, { percent }]) => [name, percent] as const);
  return [...ofRules, ...named].filter(
    (one): one is readonly [string, Ramp] => typeof one[1] === 'object' && one[1].guarded,
  );
}
