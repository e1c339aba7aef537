import type { Config } from '../config';
import type { Context } from '../context';
import { GatekeeperError, unknownName } from '../errors';
import { Gatekeeper } from '../gatekeeper';
import { createEngine } from '../index';
import type { Choices } from '../register';

/**
 * A Gatekeeper for tests: the chosen flags are at the chosen variants whatever their rules say, all others are decided
 * for `context`. The environment is not asked, and a check of a flag that does not exist throws.
 * @throws GatekeeperError `flag-unknown`, `variant-unknown`
 */
export function testGatekeeper<C extends Config<any>>(
  config: C,
  choices: Choices<C> = {} as Choices<C>,
  { user, groups, visitor, ...facts }: Partial<Context> = {},
): Gatekeeper<C> {
  const chosen = new Map(Object.entries<string>(choices as { [flag: string]: string }));
  for (const [name, variant] of chosen) {
    const flag = config.compiled.get(name);
    if (!flag) throw new GatekeeperError('flag-unknown', unknownName('flag', name, [...config.compiled.keys()]));
    if (!flag.variants.includes(variant))
      throw new GatekeeperError('variant-unknown', unknownName(`variant of ${name}`, variant, flag.variants));
  }
  const options = { ...config.options, env: { NODE_ENV: 'test' }, strict: true };
  const engine = createEngine<C>({ ...config, options } as C);
  return new Gatekeeper<C>(engine, {
    ...facts,
    user: () => user,
    groups: () => groups,
    visitor: () => visitor,
    overrides: () => chosen,
  });
}
