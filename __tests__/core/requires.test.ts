import { testGatekeeper } from 'gatekeeper-flags/testing';
import { BY, configOf, engineOf, toggle } from '../support/config';

const needs = (flag: string, variant = 'ON') => [{ flag, variant }];
const OFF = { variant: 'OFF', reason: 'requires' };

/** CHECKOUT needs CART, which needs ACCOUNTS, which is on for user 1. */
const chain = () => ({
  CHECKOUT: toggle({ requires: needs('CART'), getVariant: () => 'ON' }),
  CART: toggle({ requires: needs('ACCOUNTS'), getVariant: () => 'ON' }),
  ACCOUNTS: toggle({ overrides: { ON: [1] } }),
});

test('a flag is off unless its prerequisite is at its variant', () => {
  const engine = engineOf(chain());
  expect(engine.for({ user: { id: 1 } }).all()).toEqual({ CHECKOUT: 'ON', CART: 'ON', ACCOUNTS: 'ON' });
  expect(engine.for({ user: { id: 2 } }).all()).toEqual({ CHECKOUT: 'OFF', CART: 'OFF', ACCOUNTS: 'OFF' });
});

test('explain names the prerequisite, where it is, and where it should be', () => {
  const { steps, ...decision } = engineOf(chain()).for({}).explain('CHECKOUT');
  expect(decision).toMatchObject(OFF);
  expect(steps.at(-1)).toMatchObject({ step: 'requires', matched: true });
  expect(steps.at(-1)!.detail).toMatch(/CART.*OFF.*ON/);
});

test('a prerequisite that is killed turns off what needs it, down the chain', async () => {
  const engine = engineOf(chain());
  await engine.live.kill('ACCOUNTS', BY);
  const gk = engine.for({ user: { id: 1 } });
  expect([gk.explain('CHECKOUT'), gk.explain('CART')]).toMatchObject([OFF, OFF]);
  expect(gk.explain('ACCOUNTS')).toMatchObject({ reason: 'killed' });
});

test.each<[string, (live: ReturnType<typeof engineOf<ReturnType<typeof chain>>>['live']) => Promise<number>]>([
  ['pinned', (live) => live.pin('ACCOUNTS', 'ON', BY)],
  ['on for this user by the live list', (live) => live.addUser('ACCOUNTS', 'ON', 2, BY)],
])('a prerequisite that is %s counts', async (_, change) => {
  const engine = engineOf(chain());
  await change(engine.live);
  expect(engine.for({ user: { id: 2 } }).ff('CHECKOUT', 'ON')).toBe(true);
});

test('a prerequisite that is overridden in this browser counts', () => {
  const config = configOf(chain());
  expect(testGatekeeper(config, { ACCOUNTS: 'ON' }).ff('CHECKOUT', 'ON')).toBe(true);
  expect(testGatekeeper(config, { CART: 'OFF' }, { user: { id: 1 } }).ff('CHECKOUT', 'ON')).toBe(false);
});

test('a prerequisite may be its flag at off', () => {
  const engine = engineOf({
    OLD: toggle({ overrides: { ON: [1] } }),
    NEW: toggle({ requires: needs('OLD', 'OFF'), getVariant: () => 'ON' }),
  });
  expect(engine.for({ user: { id: 1 } }).explain('NEW')).toMatchObject(OFF);
  expect(engine.for({ user: { id: 2 } }).ff('NEW', 'ON')).toBe(true);
});

test('of several prerequisites, every one must hold', () => {
  const engine = engineOf({
    A: toggle({ overrides: { ON: [1, 2] } }),
    B: toggle({ overrides: { ON: [2, 3] } }),
    BOTH: toggle({ requires: [...needs('A'), ...needs('B')], getVariant: () => 'ON' }),
  });
  expect([1, 2, 3].map((id) => engine.for({ user: { id } }).ffVariant('BOTH'))).toEqual(['OFF', 'ON', 'OFF']);
});

test('a prerequisite whose rule fails is at its off', () => {
  const engine = engineOf({
    A: toggle({
      getVariant() {
        throw new Error('down');
      },
    }),
    B: toggle({ requires: needs('A'), getVariant: () => 'ON' }),
  });
  const gk = engine.for({});
  expect(gk.explain('B')).toMatchObject(OFF);
  expect(gk.explain('A')).toMatchObject({ reason: 'error' });
  expect(engine.stats().errors).toEqual({ A: 1 });
});
