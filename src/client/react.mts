'use client';

import { createContext, createElement, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { Gatekeeper } from '../gatekeeper.js';
import type { PayloadOf, RegisteredConfig, VariantName, VariantOf } from '../register.js';
import type { Client, ClientFlagName } from './types.js';

type FlagName = ClientFlagName<RegisteredConfig>;
/** Where hooks have their answers from: in a browser its client, on a server the request's Gatekeeper. */
type Flags = Client<any> | Gatekeeper<any>;

const Current = createContext<Flags | undefined>(undefined);

/**
 * Gives the hooks below it their flags: `client` is `createClient()` in a browser, and `req.gk` where a server renders (or a
 * `testGatekeeper` in a test).
 */
export function GatekeeperProvider({ client, children }: { client: Flags; children?: ReactNode }): ReactElement {
  return createElement(Current.Provider, { value: client }, children);
}

/** Does this visitor get `variant` of `flag`? Undefined only as long as there are no answers. */
export function useFlag<N extends FlagName>(flag: N, variant: VariantName<RegisteredConfig, N>): boolean | undefined {
  const served = useVariant(flag);
  return served === undefined ? undefined : served === variant;
}

/** The variant of `flag`; undefined only as long as there are no answers. */
export function useVariant<N extends FlagName>(flag: N): VariantOf<RegisteredConfig, N> | undefined {
  return useAnswer(flag, 0) as VariantOf<RegisteredConfig, N> | undefined;
}

/** The payload of the variant served; undefined where it has none, and as long as there are no answers. */
export function usePayload<N extends FlagName>(flag: N): PayloadOf<RegisteredConfig, N> | undefined {
  return useAnswer(flag, 1) as PayloadOf<RegisteredConfig, N> | undefined;
}

/** Its children, where this visitor gets the variant `is` of `flag`. */
export function Variant<N extends FlagName>(props: {
  flag: N;
  is: VariantName<RegisteredConfig, N>;
  children?: ReactNode;
}): ReactNode {
  return useFlag(props.flag, props.is) ? props.children : null;
}

/** The variant (0) or the payload (1) of an answer, kept up to date. */
function useAnswer(flag: string, part: 0 | 1): unknown {
  const flags = useContext(Current);
  // While a page is hydrated, what it was rendered with is the answer, even if there is a newer one by then.
  const read = (rendered: boolean) => {
    if (!flags) return undefined;
    if (isClient(flags)) return flags.answer(flag, rendered)?.[part];
    return part === 0 ? flags.ffVariant(flag) : flags.payload(flag);
  };
  const answer = useSyncExternalStore(
    flags && isClient(flags) ? flags.onChange : never,
    () => read(false),
    () => read(true),
  );
  // To render something is not to show it: a flag is used once it is on the page.
  useEffect(() => {
    if (flags && isClient(flags)) flags.ffVariant(flag);
  }, [flags, flag, answer]);
  return answer;
}

function isClient(flags: Flags): flags is Client<any> {
  return 'answer' in flags;
}

function never(): () => void {
  return () => {};
}
