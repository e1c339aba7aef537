import { GatekeeperError, show } from '../errors';
import type { Flag } from '../flag';
import { isPromise } from './is-promise';
import { RuleContext } from './rule-context';
import type { Subject } from './subject';

/** What a flag's own getVariant chooses; throws where that is no variant. */
export function askRule(flag: Flag, subject: Subject): string {
  const { variants } = flag;
  const variant: unknown = flag.definition.getVariant(new RuleContext(flag, subject));
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

/** What is wrong with a rule that asks, directly or through others, for the flag it decides. */
export function recursionError({ name }: Flag): GatekeeperError {
  return new GatekeeperError('rule-recursive', `the rule of ${name} asks for ${name} itself`);
}
