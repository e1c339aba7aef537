import type { Config } from '../config';
import { GatekeeperError, unknownName } from '../errors';
import type { Gatekeeper } from '../gatekeeper';
import type { Choices, FlagName, VariantOf } from '../register';
import { isPromise } from '../rules/is-promise';
import { testGatekeeper } from './test-gatekeeper';

type Done<R> = R extends PromiseLike<unknown> ? Promise<void> : void;

/**
 * Runs `block` once for each variant of `flag`, with a Gatekeeper at that variant: around `test` in a `describe`, or
 * inside a test. An asynchronous block is awaited before the next; what it throws says which variant it was.
 */
export function eachVariant<C extends Config<any>, N extends FlagName<C>, R>(
  config: C,
  flag: N,
  block: (variant: VariantOf<C, N>, gk: Gatekeeper<C>) => R,
): Done<R> {
  return allCombinations(config, [flag], (choices, gk) => block(choices[flag] as VariantOf<C, N>, gk));
}

/** Runs `block` once for each combination of variants of `flags`, as `eachVariant` does for one flag. */
export function allCombinations<C extends Config<any>, N extends FlagName<C>, R>(
  config: C,
  flags: readonly N[],
  block: (choices: { readonly [K in N]: VariantOf<C, K> }, gk: Gatekeeper<C>) => R,
): Done<R> {
  let combinations: { [flag: string]: string }[] = [{}];
  for (const flag of flags) {
    const variants = config.compiled.get(flag)?.variants;
    if (!variants) throw new GatekeeperError('flag-unknown', unknownName('flag', flag, [...config.compiled.keys()]));
    combinations = combinations.flatMap((choices) => variants.map((variant) => ({ ...choices, [flag]: variant })));
  }
  const run = (choices: { [flag: string]: string }) =>
    labelled(choices, () => block(choices as never, testGatekeeper(config, choices as Choices<C>)));
  return inTurn(combinations, run) as Done<R>;
}

/** Runs one after the other, waiting only where there is something to wait for. */
function inTurn<T>(items: readonly T[], run: (item: T) => unknown): Promise<void> | void {
  for (const [index, item] of items.entries()) {
    const result = run(item);
    if (isPromise(result)) return Promise.resolve(result).then(() => inTurn(items.slice(index + 1), run));
  }
}

function labelled(choices: { [flag: string]: string }, run: () => unknown): unknown {
  const label = (error: unknown): never => {
    const at = Object.entries(choices).map(([flag, variant]) => `${flag} = ${variant}`);
    if (error instanceof Error) {
      const told = `with ${at.join(', ')}: ${error.message}`;
      // Runners show the stack, which repeats the message.
      const stack = error.stack?.replace(error.message, () => told);
      Reflect.set(error, 'message', told);
      Reflect.set(error, 'stack', stack);
    }
    throw error;
  };
  try {
    const result = run();
    return isPromise(result) ? Promise.resolve(result).catch(label) : result;
  } catch (error) {
    return label(error);
  }
}
