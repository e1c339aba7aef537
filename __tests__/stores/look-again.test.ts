import { BY, engineOf, toggle } from '../support/config';
import { fragileStore, until } from '../support/fragile-store';

test('a store that could not be read when a message came is looked at again within a second or so, not at the next look', async () => {
  const store = fragileStore();
  const options = { store: () => ({ ...store, read: () => store.read(), pollEvery: 60_000 }) };
  const [here, there] = [engineOf({ A: toggle() }, { store: () => store }), engineOf({ A: toggle() }, options)];
  await Promise.all([here.ready, there.ready]);
  await until(() => store.asked.read === 4); // once more each, since they listen
  store.instead.read = () => Promise.reject(new Error('connection refused'));
  await here.live.kill('A', BY);
  await until(() => there.status().state === 'stale');
  delete store.instead.read;
  await until(() => there.status().state === 'fresh', 2_000);
  expect(there.status().revision).toBe(1);
  await Promise.all([here.close(), there.close()]);
});

test('where a look finds a change that no message told of, it listens anew', async () => {
  const store = fragileStore();
  const told = new Set<() => void>();
  let ended = 0;
  store.instead.watch = async (changed) => {
    if (told.size > 0)
      told.add(changed); // the first connection is dead without knowing
    else told.add(() => {});
    return async () => void (ended += 1);
  };
  const there = engineOf({ A: toggle() }, { store: () => ({ ...store, pollEvery: 100 }) });
  await there.ready;
  expect(told.size).toBe(1);
  const elsewhere = engineOf({ A: toggle() }, { store: () => ({ ...store, watch: undefined, pollEvery: 60_000 }) });
  await elsewhere.ready;
  await until(() => store.asked.read! >= 4); // it has read once more, since it listens
  await elsewhere.live.kill('A', BY);
  await until(() => told.size === 2);
  expect(ended).toBe(1);
  await Promise.all([there.close(), elsewhere.close()]);
});
