import type { Config, Options } from '../config';
import { GatekeeperError, unknownName, type Problem } from '../errors';
import type { FeatureFlag } from '../flag';
import { compileFlags } from './check-flags';
import type { Checked } from './checked';

// prettier-ignore
const OPTIONS = [
  'app', 'user', 'groups', 'environment', 'secret', 'overrides', 'asyncContext', 'strict', 'logger', 'onError', 'now', 'env',
] as const satisfies readonly (keyof Options)[];

/**
 * Checks flags and options, and gives the config that everything else takes. Importing it opens nothing.
 * @throws GatekeeperError `config-invalid`, with every mistake in `problems`
 */
export function defineConfig<const F extends { readonly [name: string]: FeatureFlag<any> }>(
  given: Options & { readonly flags: F & { [N in keyof F]: Checked<F[N], F> } },
): Config<F> {
  const { flags, ...options } = given;
  const problems: Problem[] = [];
  const compiled = compileFlags(flags ?? {}, problems);
  checkOptions(options, problems);
  if (problems.length === 0) return Object.freeze({ flags, options, compiled });
  const list = problems.map(({ code, message }) => `\n  - ${message} [${code}]`).join('');
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  throw new GatekeeperError('config-invalid', `${count} in the config:${list}`, problems);
}

function checkOptions(options: Options, problems: Problem[]): void {
  for (const field of Object.keys(options))
    if (!OPTIONS.some((known) => known === field))
      problems.push({ code: 'option-unknown', field, message: unknownName('option', field, OPTIONS) });

  const { secret, environment } = options;
  if (secret === undefined) return;
  const wrong = (field: string, message: string) =>
    problems.push({ code: 'secret-invalid', field, message: `${field}: ${message}` });
  if (secret.length === 0 || [secret].flat().some((one: unknown) => typeof one !== 'string' || one.length < 32))
    wrong('secret', 'a secret has at least 32 characters; `openssl rand -hex 32` makes one');
  if (!environment)
    wrong('environment', "say which environment's tokens the secret signs, such as environment: 'production'");
}
