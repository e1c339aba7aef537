import type { Config } from '../config';
import { GatekeeperError, type Problem } from '../errors';
import type { FeatureFlag } from '../flag';
import { compileFlags } from './check-flags';
import { checkOptions } from './check-options';
import type { Checked } from './checked';
import type { Options } from './options';

/**
 * Checks flags and options, and gives the config that everything else takes. Importing it opens nothing.
 * @throws GatekeeperError `config-invalid`, with every mistake in `problems`
 */
export function defineConfig<const F extends { readonly [name: string]: FeatureFlag<any> }>(
  given: Options & { readonly flags: F & { [N in keyof F]: Checked<F[N], F> } },
): Config<F> {
  const { flags, ...options } = given ?? {};
  const problems: Problem[] = [];
  if (typeof flags !== 'object' || flags === null)
    problems.push({
      code: 'flag-invalid',
      field: 'flags',
      message: 'flags: missing; write flags: { NAME: new MyFlag() }',
    });
  const compiled = compileFlags(flags ?? {}, options.holdout, problems);
  checkOptions(options, compiled, problems);
  if (problems.length === 0) return Object.freeze({ flags, options, compiled });
  const list = problems.map(({ code, message }) => `\n  - ${message} [${code}]`).join('');
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  throw new GatekeeperError('config-invalid', `${count} in the config:${list}`, problems);
}
