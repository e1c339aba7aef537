import type { Config } from './config';
import { Engine as EngineOf } from './engine';
import type { RegisteredConfig } from './register';
import { createReport, reportOf, type FullReport } from './report/report';
import { liveControl } from './stores/live';
import type { LiveControl } from './stores/live-control';

export * from './register';
export { match } from 'ts-pattern';
export type { Config, Logger, Settings } from './config';
export { defineConfig } from './config/define-config';
export type { Options, OverrideOptions, VisitorOptions } from './config/options';
export type { Context, Facts } from './context';
export type { Decision, Reason, Step } from './decide';
export { GatekeeperError, errorCodes, type ErrorCode, type Problem } from './errors';
export { currentGatekeeper } from './express/current';
export { FeatureFlag, type Flag, type Kind, type Requirement, type UserId } from './flag';
export { Gatekeeper } from './gatekeeper';
export type { LiveFlag, LiveState } from './live-state';
export { P } from './patterns/p';
export { liveSegment, segment, type SegmentOptions } from './patterns/segment';
export { ramp, type Duration, type Ramp, type RampDays, type RampOptions, type RampSteps } from './rules/ramp';
export type { Pattern, Rule, Segment, Unit, When } from './rules/rule';
export type { Count, CountStats } from './report/counts';
export type { Stats } from './report/report';
export type * from './stores/types';

/** What all requests of a process share: the flags, live control, counters. */
export type Engine<C = RegisteredConfig> = EngineOf<C, LiveControl<C>> &
  Pick<LiveControl<C>, 'onChange' | 'ready' | 'status' | 'close'> &
  Pick<FullReport, 'stats'>;

/** Makes what all requests of a process share. Opens nothing but what the config asks for. */
export function createEngine<C extends Config<any>>(config: C): Engine<C> {
  const engine = new EngineOf<C, LiveControl<C>>(config, { live: liveControl, report: createReport });
  const { onChange, ready, status, close } = engine.live;
  return Object.assign(engine, { onChange, ready, status, close, stats: reportOf(engine).stats });
}
