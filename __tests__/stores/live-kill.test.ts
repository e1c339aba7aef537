import type { Options } from 'gatekeeper-flags';
import { BY, engineOf, recorder, toggle } from '../support/config';
import { fragileStore, until, type FragileStore } from '../support/fragile-store';

const on = () => ({ CHECKOUT: toggle({ getVariant: () => 'ON' }), BANNER: toggle({ getVariant: () => 'ON' }) });

async function setUp(options: Options = {}) {
  const store = fragileStore();
  const engine = engineOf(on(), { store: () => store, now: () => 42, ...options });
  await engine.ready;
  return { store, engine, checkout: () => engine.for({}).ffVariant('CHECKOUT') };
}

/** What another process sees, which only knows the store. */
async function elsewhere(store: FragileStore) {
  const engine = engineOf(on(), { store: () => store });
  await engine.ready;
  return engine.for({}).ffVariant('CHECKOUT');
}

const notStored = expect.objectContaining({ code: 'not-stored', appliedLocally: true });

test('a kill is in effect before the store has answered, and nothing waits for it', async () => {
  const { store, engine, checkout } = await setUp();
  store.state = 'silent';
  const killed = engine.live.kill('CHECKOUT', BY);
  expect(checkout()).toBe('OFF');
  expect(engine.status().unstoredKills).toEqual(['CHECKOUT']);
  await expect(killed).rejects.toEqual(notStored);
  expect(checkout()).toBe('OFF');
}, 15_000);

test('a kill while the store is down rejects, is in effect, and is stored once the store is back', async () => {
  const { store, engine, checkout } = await setUp();
  store.state = 'refused';
  await expect(engine.live.kill('CHECKOUT', BY)).rejects.toEqual(notStored);
  await expect(engine.live.kill('CHECKOUT', BY)).rejects.toEqual(notStored);
  expect([checkout(), engine.for({}).ffVariant('BANNER')]).toEqual(['OFF', 'ON']);
  expect(engine.status()).toMatchObject({ unstoredKills: ['CHECKOUT'] });

  store.state = 'up';
  expect(await elsewhere(store)).toBe('ON');
  await until(() => engine.status().unstoredKills.length === 0);
  expect(checkout()).toBe('OFF');
  expect(await elsewhere(store)).toBe('OFF');
  expect(await engine.live.history()).toEqual([expect.objectContaining({ action: 'kill', flag: 'CHECKOUT', ...BY })]);
});

test('restore takes back a kill that was not stored, also while the store is down', async () => {
  const { store, engine, checkout } = await setUp();
  store.state = 'refused';
  await engine.live.kill('CHECKOUT', BY).catch(() => {});
  await expect(engine.live.restore('CHECKOUT', BY)).rejects.toMatchObject({ code: 'not-stored' });
  expect(checkout()).toBe('ON');

  store.state = 'up';
  const { write } = store.asked;
  await engine.live.pin('BANNER', 'OFF', BY);
  await new Promise((resolve) => setTimeout(resolve, 300)); // the kill would have been tried again twice
  expect(store.asked.write).toBe(write! + 1);
  expect([checkout(), await elsewhere(store)]).toEqual(['ON', 'ON']);
});

test('a restore that says neither who nor why changes nothing', async () => {
  const { store, engine, checkout } = await setUp();
  store.state = 'refused';
  await engine.live.kill('CHECKOUT', BY).catch(() => {});
  await expect(engine.live.restore('CHECKOUT', { actor: '', reason: '' })).rejects.toMatchObject({
    code: 'change-invalid',
  });
  expect(checkout()).toBe('OFF');
});

test('other operations are refused while the store is down, and have no effect', async () => {
  const { store, engine, checkout } = await setUp();
  store.state = 'refused';
  for (const change of [
    () => engine.live.pin('CHECKOUT', 'OFF', BY),
    () => engine.live.addUser('CHECKOUT', 'OFF', 1, BY),
    () => engine.live.revokeOverrides(BY),
    () => engine.live.clear(BY),
    () => engine.live.history(),
    () => engine.live.revert(1, BY),
  ]) {
    const error = await change().catch((rejected: Error) => rejected);
    expect(error).toMatchObject({ code: 'not-stored', cause: new Error('connection refused') });
    expect(error).not.toHaveProperty('appliedLocally');
  }
  expect(checkout()).toBe('ON');
  expect(engine.live.state).toMatchObject({ revision: 0, epoch: 0 });
});

test('a kill on top of a revision that is no longer there is refused, and taken back', async () => {
  const { engine, checkout } = await setUp();
  const seen = await engine.live.addUser('CHECKOUT', 'ON', 7, BY);
  await engine.live.addUser('CHECKOUT', 'ON', 8, BY);
  const killed = engine.live.kill('CHECKOUT', { ...BY, expectedRevision: seen });
  expect(checkout()).toBe('OFF');
  await expect(killed).rejects.toMatchObject({ code: 'conflict', appliedLocally: false, current: { revision: 2 } });
  expect(checkout()).toBe('ON');
  expect(engine.status().unstoredKills).toEqual([]);
});

test('the same where the store was down when it was asked for, and somebody else was faster', async () => {
  const { logger, errors } = recorder();
  const { store, engine, checkout } = await setUp({ logger });
  const other = engineOf(on(), { store: () => store });
  await other.ready;
  const seen = await engine.live.addUser('CHECKOUT', 'ON', 7, BY);
  store.state = 'refused';
  await expect(engine.live.kill('CHECKOUT', { ...BY, expectedRevision: seen })).rejects.toEqual(notStored);
  expect(checkout()).toBe('OFF');

  store.state = 'up';
  await other.live.addUser('CHECKOUT', 'ON', 8, BY);
  await until(() => engine.status().unstoredKills.length === 0);
  expect([checkout(), await elsewhere(store)]).toEqual(['ON', 'ON']);
  expect(errors.join()).toMatch(/CHECKOUT was changed by somebody else/);
});

test('after close a kill is not tried again', async () => {
  const { store, engine } = await setUp();
  store.state = 'refused';
  await engine.live.kill('CHECKOUT', BY).catch(() => {});
  await engine.close();
  const { write } = store.asked;
  store.state = 'up';
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(store.asked.write).toBe(write);
});

test('a request that has begun keeps its answer', async () => {
  const { engine } = await setUp();
  const gk = engine.for({});
  expect(gk.ffVariant('CHECKOUT')).toBe('ON');
  await engine.live.kill('CHECKOUT', BY);
  expect([gk.ffVariant('CHECKOUT'), gk.ffVariant('BANNER'), gk.fresh().ffVariant('CHECKOUT')]).toEqual([
    'ON',
    'ON',
    'OFF',
  ]);
});
