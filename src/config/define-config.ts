import type { Config } from '../config';
import { GatekeeperError, show, unknownName, type ErrorCode, type Problem } from '../errors';
import type { FeatureFlag, Flag } from '../flag';
import { compileFlags } from './check-flags';
import type { Checked } from './checked';
import type { Options, OverrideOptions } from './options';

/** What `typeof` says of each option; `secret` has rules of its own. */
// prettier-ignore
const OPTIONS: { readonly [K in keyof Required<Options>]: string } = {
  app: 'object', user: 'function', groups: 'function', environment: 'string', secret: '', overrides: 'object', visitor: 'object',
  caching: 'string', asyncContext: 'boolean', strict: 'boolean', logger: 'object', onError: 'function', now: 'function', env: 'object',
};
// prettier-ignore
const OVERRIDES: { readonly [K in keyof Required<OverrideOptions>]: string } = {
  cookie: 'string', allow: 'function', maxAge: 'number', unsigned: 'boolean',
};

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
  const compiled = compileFlags(flags ?? {}, problems);
  checkOptions(options, compiled, problems);
  if (problems.length === 0) return Object.freeze({ flags, options, compiled });
  const list = problems.map(({ code, message }) => `\n  - ${message} [${code}]`).join('');
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  throw new GatekeeperError('config-invalid', `${count} in the config:${list}`, problems);
}

function checkOptions(options: Options, compiled: ReadonlyMap<string, Flag>, problems: Problem[]): void {
  checkFields(options, OPTIONS, '', problems);
  checkFields(options.overrides ?? {}, OVERRIDES, 'overrides.', problems);
  const wrong = (code: ErrorCode, field: string, message: string) =>
    problems.push({ code, field, message: `${field}: ${message}` });

  const { cookie = 'gatekeeper', maxAge = 1 } = options.overrides ?? {};
  if (typeof cookie === 'string' && !/^[\w!#$%&'*.^`|~+-]+$/.test(cookie))
    wrong('field-invalid', 'overrides.cookie', `${show(cookie)} is no cookie name; use letters, digits, - and _`);
  if (typeof maxAge === 'number' && !(Number.isInteger(maxAge) && maxAge > 0))
    wrong('field-invalid', 'overrides.maxAge', `${maxAge} is no lifetime; write a whole number of seconds`);

  const { secret, environment } = options;
  if (secret === undefined) {
    for (const { name, sticky } of compiled.values())
      if (sticky)
        problems.push({
          code: 'secret-invalid',
          flag: name,
          field: 'sticky',
          message: `${name}.sticky: it keeps variants in a signed cookie; give defineConfig a secret`,
        });
    return;
  }
  const secrets: readonly unknown[] = [secret].flat();
  if (secrets.length === 0 || secrets.some((one) => typeof one !== 'string' || one.length < 32))
    wrong('secret-invalid', 'secret', 'a secret has at least 32 characters; `openssl rand -hex 32` makes one');
  if (!environment)
    wrong(
      'secret-invalid',
      'environment',
      "say which environment's tokens the secret signs, such as environment: 'production'",
    );
}

function checkFields(
  given: object,
  known: { readonly [field: string]: string },
  at: string,
  problems: Problem[],
): void {
  const names = Object.keys(known);
  for (const [name, value] of Object.entries(given)) {
    const [field, type] = [at + name, Object.hasOwn(known, name) ? known[name] : undefined];
    if (type === undefined) {
      const message = `${unknownName('option', field, names)}; the options are ${names.join(', ')}`;
      problems.push({ code: 'option-unknown', field, message });
    } else if (type && value !== undefined && (typeof value !== type || value === null))
      problems.push({ code: 'field-invalid', field, message: `${field}: ${show(value)} is no ${type}; give one` });
  }
}
