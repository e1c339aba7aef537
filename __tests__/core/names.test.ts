import { createEngine, FeatureFlag } from 'gatekeeper-flags';
import { overrideCookie, testGatekeeper } from 'gatekeeper-flags/testing';
import { BY, configOf, quiet } from '../support/config';
import { visit } from '../support/visit';

/** Names that have broken look-ups, templates, shells and encoders; in the manner of the Big List of Naughty Strings. */
const naughty = [
  ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'then'],
  ...['length', 'name', 'undefined', 'null', 'true', 'NaN', '0', '-1', '1e3', '00'],
  ...['a:b*{}', 'a.b', 'a/b', 'a\\b', 'a|b', 'a,b', 'a=b', 'a;b', 'a&b', '$&', '$1', '%', '%00', '%2F', '../..'],
  ...[' ', ' padded ', '\t', '\n', 'two\nlines', '\0', '\u0000x', '\u200b', '\ufeff', '\u202e'],
  ...['"', "'", '`', '\\', '${1}', '{{7*7}}', '<%= 1 %>', '<script>alert(1)</script>', "' OR 1=1 --", '() { :; }'],
  ...['Ω≈ç√∫', '田中さん', 'ÅÄÖ', 'Zoë', 'Zoe\u0308', '表ポあA鷗', 'مُنَاقَشَة', '🏳️‍🌈', '👩‍👧‍👦', 'İ', 'ß', 'ﬁ'],
  ...['x'.repeat(500)],
];

class Named extends FeatureFlag {
  readonly description = 'A flag with odd names';
  readonly off = 'plain';
  override readonly overrides: { readonly [variant: string]: readonly string[] };
  override readonly payloads: { readonly [variant: string]: unknown };
  constructor(
    readonly variants: { readonly [name: string]: string },
    odd: string,
  ) {
    super();
    // Written as JSON so that __proto__ is a name like any other.
    this.overrides = JSON.parse(`{${JSON.stringify(odd)}:[${JSON.stringify(odd)}]}`);
    this.payloads = JSON.parse(`{${JSON.stringify(odd)}:{"name":${JSON.stringify(odd)}}}`);
  }
}

const named = (odd: string) => new Named({ PLAIN: 'plain', ODD: odd }, odd);
const config = configOf(Object.fromEntries(naughty.map((name) => [name, named(name)])));

test.each(naughty)('%j may name a flag, a variant and a user', async (name) => {
  const engine = createEngine(config);
  const nobody = engine.for({});
  const listed = engine.for({ user: { id: name } });

  expect(nobody.ffVariant(name)).toBe('plain');
  expect(nobody.payload(name)).toBeUndefined();
  expect(listed.ff(name, name)).toBe(true);
  expect(listed.payload(name)).toEqual({ name });
  expect(listed.all()[name]).toBe(name);
  expect(listed.explain(name)).toMatchObject({ flag: name, variant: name, reason: 'user-override' });

  await engine.live.pin(name, name, BY);
  expect(nobody.fresh().explain(name)).toMatchObject({ variant: name, reason: 'pinned' });
  await engine.live.kill(name, BY);
  expect(listed.fresh().explain(name)).toMatchObject({ variant: 'plain', reason: 'killed' });

  expect(testGatekeeper(config, { [name]: name }).all()[name]).toBe(name);
  expect(JSON.parse(decodeURIComponent(overrideCookie({ [name]: name }).value))).toEqual(
    JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(name)}}`),
  );
});

test.each(naughty.filter((name) => name.length < 100))('%j reaches a browser override', async (name) => {
  const overrides = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(name)}}`);
  const seen = await visit(createEngine(config), { overrides }, (gk) => [gk.ffVariant(name), gk.browserOverrides()]);
  expect(seen[0]).toBe(name);
  expect(Object.entries(seen[1]!)).toEqual([[name, name]]);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
  '%j reaches no prototype where no flag, variant, or user has that name',
  (name) => {
    const engine = createEngine(configOf({ FLAG: new Named({ PLAIN: 'plain', ODD: 'odd' }, 'odd') }));
    const gk = engine.for({ user: { id: name } }) as any;
    expect([gk.ff(name, name), gk.ff('FLAG', name)]).toEqual([false, false]);
    expect([gk.ffVariant(name), gk.payload(name), gk.explain(name), gk.all()[name]]).toEqual(Array(4).fill(undefined));
    expect(gk.explain('FLAG')).toMatchObject({ variant: 'plain', reason: 'default' });
    expect([engine.stats().errors[name], engine.stats().refusedOverrides[name]]).toEqual([undefined, undefined]);
    expect((gk.browserOverrides() as any)[name]).toBeUndefined();
  },
);

test('a failure of a flag called __proto__ is counted under its name', () => {
  const failing = Object.assign(named('odd'), {
    getVariant() {
      throw new Error('down');
    },
  });
  const engine = createEngine(configOf(Object.fromEntries([['__proto__', failing as Named]]), quiet));
  engine.for({}).all();
  expect(Object.entries(engine.stats().errors)).toEqual([['__proto__', 1]]);
});
