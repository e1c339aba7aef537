import type { Change } from 'gatekeeper-flags';
import { BY, engineOf, recorder, Toggle, toggle } from '../support/config';

const flags = () => ({ CHECKOUT: toggle({ getVariant: () => 'ON' }), BANNER: toggle() });
const decision = (engine: ReturnType<typeof setUp>) => {
  const { variant, reason } = engine.for({ user: { id: 1 } }).explain('CHECKOUT');
  return `${variant} ${reason}`;
};
const setUp = (options = {}) => engineOf(flags(), { now: () => 42, ...options });

test('kill and restore', async () => {
  const engine = setUp();
  await engine.live.kill('CHECKOUT', BY);
  expect(decision(engine)).toBe('OFF killed');
  expect(engine.for({}).ffVariant('BANNER')).toBe('OFF');
  await engine.live.restore('CHECKOUT', BY);
  expect(decision(engine)).toBe('ON rule');
});

test('pin and unpin', async () => {
  const engine = setUp();
  await engine.live.pin('CHECKOUT', Toggle.OFF, BY);
  expect(decision(engine)).toBe('OFF pinned');
  await engine.live.pin('CHECKOUT', 'ON', BY);
  expect(decision(engine)).toBe('ON pinned');
  await engine.live.unpin('CHECKOUT', BY);
  expect(decision(engine)).toBe('ON rule');
});

test('what was killed and pinned is pinned again when restored', async () => {
  const engine = setUp();
  await engine.live.pin('CHECKOUT', 'OFF', BY);
  await engine.live.addUser('CHECKOUT', 'ON', 1, BY);
  await engine.live.kill('CHECKOUT', BY);
  await engine.live.restore('CHECKOUT', BY);
  expect(decision(engine)).toBe('ON user-override');
  await engine.live.removeUser('CHECKOUT', 1, BY);
  expect(decision(engine)).toBe('OFF pinned');
});

test('a change is in force before its promise is awaited', () => {
  const engine = setUp();
  const stored = engine.live.kill('CHECKOUT', BY);
  expect(decision(engine)).toBe('OFF killed');
  return expect(stored).resolves.toBe(1);
});

test('each change makes a new snapshot with the next revision; the old one stays as it was', async () => {
  const { live } = setUp();
  const before = live.state;
  expect(before).toMatchObject({ revision: 0, epoch: 0 });
  expect(await live.kill('CHECKOUT', BY)).toBe(1);
  expect(await live.addUser('BANNER', 'ON', 1, BY)).toBe(2);
  const between = live.state;
  expect(await live.revokeOverrides(BY)).toBe(3);
  expect(before.flags.size).toBe(0);
  expect(between).toMatchObject({ revision: 2, epoch: 0 });
  expect(live.state).toMatchObject({ revision: 3, epoch: 1 });
});

test('two engines of one config do not share live state', async () => {
  const one = setUp();
  const two = setUp();
  await one.live.kill('CHECKOUT', BY);
  expect([decision(one), decision(two)]).toEqual(['OFF killed', 'ON rule']);
});

const every: [string, (live: any, flag: any, by: any) => Promise<number>][] = [
  ['kill', (live, flag, by) => live.kill(flag, by)],
  ['restore', (live, flag, by) => live.restore(flag, by)],
  ['pin', (live, flag, by) => live.pin(flag, 'ON', by)],
  ['unpin', (live, flag, by) => live.unpin(flag, by)],
  ['addUser', (live, flag, by) => live.addUser(flag, 'ON', 1, by)],
  ['removeUser', (live, flag, by) => live.removeUser(flag, 1, by)],
];
const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'GatekeeperError', code, message: expect.stringMatching(message) });

describe.each(every)('%s', (_, change) => {
  test.each([
    undefined,
    {},
    { actor: 'ada' },
    { reason: 'why' },
    { actor: '', reason: 'why' },
    { actor: 'ada', reason: '' },
  ])('needs an actor and a reason: %j is refused', async (by) => {
    const { live } = setUp();
    await expect(change(live, 'CHECKOUT', by)).rejects.toEqual(failure('change-invalid', /actor.*reason/));
    expect(live.state.revision).toBe(0);
  });

  test('refuses a flag that does not exist, and suggests one', async () => {
    const { live } = setUp();
    await expect(change(live, 'CHEKOUT', BY)).rejects.toEqual(failure('flag-unknown', /"CHEKOUT".*"CHECKOUT"/));
    for (const flag of [undefined, null, '', 'constructor', '__proto__'])
      await expect(change(live, flag, BY)).rejects.toEqual(failure('flag-unknown', /no flag named/));
    expect(live.state.revision).toBe(0);
  });

  test('is refused where somebody else was faster', async () => {
    const { live } = setUp();
    await live.pin('BANNER', 'ON', BY); // another flag: no conflict
    await live.addUser('CHECKOUT', 'ON', 99, BY);
    await expect(change(live, 'CHECKOUT', { ...BY, expectedRevision: 1 })).rejects.toEqual(
      failure('conflict', /CHECKOUT.*2/),
    );
    expect(live.state.revision).toBe(2);
    expect(await change(live, 'CHECKOUT', { ...BY, expectedRevision: 2 })).toBe(3);
  });
});

