import { defineConfig, FeatureFlag } from 'gatekeeper-flags';
import { quiet, recorder, Toggle, toggle } from '../support/config';
import { placesOf, problemsOf } from '../support/problems';

const flag = (members: object) => Object.assign(toggle(), members);
enum Numbers {
  OFF,
  ON,
}
class Bare extends FeatureFlag {
  readonly description = 'Bare';
  declare readonly variants: {};
  readonly off = 'OFF';
}
const cyclic: { self?: object } = {};
cyclic.self = cyclic;

describe('a mistake in a flag: code, field, and what helps', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['off is no variant', { off: 'OFFF' }, 'variant-unknown off', /"OFFF".*did you mean "OFF"/],
    ['off is missing', { off: undefined }, 'variant-unknown off', /the variants are "ON", "OFF"/],
    ['off is on Object.prototype', { off: 'constructor' }, 'variant-unknown off', /"ON", "OFF"/],
    ['an override is no variant', { overrides: { OM: [1] } }, 'variant-unknown overrides', /"OM".*did you mean "ON"/],
    ['a payload is for no variant', { payloads: { OM: 1 } }, 'variant-unknown payloads', /"OM".*did you mean "ON"/],
    [
      'an id is in two lists',
      { overrides: { ON: [1], OFF: ['1'] } },
      'user-id-duplicate overrides',
      /user 1 .*keep one/,
    ],
    ['an id is empty', { overrides: { ON: [''] } }, 'user-id-invalid overrides', /"" .*numbers or strings/],
    ['an id is NaN', { overrides: { ON: [NaN] } }, 'user-id-invalid overrides', /NaN .*numbers or strings/],
    ['an id is an object', { overrides: { ON: [{}] } }, 'user-id-invalid overrides', /\{\} .*numbers or strings/],
    ['a list of ids is a string', { overrides: { ON: '12' } }, 'user-id-invalid overrides', /"12".*\[1, 2\]/],
    ['a list of ids is a number', { overrides: { ON: 5 } }, 'user-id-invalid overrides', /5 .*\[1, 2\]/],
    ['the enum is one of numbers', { variants: Numbers, off: 1 }, 'variant-invalid variants', /a string: enum V/],
    ['a variant is empty', { variants: { ON: '', OFF: 'OFF' } }, 'variant-invalid variants', /"".*a string/],
    [
      'two members have one value',
      { variants: { A: 'OFF', B: 'OFF' } },
      'variant-duplicate variants',
      /"OFF".*rename one/,
    ],
    ['the description is missing', { description: undefined }, 'field-invalid description', /sentence/],
    ['the description is empty', { description: '' }, 'field-invalid description', /sentence/],
    ['a payload is a BigInt', { payloads: { ON: 1n } }, 'payload-invalid payloads', /ON.*plain JSON/],
    ['a payload is undefined', { payloads: { ON: undefined } }, 'payload-invalid payloads', /ON.*plain JSON/],
    ['a payload is cyclic', { payloads: { ON: cyclic } }, 'payload-invalid payloads', /circular.*plain JSON/],
    ['a payload is a date', { payloads: { ON: new Date(0) } }, 'payload-invalid payloads', /plain JSON/],
    ['a payload holds a function', { payloads: { ON: { run() {} } } }, 'payload-invalid payloads', /plain JSON/],
    ['a payload holds NaN', { payloads: { ON: [NaN] } }, 'payload-invalid payloads', /plain JSON/],
    ['starts is no date', { starts: 'tomorrow' }, 'date-invalid starts', /"tomorrow".*2026-11-21/],
    ['starts is a day that never comes', { starts: '2026-02-30' }, 'date-invalid starts', /"2026-02-30"/],
    ['ends is an invalid Date', { ends: new Date(NaN) }, 'date-invalid ends', /Invalid Date/],
    ['ends is a number', { ends: 5 }, 'date-invalid ends', /5 .*2026-11-21/],
    ['created is no date', { created: '' }, 'date-invalid created', /"".*2026-11-21/],
    ['expires is no date', { expires: 'never' }, 'date-invalid expires', /"never"/],
    ['it ends before it starts', { starts: '2026-02-01', ends: '2026-01-01' }, 'date-invalid ends', /later/],
    ['it ends when it starts', { starts: '2026-02-01', ends: '2026-02-01' }, 'date-invalid ends', /later/],
    ['requires is no list', { requires: 'BASE' }, 'requirement-unknown requires', /"BASE".*\[\{ flag/],
    ['requires holds nothing', { requires: [null] }, 'requirement-unknown requires', /\[\{ flag/],
    ['a prerequisite is unknown', needs('BASS'), 'requirement-unknown requires', /"BASS".*did you mean "BASE"/],
    [
      'a prerequisite is on Object.prototype',
      needs('toString'),
      'requirement-unknown requires',
      /"toString"; name another, or take/,
    ],
    ['a prerequisite has no name', needs(undefined), 'requirement-unknown requires', /undefined/],
    ["a prerequisite's variant is unknown", needs('BASE', 'OM'), 'requirement-unknown requires', /BASE.*"OM".*"ON"/],
    [
      'it requires itself',
      needs('CHECKOUT'),
      'requirement-cycle requires',
      /CHECKOUT → CHECKOUT .*take one requirement out/,
    ],
  ])('%s', (_, members, place, message) => {
    const problems = problemsOf({ flags: { BASE: toggle(), CHECKOUT: flag(members as object) } });
    expect(placesOf(problems)).toEqual([place.replace(' ', ' CHECKOUT ')]);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.message).toMatch(/^CHECKOUT\.\w+: .*/);
    expect(problems[0]!.message).not.toContain('\n');
  });

  test.each<[string, unknown, RegExp]>([
    ['a class', Bare, /class Bare.*register an instance/],
    ['an object like one', { variants: Toggle, off: 'OFF' }, /instance of a class that extends FeatureFlag/],
    ['null', null, /null .*instance/],
    ['a string', 'ON', /"ON" .*instance/],
  ])('%s is no flag', (_, definition, message) => {
    const problems = problemsOf({ flags: { CHECKOUT: definition } });
    expect(placesOf(problems)).toEqual(['flag-invalid CHECKOUT']);
    expect(problems[0]!.message).toMatch(message);
  });

  test('a flag without variants is told to have some', () => {
    const problems = problemsOf({ flags: { BARE: new Bare() } });
    expect(placesOf(problems)).toEqual(['variants-missing BARE variants', 'variant-unknown BARE off']);
    expect(problems[0]!.message).toMatch(/enum with at least one member/);
  });

  function needs(flag: unknown, variant = 'ON') {
    return { requires: [{ flag, variant }] };
  }
});

