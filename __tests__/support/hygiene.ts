import { memoryStore } from 'gatekeeper-flags/stores/memory';
import type { Engine, FeatureFlag, Options } from 'gatekeeper-flags';
import { hygieneOf, type Evidence, type Hygiene } from '../../src/lifecycle/hygiene';
import type { FlagLifecycle } from '../../src/lifecycle/lifecycle';
import type { Targets } from '../../src/lifecycle/policy';
import { engineOf } from './config';

export const DAY = 24 * 60 * 60 * 1000;
export const START = Date.parse('2026-01-01T00:00Z');

/** `2026-01-01` is day 0. */
export const onDay = (day: number): string => new Date(START + day * DAY).toISOString().slice(0, 10);

/** An engine whose clock stands at the day that a test says. */
export function ageing(flags: { readonly [name: string]: FeatureFlag<any> }, options: Options = {}) {
  const clock = { day: 0 };
  const now = () => START + clock.day * DAY;
  const engine: Engine<any> = engineOf(flags, { now, store: memoryStore, ...options });
  return {
    engine,
    clock,
    /** Decides a flag for so many users. */
    decide(flag: string, times = 100): void {
      for (let id = 1; id <= times; id++) engine.for({ user: { id } as never }).ffVariant(flag);
    },
    /** Writes what was counted, with today as its day. */
    count: () => engine.live.counts(),
    async hygiene(more: Partial<Evidence> = {}, targets?: Partial<Targets>): Promise<Hygiene> {
      const [counts, changes] = await Promise.all([engine.live.counts(), engine.live.history({ limit: 1_000 })]);
      const { state } = engine.live;
      const { ignored } = engine.status();
      const evidence = { now: now(), live: state.flags, counts, changes, ignored, ...more };
      return hygieneOf(engine.flags(), evidence, targets);
    },
    async of(flag: string, more?: Partial<Evidence>): Promise<FlagLifecycle> {
      const { flags: found } = await this.hygiene(more);
      return found.find((one) => one.flag === flag)!;
    },
  };
}

export function codes({ reasons }: FlagLifecycle): readonly string[] {
  return reasons.map(({ code }) => code);
}
