import fc from 'fast-check';
import { engineWith, plainCookie, SIGNED, Toggle } from '../support/http-flags';
import { inProcess } from '../support/http-in-process';

const RUNS = 100_000;
const odd = { ['__proto__']: new Toggle(), constructor: new Toggle() };
const [signed, plain] = [engineWith(SIGNED, odd), engineWith({ env: { NODE_ENV: 'test' } }, odd)];

/** What the signed engine has made itself. */
const minted = [['CHECKOUT'], ['BANNER', 'STAFF_TOOLS'], ['__proto__', 'constructor']].map((flags) => {
  const { gk, res } = inProcess(signed.engine)('');
  for (const flag of flags) gk.setBrowserOverride(flag, 'ON');
  return String(res.getHeader('Set-Cookie')).split(';', 1)[0]!;
});
const valid = [...minted, plainCookie({ CHECKOUT: 'ON' }), plainCookie({ LOCKED: 'ON', BANNER: 'OFF' })];

const names = ['CHECKOUT', 'BANNER', 'STAFF_TOOLS', 'LOCKED', 'constructor', '__proto__', 'toString', ''];
const variants = ['ON', 'OFF', 'on', '__proto__', 'constructor', ''];
const deep = fc.nat(3000).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
const overrides = fc.dictionary(
  fc.oneof(fc.constantFrom(...names), fc.string()),
  fc.oneof(fc.constantFrom(...variants), fc.string(), fc.jsonValue()),
);
const json = fc.oneof(
  { weight: 6, arbitrary: overrides.map((set) => JSON.stringify(set)) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: deep.map((value) => `{"CHECKOUT":${value}}`) },
);
const encoding = fc.constantFrom<(text: string) => string>(encodeURIComponent, encodeURI, String, (text) =>
  btoa(encodeURI(text)),
);
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(json, encoding).map(([text, encode]) => encode(text)),
  fc.tuple(fc.base64String(), fc.base64String()).map((parts) => parts.join('.')),
  fc.tuple(fc.string({ minLength: 1 }), fc.nat(5000)).map(([text, times]) => text.repeat(times).slice(0, 6000)),
);
const edit = fc.record({ at: fc.nat(), removed: fc.nat(3), inserted: fc.string({ maxLength: 3 }) });
const mutated = fc.tuple(fc.constantFrom(...valid), fc.array(edit, { maxLength: 3 })).map(([cookie, edits]) =>
  edits.reduce((text, { at, removed, inserted }) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + inserted + text.slice(from + removed);
  }, cookie),
);
const pair = fc.oneof(
  { weight: 5, arbitrary: value.map((text) => `gatekeeper=${text}`) },
  { weight: 5, arbitrary: mutated },
  { weight: 1, arbitrary: fc.string() },
);
const header = fc
  .tuple(fc.array(pair, { minLength: 1, maxLength: 2, size: 'max' }), fc.constantFrom('; ', ';', ','))
  .map(([pairs, separator]) => pairs.join(separator));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readingWith({ engine, lines }: typeof signed) {
  const read = inProcess(engine);
  const refused = () => Object.values(engine.stats().refusedOverrides).reduce((sum, count) => sum + count, 0);
  return { engine, lines, read, refused, usual: JSON.stringify(read('').gk.all()) };
}

test(`${RUNS} random cookies never throw, open nothing that was not made here, and are counted`, () => {
  const readers = [signed, plain].map(readingWith);
  const made = new Set(minted.map(decoded));
  let overridden = 0;

  function check(cookie: string): void {
    const found = cookie.split(';').map((one) => one.trim());
    for (const { engine, read, refused, usual } of readers) {
      const before = refused();
      const { gk, res } = read(cookie);
      const answers = JSON.stringify(gk.all());
      const set = Object.keys(gk.browserOverrides()).length;
      overridden += set;

      if (set === 0 && answers !== usual) throw new Error('a flag moved without an override');
      if (!gk.ff('LOCKED', 'OFF')) throw new Error('LOCKED was overridden');
      if (res.getHeader('Set-Cookie') !== undefined) throw new Error('a cookie was set');
      if (set > 0 && engine === signed.engine && !found.some((one) => made.has(decoded(one))))
        throw new Error('a cookie that was not made here was honoured');
      if (refused() > before && !found.some((one) => one.startsWith('gatekeeper=')))
        throw new Error("another's cookie was counted");
    }
  }

  fc.assert(fc.property(header, check), { numRuns: RUNS });

  expect(overridden).toBeGreaterThan(RUNS / 100);
  for (const { engine, lines } of readers) {
    expect(lines).toEqual([]);
    expect(engine.stats()).toMatchObject({ errors: {}, unknownNames: 0 });
  }
  const reasons = Object.keys({ ...signed.engine.stats().refusedOverrides, ...plain.engine.stats().refusedOverrides });
  // prettier-ignore
  expect(reasons).toEqual(expect.arrayContaining([
    'duplicate', 'flag-unknown', 'forged', 'malformed', 'not-overridable', 'oversized', 'unsigned', 'variant-unknown',
  ]));
});