describe('prerequisites in a circle', () => {
  const needs = (name: string) => toggle({ requires: [{ flag: name, variant: 'ON' }] });

  test.each<[object, string, RegExp]>([
    [{ A: needs('B'), B: needs('A') }, 'A', /A → B → A /],
    [{ A: needs('B'), B: needs('C'), C: needs('B') }, 'B', /B → C → B /],
    [{ A: needs('B'), B: needs('C'), C: needs('D'), D: needs('A') }, 'A', /A → B → C → D → A /],
  ])('%# are named once, with the whole circle', (flags, first, message) => {
    const problems = problemsOf({ flags });
    expect(placesOf(problems)).toEqual([`requirement-cycle ${first} requires`]);
    expect(problems[0]!.message).toMatch(message);
  });

  test('many may require one, in any order and depth', () => {
    const link = (n: number) => [`F${n}`, n < 99 ? needs(`F${n + 1}`) : toggle()] as const;
    const chain = Object.fromEntries(Array.from({ length: 100 }, (_, n) => link(n)));
    expect(problemsOf({ flags: { A: needs('F0'), B: needs('F0'), C: needs('A'), ...chain } })).toEqual([]);
  });
});

test('one instance cannot have two names', () => {
  const one = toggle();
  const problems = problemsOf({ flags: { A: one, B: one } });
  expect(placesOf(problems)).toEqual(['flag-duplicate B']);
  expect(problems[0]!.message).toMatch(/same instance as A.*one for each/);
});

test('all mistakes are told at once, each with its code, flag and field', () => {
  const bad = {
    A: flag({ off: 'NO', overrides: { NEVER: [1], ON: [1, null], OFF: [1] }, starts: 'soon' }),
    B: flag({
      variants: Numbers,
      off: 0,
      description: '',
      payloads: { 7: 1 },
      requires: [{ flag: 'Z', variant: 'ON' }],
    }),
    C: {},
  };
  const given = { flags: bad, user: 5, secret: 'short' };
  expect(placesOf(problemsOf(given))).toEqual([
    'variant-unknown A off',
    'date-invalid A starts',
    'variant-unknown A overrides',
    'user-id-invalid A overrides',
    'user-id-duplicate A overrides',
    'variant-invalid B variants',
    'field-invalid B description',
    'variant-unknown B payloads',
    'flag-invalid C',
    'requirement-unknown B requires',
    'field-invalid user',
    'secret-invalid secret',
    'secret-invalid environment',
  ]);
  expect(() => defineConfig({ ...quiet, ...given } as never)).toThrow(/^13 mistakes in the config:\n/);
});

test('a config without mistakes is frozen, and keeps its flags', () => {
  const flags = { A: toggle() };
  const config = defineConfig({ ...quiet, flags });
  expect(Object.isFrozen(config)).toBe(true);
  expect(config.flags).toBe(flags);
});

test('defining a config reads no clock, asks for no user, and says nothing', () => {
  const { logger, warnings, errors } = recorder();
  const asked: string[] = [];
  const ask = (what: string) => (): any => void asked.push(what);
  const flags = { A: toggle({ starts: '2026-11-21', getVariant: ask('rule') }) };
  defineConfig({ flags, logger, now: ask('now'), user: ask('user'), groups: ask('groups'), env: {} });
  expect([...asked, ...warnings, ...errors]).toEqual([]);
});
