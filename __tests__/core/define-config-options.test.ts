import { toggle } from '../support/config';
import { placesOf, problemsOf } from '../support/problems';

const SECRET = 'thirty-two characters make a key';

test.each<[string, object, string, RegExp]>([
  ['it is unknown', { sekret: 1 }, 'option-unknown sekret', /"sekret".*did you mean "secret"/],
  ['it is on Object.prototype', { toString: 1 }, 'option-unknown toString', /options are/],
  ['user is no function', { user: { id: 1 } }, 'field-invalid user', /no function/],
  ['groups is no function', { groups: {} }, 'field-invalid groups', /no function/],
  ['now is a number', { now: 5 }, 'field-invalid now', /no function/],
  ['onError is a string', { onError: 'log' }, 'field-invalid onError', /no function/],
  ['app is null', { app: null }, 'field-invalid app', /null is no object/],
  ['strict is a string', { strict: 'yes' }, 'field-invalid strict', /no boolean/],
  [
    'overrides has an unknown one',
    { overrides: { maxage: 5 } },
    'option-unknown overrides.maxage',
    /did you mean "overrides.maxAge"/,
  ],
  ['allow is no function', { overrides: { allow: true } }, 'field-invalid overrides.allow', /no function/],
  ['the cookie is no cookie name', { overrides: { cookie: 'a b;' } }, 'field-invalid overrides.cookie', /"a b;"/],
  ['the cookie has no name', { overrides: { cookie: '' } }, 'field-invalid overrides.cookie', /""/],
  ['the cookie lives for no time', { overrides: { maxAge: 0 } }, 'field-invalid overrides.maxAge', /seconds/],
  ['the cookie lives for NaN', { overrides: { maxAge: NaN } }, 'field-invalid overrides.maxAge', /seconds/],
  ['the secret is short', { secret: 'short', environment: 'e' }, 'secret-invalid secret', /32 characters.*openssl/],
  [
    'one secret is short',
    { secret: [SECRET, 'x'.repeat(31)], environment: 'e' },
    'secret-invalid secret',
    /32 characters/,
  ],
  ['there are no secrets', { secret: [], environment: 'e' }, 'secret-invalid secret', /32 characters/],
  ['the secret is null', { secret: null, environment: 'e' }, 'secret-invalid secret', /32 characters/],
  ['there is no environment', { secret: SECRET }, 'secret-invalid environment', /environment: 'production'/],
  ['flags are missing', { flags: undefined }, 'flag-invalid flags', /flags: \{ NAME: new MyFlag\(\) \}/],
])('a mistake in an option: %s', (_, options, place, message) => {
  const problems = problemsOf({ flags: {}, ...options });
  expect(placesOf(problems)).toEqual([place]);
  expect(problems[0]!.message).toMatch(message);
});

test.each<[string, object]>([
  ['none at all', {}],
  [
    'undefined for each',
    { app: undefined, user: undefined, secret: undefined, overrides: undefined, strict: undefined },
  ],
  ['a secret', { secret: SECRET, environment: 'production' }],
  ['several secrets', { secret: [SECRET, `older: ${SECRET}`], environment: 'production' }],
  [
    'a cookie for https only',
    { overrides: { cookie: '__Host-gatekeeper', maxAge: 60, unsigned: false, allow: () => true } },
  ],
])('options may be %s', (_, options) => {
  expect(problemsOf({ flags: { FLAG: toggle() }, ...options })).toEqual([]);
});

test('a secret is never shown', () => {
  for (const secret of ['hunter2', ['hunter2'], { hunter2: 1 }])
    expect(JSON.stringify(problemsOf({ flags: {}, secret, environment: 'e' }))).not.toContain('hunter2');
});
