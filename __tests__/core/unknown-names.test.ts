import { configOf, engineOf, recorder, toggle } from '../support/config';

const flags = () => ({ CHECKOUT: toggle({ payloads: { OFF: 1 } }), NEW_BANNER: toggle() });
const setUp = (options = {}) => {
  const { logger, warnings } = recorder();
  const engine = engineOf(flags(), { logger, ...options });
  return { engine, warnings, gk: engine.for({}) as any };
};

test('an unknown flag is false, or undefined', () => {
  const { gk } = setUp();
  expect(gk.ff('CHEKOUT', 'ON')).toBe(false);
  expect(gk.featureFlag('CHEKOUT', 'OFF')).toBe(false);
  expect(gk.ffVariant('CHEKOUT')).toBeUndefined();
  expect(gk.featureFlagVariant('CHEKOUT')).toBeUndefined();
  expect(gk.payload('CHEKOUT')).toBeUndefined();
  expect(gk.explain('CHEKOUT')).toBeUndefined();
  expect(gk.all()).toEqual({ CHECKOUT: 'OFF', NEW_BANNER: 'OFF' });
});

test('it is warned about once, in all requests together, and counted always', () => {
  const { engine, warnings } = setUp();
  for (let request = 0; request < 5; request += 1) {
    const gk = engine.for({}) as any;
    gk.ff('CHEKOUT', 'ON');
    gk.ffVariant('CHEKOUT');
  }
  expect(warnings).toEqual(['gatekeeper: no flag named "CHEKOUT"; did you mean "CHECKOUT"?']);
  expect(engine.stats()).toMatchObject({ errors: {}, refusedOverrides: {}, unknownNames: 10 });
});

test.each([
  ['NEWBANNER', 'NEW_BANNER'],
  ['NEW_BANER', 'NEW_BANNER'],
  ['new_banner', 'NEW_BANNER'],
  ['newBanner', 'NEW_BANNER'],
  ['checkout', 'CHECKOUT'],
  ['CHECKOUTS', 'CHECKOUT'],
])('%s suggests %s', (asked, nearest) => {
  const { gk, warnings } = setUp();
  gk.ff(asked, 'ON');
  expect(warnings).toEqual([`gatekeeper: no flag named "${asked}"; did you mean "${nearest}"?`]);
});

test.each(['SOMETHING_ELSE', '', 'constructor', '__proto__', 'x'.repeat(100_000)])(
  'where nothing is near, nothing is suggested (%#)',
  (asked) => {
    const { gk, warnings } = setUp();
    expect(gk.ff(asked, 'ON')).toBe(false);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('did you mean');
    expect(warnings[0]!.length).toBeLessThan(120);
  },
);

test.each([[undefined], [null], [7], [{}], [Symbol('CHECKOUT')], [['CHECKOUT']], [() => 1], [{ toString: null }]])(
  'what is no name at all is no failure either: %p',
  (asked) => {
    const { gk, warnings } = setUp();
    expect(gk.ff(asked, 'ON')).toBe(false);
    expect(gk.ffVariant(asked)).toBeUndefined();
    expect(gk.ff('CHECKOUT', asked)).toBe(false);
    expect(warnings).toHaveLength(2);
  },
);

test('an unknown variant of a known flag is false, and warned about once', () => {
  const { engine, gk, warnings } = setUp();
  expect([gk.ff('CHECKOUT', 'OFFF'), gk.ff('CHECKOUT', 'OFFF'), gk.ff('CHECKOUT', 'ON')]).toEqual([
    false,
    false,
    false,
  ]);
  expect(warnings).toEqual(['gatekeeper: no variant of CHECKOUT named "OFFF"; did you mean "OFF"?']);
  expect(engine.stats().unknownNames).toBe(2);
});

test('many different names do not flood the log or the memory, and are counted', () => {
  const { engine, gk, warnings } = setUp();
  for (let n = 0; n < 1_000; n += 1) gk.ff(`made up ${n}`, 'ON');
  expect(warnings.length).toBeLessThanOrEqual(100);
  expect(engine.stats().unknownNames).toBe(1_000);
});

test('a logger that throws does not reach the handler', () => {
  const thrown = () => {
    throw new Error('disk full');
  };
  const { gk } = setUp({ logger: { warn: thrown, error: thrown } });
  expect(gk.ff('CHEKOUT', 'ON')).toBe(false);
});

describe('strict', () => {
  const failure = (code: string, message: string) =>
    expect.objectContaining({ name: 'GatekeeperError', code, message });

  test('throws instead', () => {
    const { engine, gk, warnings } = setUp({ strict: true });
    const noFlag = failure('flag-unknown', 'no flag named "CHEKOUT"; did you mean "CHECKOUT"?');
    expect(() => gk.ff('CHEKOUT', 'ON')).toThrow(noFlag);
    expect(() => gk.ffVariant('CHEKOUT')).toThrow(noFlag);
    expect(() => gk.payload('CHEKOUT')).toThrow(noFlag);
    expect(() => gk.explain('CHEKOUT')).toThrow(noFlag);
    expect(() => gk.cacheKey('CHECKOUT', 'CHEKOUT')).toThrow(noFlag);
    expect(() => gk.ff('CHECKOUT', 'OFFF')).toThrow(
      failure('variant-unknown', 'no variant of CHECKOUT named "OFFF"; did you mean "OFF"?'),
    );
    expect(warnings).toEqual([]);
    expect(engine.stats().unknownNames).toBe(6);
  });

  test('changes nothing for names that exist', () => {
    const { gk } = setUp({ strict: true });
    expect([gk.ff('CHECKOUT', 'ON'), gk.ff('CHECKOUT', 'OFF'), gk.payload('NEW_BANNER')]).toEqual([
      false,
      true,
      undefined,
    ]);
  });
});

test('nothing is printed by a config or an engine that has nothing to say', () => {
  const { warnings, errors, logger } = recorder();
  const config = configOf(flags(), { logger });
  engineOf(config.flags, { logger }).for({}).all();
  expect([...warnings, ...errors]).toEqual([]);
});
