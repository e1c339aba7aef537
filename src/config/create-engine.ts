import type { Config } from '../config';
import { Engine as EngineOf } from '../engine';
import type { RegisteredConfig } from '../register';
import { createReport, reportOf, type FullReport } from '../report/report';
import { liveControl } from '../stores/live';
import type { LiveControl } from '../stores/live-control';
import { PATIENCE } from '../stores/within';

/** What all requests of a process share: the flags, live control, counters. */
export type Engine<C = RegisteredConfig> = EngineOf<C, LiveControl<C>> &
  Pick<LiveControl<C>, 'onChange' | 'ready' | 'status' | 'close'> &
  Pick<FullReport, 'stats'>;

/** Makes what all requests of a process share. Opens nothing but what the config asks for. */
export function createEngine<C extends Config<any>>(config: C): Engine<C> {
  const engine = new EngineOf<C, LiveControl<C>>(config, { live: liveControl, report: createReport });
  const { onChange, ready, status } = engine.live;
  const { observer, stats } = reportOf(engine);
  let closed: Promise<void> | undefined;
  async function end(timeout = PATIENCE): Promise<void> {
    const until = performance.now() + timeout;
    await observer?.close(timeout / 2); // a sink that hangs leaves live control its half
    await engine.live.close({ timeout: Math.max(1, until - performance.now()) });
  }
  const close: Engine<C>['close'] = ({ timeout } = {}) => (closed ??= end(timeout));
  return Object.assign(engine, { onChange, ready, status, close, stats });
}