test.each<[string, (live: any, variant: unknown) => Promise<number>]>([
  ['pin', (live, variant) => live.pin('CHECKOUT', variant, BY)],
  ['addUser', (live, variant) => live.addUser('CHECKOUT', variant, 1, BY)],
])('%s refuses a variant that does not exist', async (_, change) => {
  const { live } = setUp();
  await expect(change(live, 'OM')).rejects.toEqual(failure('variant-unknown', /CHECKOUT.*"OM".*"ON"/));
  for (const variant of [undefined, null, '', 'toString'])
    await expect(change(live, variant)).rejects.toEqual(failure('variant-unknown', /no variant of CHECKOUT/));
  expect(live.state.revision).toBe(0);
});

test('revokeOverrides needs an actor and a reason, too', async () => {
  const { live } = setUp();
  await expect(live.revokeOverrides({ actor: 'ada', reason: '' })).rejects.toEqual(failure('change-invalid', /reason/));
  expect(live.state.epoch).toBe(0);
});

describe('onChange', () => {
  test('tells of each change: what, by whom, why, when, and what it led to', async () => {
    const engine = setUp();
    const changes: Change[] = [];
    engine.onChange((change) => changes.push(change));
    await engine.live.kill('CHECKOUT', BY);
    await engine.live.pin('BANNER', 'ON', BY);
    await engine.live.addUser('BANNER', 'OFF', 7, BY);
    await engine.live.removeUser('BANNER', '7', BY);
    await engine.live.unpin('BANNER', BY);
    await engine.live.restore('CHECKOUT', BY);
    await engine.live.revokeOverrides(BY);
    const told = { ...BY, at: 42 };
    const killed = `killed by ${BY.actor}: ${BY.reason}`;
    expect(changes).toEqual([
      { ...told, action: 'kill', flag: 'CHECKOUT', revision: 1, field: ['killed'], value: killed, previous: null },
      { ...told, action: 'pin', flag: 'BANNER', revision: 2, field: ['pinned'], value: 'ON', previous: null },
      { ...told, action: 'add-user', flag: 'BANNER', revision: 3, field: ['users', '7'], value: 'OFF', previous: null },
      {
        ...told,
        action: 'remove-user',
        flag: 'BANNER',
        revision: 4,
        field: ['users', '7'],
        value: null,
        previous: 'OFF',
      },
      { ...told, action: 'unpin', flag: 'BANNER', revision: 5, field: ['pinned'], value: null, previous: 'ON' },
      { ...told, action: 'restore', flag: 'CHECKOUT', revision: 6, field: ['killed'], value: null, previous: killed },
      { ...told, action: 'revoke-overrides', revision: 7 },
    ]);
  });

  test('tells when the change is in force, and not of one that was refused', async () => {
    const engine = setUp();
    const seen: string[] = [];
    engine.onChange(() => seen.push(decision(engine)));
    await engine.live.kill('CHECKOUT', { actor: '', reason: '' }).catch(() => {});
    await engine.live.kill('CHECKOUT', BY);
    expect(seen).toEqual(['OFF killed']);
  });

  test('stops when told to', async () => {
    const engine = setUp();
    const seen: string[] = [];
    const stop = engine.onChange(({ action }) => seen.push(`stopped ${action}`));
    engine.live.onChange(({ action }) => seen.push(action));
    stop();
    stop();
    await engine.live.kill('CHECKOUT', BY);
    expect(seen).toEqual(['kill']);
  });

  test.each<[string, () => never | Promise<never>]>([
    ['throws', () => thrown()],
    ['rejects', async () => thrown()],
  ])('a listener that %s is reported, and stops neither the change nor the other listeners', async (_, listener) => {
    const { logger, errors } = recorder();
    const engine = setUp({ logger });
    const seen: string[] = [];
    engine.onChange(listener);
    engine.onChange(({ action }) => seen.push(action));
    expect(await engine.live.kill('CHECKOUT', BY)).toBe(1);
    await new Promise(setImmediate);
    expect(seen).toEqual(['kill']);
    expect(engine.stats().errors).toEqual({ '': 1 });
    expect(errors).toEqual(['gatekeeper: Error: a bad listener']);
  });

  function thrown(): never {
    throw new Error('a bad listener');
  }
});
