import type { Config } from '../config';
import type { FlagName, MetricName, PayloadOf, RegisteredConfig, VariantName, VariantOf } from '../register';

/** One flag's answer: its variant, and the payload where that has one. */
export type Answer = readonly [variant: string, payload?: unknown];

/** What a server tells a browser: the answers, and a tag that is another wherever they are. */
export interface Told {
  readonly tag: string;
  readonly flags: { readonly [flag: string]: Answer };
}

/** What a browser sends back: the flags that it has used, and what happened. */
export interface Batch {
  readonly exposures: readonly string[];
  readonly outcomes: readonly { readonly metric: string; readonly value?: number }[];
}

/** The names of a config's flags whose class says `clientSide = true`; any name where the config is not known to types. */
export type ClientFlagName<C = RegisteredConfig> = string extends FlagName<C> ? FlagName<C> : ClientSide<C>;
type ClientSide<C> = {
  [N in FlagName<C>]: C extends Config<infer F>
    ? F[N & keyof F] extends { readonly clientSide: true }
      ? N
      : never
    : never;
}[FlagName<C>];

/** The flags of this browser as its server decided them. Checks are synchronous and never throw. */
export interface Client<C = RegisteredConfig> {
  /** Does this visitor get `variant` of `flag`? False as long as there are no answers. */
  ff<N extends ClientFlagName<C>>(flag: N, variant: VariantName<C, N>): boolean;
  /** The variant of `flag`; undefined as long as there are no answers. */
  ffVariant<N extends ClientFlagName<C>>(flag: N): VariantOf<C, N> | undefined;
  /** The payload of the variant served; undefined where it has none. The same object until it changes. */
  payload<N extends ClientFlagName<C>>(flag: N): PayloadOf<C, N> | undefined;
  /** The variant of every flag that a browser may know; asking for all of them is no use of any. */
  all(): { readonly [N in ClientFlagName<C>]?: VariantOf<C, N> };
  /** Reports what this visitor did, for the experiments and guardrails that measure it; `value` is 1 unless given. */
  track(metric: MetricName<C>, outcome?: { readonly value?: number }): void;
  /** Calls `listener` whenever an answer has changed; gives the function that stops it. */
  onChange(listener: () => void): () => void;
  /** Settles when there are answers, or none could be had; never rejects. */
  readonly ready: Promise<void>;
  /** Asks the server anew, such as after a login without a new page. Never rejects. */
  refresh(): Promise<void>;
  /** Overrides `flag` in this browser (`''` clears it), where the server lets it: whether it did. */
  override<N extends ClientFlagName<C>>(flag: N, variant: VariantName<C, N> | ''): Promise<boolean>;
  /** Sends what is waiting, and ends timers and connections; the last answers stay. */
  close(): void;
  /** @internal The answer, without using it; `rendered` is the one that the page came with. */
  answer(flag: string, rendered?: boolean): Answer | undefined;
}
