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
