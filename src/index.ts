import type { Config } from './config';
import { Engine } from './engine';
import { createReport } from './report/report';
import { liveControl } from './stores/live';

export * from './register';
export { P, match } from 'ts-pattern';
export type { Config, Logger, Options, OverrideOptions } from './config';
export { defineConfig } from './config/define-config';
export type { Context, Facts } from './context';
export type { Decision, Reason, Step } from './decide';
export { Engine, type Stats } from './engine';
export { GatekeeperError, errorCodes, type ErrorCode, type Problem } from './errors';
export { currentGatekeeper } from './express/current';
export { FeatureFlag, type Flag, type Kind, type Requirement, type UserId } from './flag';
export { Gatekeeper } from './gatekeeper';
export type { Change, ChangeBy, LiveControl, LiveFlag, LiveState } from './live-state';

/** Makes what all requests of a process share. Opens nothing but what the config asks for. */
export function createEngine<C extends Config<any>>(config: C): Engine<C> {
  return new Engine<C>(config, { live: liveControl, report: createReport });
}
