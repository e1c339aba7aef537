import type {
  ErrorCode,
  EvaluationContext,
  JsonValue,
  Provider,
  ProviderEventEmitter,
  ResolutionDetails,
  ServerProviderEvents,
  TrackingEventDetails,
} from '@openfeature/server-sdk';
import type { Context } from '../context';
import { GatekeeperError, show, unknownName } from '../errors';
import type { FeatureFlag } from '../flag';
import type { Engine } from '../index';
import { evaluationOf, failureOf } from './answer';
import { changedFlags } from './changed';
import { contextOf } from './context';
import { metadataOf, type Metadata } from './metadata';
import { reasonOf } from './reason';
import { valueOf, type Types } from './value';

type Sdk = typeof import('@openfeature/server-sdk');

export interface ProviderOptions {
  /** What rules see of an evaluation context, instead of `targetingKey` as `user.id` and the rest as the user's attributes. */
  readonly context?: (given: EvaluationContext) => Partial<Context>;
  /** A flag's metadata, instead of its kind, owner, created and expires where the class declares them. */
  readonly metadata?: (flag: FeatureFlag, name: string) => Metadata;
}

const LOOK_EVERY = 1_000;

/**
 * An OpenFeature provider over `engine`'s flags: `OpenFeature.setProviderAndWait(new GatekeeperProvider(engine))`. Closing
 * it leaves the engine open, which is the app's.
 * @throws GatekeeperError `package-missing` where `@openfeature/server-sdk` is missing
 */
export class GatekeeperProvider implements Provider {
  readonly metadata = { name: 'gatekeeper-flags' };
  readonly runsOn = 'server';
  readonly events: ProviderEventEmitter<ServerProviderEvents>;
  private readonly sdk: Sdk;
  private readonly known = new Map<string, Metadata>();
  private stop: () => void = () => {};

  constructor(
    private readonly engine: Engine<any>,
    private readonly options: ProviderOptions = {},
  ) {
    this.sdk = loadSdk();
    this.events = new this.sdk.OpenFeatureEventEmitter();
  }

  /** Waits for live state. Where it cannot be read, flags are decided by code alone, and the provider says ERROR until it can. */
  async initialize(): Promise<void> {
    this.stop();
    const { engine, sdk } = this;
    if (engine.live.closing.aborted) throw new sdk.ProviderFatalError('the engine was closed');
    await engine.ready;
    this.stop = this.watch();
    const { state, problem } = engine.status();
    if (state === 'never-loaded')
      throw new sdk.GeneralError(`live state could not be read: ${problem ?? 'not in time'}`);
  }

  async onClose(): Promise<void> {
    this.stop();
  }

  async resolveBooleanEvaluation(key: string, fallback: boolean, context: EvaluationContext) {
    return this.resolve('boolean', key, fallback, context);
  }
  async resolveStringEvaluation(key: string, fallback: string, context: EvaluationContext) {
    return this.resolve('string', key, fallback, context);
  }
  async resolveNumberEvaluation(key: string, fallback: number, context: EvaluationContext) {
    return this.resolve('number', key, fallback, context);
  }
  async resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T, context: EvaluationContext) {
    return this.resolve('object', key, fallback as object, context) as ResolutionDetails<T>;
  }

  /** Records an outcome for the experiments and guardrails that measure it: `value` of the details is how much, 1 without. */
  track(metric: string, given: EvaluationContext, { value }: TrackingEventDetails = {}): void {
    this.engine.for((this.options.context ?? contextOf)(given)).track(metric, { value });
  }

  private resolve<T extends keyof Types>(
    type: T,
    key: string,
    fallback: Types[T],
    given: EvaluationContext,
  ): ResolutionDetails<Types[T]> {
    const { compiled } = this.engine.config;
    const failed = (code: `${ErrorCode}`, errorMessage: string) => ({
      ...{ value: fallback, reason: 'ERROR', errorCode: code as ErrorCode, errorMessage },
    });
    const flag = compiled.get(key);
    if (flag === undefined) return failed('FLAG_NOT_FOUND', unknownName('flag', key, [...compiled.keys()]));
    const evaluation = evaluationOf(this.engine, (this.options.context ?? contextOf)(given));
    const outcome = evaluation.answer(flag);
    const failure = failureOf(flag, outcome, evaluation);
    if (failure === 'TARGETING_KEY_MISSING')
      return failed(failure, `${key} is decided by a user's id; give a targetingKey`);
    if (failure) return failed(failure, `${key} could not be decided: ${show(outcome.error)}`);
    const { variant } = outcome;
    const valued = valueOf(flag, variant, type);
    if (valued === 'mismatch') return failed('TYPE_MISMATCH', `${key} at ${show(variant)} is no ${type}`);
    evaluation.use(flag);
    const value = valued === 'code-default' ? fallback : valued.value;
    return { value, variant, reason: reasonOf(flag, outcome), flagMetadata: this.metadataOf(key, flag.definition) };
  }

  private metadataOf(name: string, definition: FeatureFlag): Metadata {
    let metadata = this.known.get(name);
    if (!metadata) this.known.set(name, (metadata = (this.options.metadata ?? metadataOf)(definition, name)));
    return metadata;
  }

  /** Tells of changes, and of live state that goes stale or is fresh again; gives what ends that. */
  private watch(): () => void {
    const { engine, events, sdk } = this;
    const { ConfigurationChanged, Ready, Stale } = sdk.ServerProviderEvents;
    const unlisten = engine.onChange((change) => {
      if (change.action === 'revoke-overrides') return; // those of cookies, which no context of OpenFeature has
      events.emit(ConfigurationChanged, { flagsChanged: changedFlags(engine, change) });
    });
    let told = engine.status().state === 'never-loaded' ? 'never-loaded' : 'fresh';
    const look = () => {
      const { state, problem } = engine.status();
      if (state === told) return;
      told = state;
      if (state === 'stale') events.emit(Stale, { message: `live state is stale: ${problem}` });
      else events.emit(Ready);
    };
    const soon = setTimeout(look, 0).unref(); // once the SDK has said that the provider is ready
    const looking = setInterval(look, LOOK_EVERY).unref();
    const stop = () => {
      clearTimeout(soon);
      clearInterval(looking);
      unlisten();
    };
    engine.live.closing.addEventListener('abort', stop, { once: true });
    return stop;
  }
}

/** Loaded when a provider is made, so that the entry can be imported where it is not installed. */
function loadSdk(): Sdk {
  try {
    return require('@openfeature/server-sdk') as Sdk;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    const install = 'npm install @openfeature/server-sdk @openfeature/core';
    throw new GatekeeperError('package-missing', `the OpenFeature provider needs another package: ${install}`);
  }
}
