import { show, unknownName, type ErrorCode, type Problem } from '../errors';
import type { Flag } from '../flag';
import type { Options, OverrideOptions, VisitorOptions } from './options';

/** What `typeof` says of each option; `secret` has rules of its own. */
// prettier-ignore
const OPTIONS: { readonly [K in keyof Required<Options>]: string } = {
  app: 'object', user: 'function', groups: 'function', environment: 'string', secret: '', overrides: 'object', store: 'function', readyTimeout: 'number', sink: 'function', holdout: 'number', visitor: 'object',
  caching: 'string', asyncContext: 'boolean', strict: 'boolean', logger: 'object', onError: 'function', now: 'function', env: 'object',
};
// prettier-ignore
const OVERRIDES: { readonly [K in keyof Required<OverrideOptions>]: string } = {
  cookie: 'string', allow: 'function', maxAge: 'number', unsigned: 'boolean',
};
const VISITOR: { readonly [K in keyof Required<VisitorOptions>]: string } = {
  cookie: 'string',
  consent: 'function',
  maxAge: 'number',
};

/** Checks the options; what is wrong with them is added to `problems`, all of it. */
export function checkOptions(options: Options, compiled: ReadonlyMap<string, Flag>, problems: Problem[]): void {
  checkFields(options, OPTIONS, '', problems);
  checkFields(options.overrides ?? {}, OVERRIDES, 'overrides.', problems);
  checkFields(options.visitor ?? {}, VISITOR, 'visitor.', problems);
  const wrong = (code: ErrorCode, field: string, message: string) =>
    problems.push({ code, field, message: `${field}: ${message}` });

  for (const field of ['overrides', 'visitor'] as const) {
    const { cookie = 'name', maxAge = 1 } = options[field] ?? {};
    if (typeof cookie === 'string' && !/^[\w!#$%&'*.^`|~+-]+$/.test(cookie))
      wrong('field-invalid', `${field}.cookie`, `${show(cookie)} is no cookie name; use letters, digits, - and _`);
    if (typeof maxAge === 'number' && !(Number.isInteger(maxAge) && maxAge > 0))
      wrong('field-invalid', `${field}.maxAge`, `${maxAge} is no lifetime; write a whole number of seconds`);
  }
  if (typeof options.holdout === 'number' && !(options.holdout >= 0 && options.holdout < 100))
    wrong('percent-invalid', 'holdout', `${options.holdout} is no share to hold out; write 0 to 50, such as 5`);
  const cookies = [options.overrides?.cookie ?? 'gatekeeper', options.visitor?.cookie ?? 'gk_id', 'gk_sticky'];
  if (new Set(cookies).size < cookies.length)
    wrong('field-invalid', 'visitor.cookie', `two of the cookies ${cookies.join(', ')} have one name; rename one`);
  if (!['protect', 'off', undefined].includes(options.caching))
    wrong('field-invalid', 'caching', `${show(options.caching)} is neither 'protect' nor 'off'`);

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
  const names = Object.keys(known).map((name) => at + name);
  for (const [name, value] of Object.entries(given)) {
    const [field, type] = [at + name, Object.hasOwn(known, name) ? known[name] : undefined];
    if (type === undefined) {
      const message = unknownName('option', field, names, `the options are ${names.join(', ')}`);
      problems.push({ code: 'option-unknown', field, message });
    } else if (type && value !== undefined && (typeof value !== type || value === null))
      problems.push({ code: 'field-invalid', field, message: `${field}: ${show(value)} is no ${type}; give one` });
  }
}
