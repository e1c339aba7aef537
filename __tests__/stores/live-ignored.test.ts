import type { FeatureFlag } from 'gatekeeper-flags';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, engineOf, Toggle, toggle } from '../support/config';
import { until } from '../support/fragile-store';

const half = (rollout: number, name = 'half') => toggle({ rules: [{ name, rollout, serve: Toggle.ON }] });
enum Color {
  RED = 'RED',
  ON = 'ON',
  OFF = 'OFF',
}

/** What was deployed before: a flag that is gone since, a variant, and a rule. */
async function deployedBefore(store: ReturnType<typeof memoryStore>) {
  const checkout: FeatureFlag<any> = Object.assign(half(25, 'old rule'), { variants: Color });
  const { live, ready } = engineOf({ CHECKOUT: checkout, GONE: toggle() } as any, { store: () => store }) as any;
  await ready;
  await live.kill('GONE', BY);
  await live.pin('CHECKOUT', 'RED', BY);
  await live.addUser('CHECKOUT', 'RED', 1, BY);
  await live.addUser('CHECKOUT', 'ON', 2, BY);
  await live.setRollout('CHECKOUT', 'old rule', 100, BY);
  return live;
}

async function deployedNow(store: ReturnType<typeof memoryStore>, flags = { CHECKOUT: half(0), NEW: toggle() }) {
  const engine = engineOf(flags, { store: () => store });
  await engine.ready;
  return engine;
}

test('state for a flag, a variant or a rule that is gone has no effect, and is reported', async () => {
  const store = memoryStore();
  await deployedBefore(store);
  const engine = await deployedNow(store);
  expect([1, 2, 3].map((id) => engine.for({ user: { id } }).explain('CHECKOUT'))).toMatchObject([
    { variant: 'OFF', reason: 'default' },
    { variant: 'ON', reason: 'user-override' },
    { variant: 'OFF', reason: 'default' },
  ]);
  expect(engine.status()).toMatchObject({ state: 'fresh', problem: undefined });
  expect([...engine.status().ignored].sort()).toEqual(['CHECKOUT: RED', 'CHECKOUT: RED', 'CHECKOUT: old rule', 'GONE']);
});

test('it is kept for those that still have the flag, also when the others are changed', async () => {
  const store = memoryStore();
  const old = await deployedBefore(store);
  const engine = await deployedNow(store);
  await engine.live.addUser('CHECKOUT', 'ON', 4, BY);
  await engine.live.kill('NEW', BY);
  await until(() => old.state.revision === engine.live.state.revision);
  const checkout = old.state.flags.get('CHECKOUT');
  expect([...checkout.users]).toEqual([
    ['1', 'RED'],
    ['2', 'ON'],
    ['4', 'ON'],
  ]);
  expect([checkout.pinned, checkout.rollouts.get('old rule').percent]).toEqual(['RED', 100]);
  expect(old.state.flags.get('GONE').killed).toMatch(/ada/);
});

test('a live percentage keeps what the code said when it was set, and where a deploy changes the code both are shown', async () => {
  const store = memoryStore();
  const rollout = (engine: { live: { state: any } }) =>
    engine.live.state.flags.get('CHECKOUT').rollouts.get('half') as object;
  const before = await deployedNow(store, { CHECKOUT: half(25), NEW: toggle() });
  await before.live.setRollout('CHECKOUT', 'half', 40, BY);
  expect(rollout(before)).toEqual({ percent: 40, replaced: 25 });

  const after = await deployedNow(store, { CHECKOUT: half(100), NEW: toggle() });
  expect(rollout(after)).toEqual({ percent: 40, replaced: 25 });
  const [step] = after
    .for({ user: { id: 1 } })
    .explain('CHECKOUT')
    .steps.filter(({ rule }) => rule === 'half');
  expect(step).toMatchObject({
    percent: 40,
    detail: expect.stringContaining('40 % (live; in code 100 %, but 25 % when that was set)'),
  });

  await after.live.setRollout('CHECKOUT', 'half', 60, BY);
  expect(rollout(after)).toEqual({ percent: 60, replaced: 100 });
  await after.live.resetRollout('CHECKOUT', 'half', BY);
  expect(after.live.state.flags.get('CHECKOUT')!.rollouts).toBeUndefined();
  expect(after.for({ user: { id: 1 } }).ffVariant('CHECKOUT')).toBe('ON');
});

test('a rule that served everybody is kept as 100 %, so that a rollout that the code gets later is a change', async () => {
  const store = memoryStore();
  const serving = toggle({ rules: [{ name: 'all', serve: Toggle.ON }] });
  const engine = await deployedNow(store, { CHECKOUT: serving, NEW: toggle() });
  await engine.live.setRollout('CHECKOUT', 'all', 40, BY);
  expect(engine.live.state.flags.get('CHECKOUT')!.rollouts!.get('all')).toEqual({ percent: 40, replaced: 100 });
});
