import type { Context } from 'gatekeeper-flags';
import { testGatekeeper } from 'gatekeeper-flags/testing';
import { configOf, recorder, toggle } from '../support/config';

const flags = () => ({
  CHECKOUT: toggle({ payloads: { ON: { steps: 1 } } }),
  BANNER: toggle({ getVariant: ({ user }: Context) => (user?.plan === 'growth' ? 'ON' : 'OFF') }),
  NEEDS: toggle({ requires: [{ flag: 'CHECKOUT', variant: 'ON' }], getVariant: () => 'ON' }),
});
const config = configOf(flags());

test('the chosen flags are at the chosen variants, whatever their rules say', () => {
  const gk = testGatekeeper(config, { CHECKOUT: 'ON', BANNER: 'OFF' }, { user: { id: 1, plan: 'growth' } });
  expect(gk.ff('CHECKOUT', 'ON')).toBe(true);
  expect(gk.ffVariant('BANNER')).toBe('OFF');
  expect(gk.payload('CHECKOUT')).toEqual({ steps: 1 });
  expect(gk.explain('CHECKOUT').reason).toBe('browser-override');
});

test('the others are decided, for the context given', () => {
  expect(testGatekeeper(config).all()).toEqual({ CHECKOUT: 'OFF', BANNER: 'OFF', NEEDS: 'OFF' });
  expect(testGatekeeper(config, {}, { user: { plan: 'growth' } }).ff('BANNER', 'ON')).toBe(true);
  expect(testGatekeeper(config, { CHECKOUT: 'ON' }).ff('NEEDS', 'ON')).toBe(true);
});

test('everything of the context reaches the rules', () => {
  let seen: Context | undefined;
  const looking = configOf({ FLAG: toggle({ getVariant: (context) => ((seen = context), 'ON') }) }, { app: { a: 1 } });
  const given = {
    user: { id: 1 },
    groups: { team: { id: 2 } },
    visitor: 'v',
    now: 5,
    request: { url: '/' },
    app: { b: 2 },
  };
  testGatekeeper(looking, {}, given).all();
  expect(seen).toMatchObject(given);
  testGatekeeper(looking).all();
  expect(seen).toMatchObject({ app: { a: 1 } });
});

test.each<[string, object]>([
  ['a draft', { draft: true }],
  ['one that has ended', { ends: '2000-01-01' }],
  ['one that cannot be overridden by a cookie', { overridable: false }],
  ['one that requires another', { requires: [{ flag: 'OTHER', variant: 'ON' }] }],
])('%s may be chosen too', (_, members) => {
  const gk = testGatekeeper(configOf({ FLAG: toggle(members), OTHER: toggle() }), { FLAG: 'ON' });
  expect(gk.ff('FLAG', 'ON')).toBe(true);
});

test('the environment is not asked, neither the own one nor that of the config', () => {
  const env = { NODE_ENV: 'production', GATEKEEPER_KILL: 'CHECKOUT', GATEKEEPER_BANNER: 'ON' };
  expect(testGatekeeper(configOf(flags(), { env }), { CHECKOUT: 'ON' }).all()).toMatchObject({
    CHECKOUT: 'ON',
    BANNER: 'OFF',
  });
});

test('a choice of what does not exist throws at once, and says what is near', () => {
  expect(() => testGatekeeper(config, { CHEKOUT: 'ON' } as {})).toThrow(
    expect.objectContaining({ code: 'flag-unknown', message: expect.stringContaining('did you mean "CHECKOUT"?') }),
  );
  expect(() => testGatekeeper(config, { CHECKOUT: 'OM' as 'ON' })).toThrow(
    expect.objectContaining({ code: 'variant-unknown', message: expect.stringContaining('did you mean "ON"?') }),
  );
});

test('a check of what does not exist throws, also where the config is not strict', () => {
  const { logger, warnings } = recorder();
  const gk = testGatekeeper(configOf(flags(), { strict: false, logger }));
  expect(() => gk.ff('CHEKOUT' as 'CHECKOUT', 'ON')).toThrow(expect.objectContaining({ code: 'flag-unknown' }));
  expect(warnings).toEqual([]);
});

test('one test does not touch the next', () => {
  const first = testGatekeeper(config, { CHECKOUT: 'ON' });
  const second = testGatekeeper(config);
  expect([first.ff('CHECKOUT', 'ON'), second.ff('CHECKOUT', 'ON')]).toEqual([true, false]);
  expect(first.browserOverrides()).toEqual({ CHECKOUT: 'ON' });
});

test('a rule that writes to its context is found in tests', () => {
  const user = { id: 1, plan: 'free' };
  const writing = configOf({
    FLAG: toggle({ getVariant: (context) => ((context.user!.plan as unknown) = 'growth') && 'ON' }),
  });
  expect(testGatekeeper(writing, {}, { user }).explain('FLAG').reason).toBe('error');
  expect(user.plan).toBe('free');
});

test('choices and checks are typed', () => {
  // @ts-expect-error no such flag
  expect(() => testGatekeeper(config, { CHEKOUT: 'ON' })).toThrow();
  // @ts-expect-error no such variant
  expect(() => testGatekeeper(config, { CHECKOUT: 'OM' })).toThrow();
  // @ts-expect-error no such flag
  expect(() => testGatekeeper(config).ff('CHEKOUT', 'ON')).toThrow();
});
