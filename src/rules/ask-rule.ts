import type { Context } from '../context';
import { GatekeeperError, show } from '../errors';
import type { Flag } from '../flag';

/** What a flag's own getVariant chooses; throws where that is no variant. */
export function askRule({ definition, variants }: Flag, context: Context): string {
  const variant: unknown = definition.getVariant(context);
  if (variants.includes(variant as string)) return variant as string;
  if (isPromise(variant))
    throw new GatekeeperError(
      'rule-returned-promise',
      'getVariant returned a promise; it decides at once, on facts that the app has loaded earlier',
    );
  const all = variants.join(', ');
  throw new GatekeeperError(
    'rule-returned-no-variant',
    `getVariant returned ${show(variant)}; the variants are ${all}`,
  );
}

/** Whether `value` is a promise. Its rejection is then taken care of, so that it cannot end the process. */
export function isPromise(value: unknown): boolean {
  const then: unknown = (value as PromiseLike<unknown> | null | undefined)?.then;
  if (typeof then !== 'function') return false;
  then.call(value, undefined, () => {});
  return true;
}
