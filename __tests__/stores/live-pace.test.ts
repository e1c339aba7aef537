import Database from 'libsql';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import { BY, engineOf, toggle } from '../support/config';

test.each([
  ['memory', memoryStore],
  ['SQLite', () => sqliteStore({ database: new Database(':memory:') })],
])('%s, which answers at once: one change after the other leaves everything else its turn', async (_, store) => {
  const engine = engineOf({ A: toggle() }, { store });
  await engine.ready;
  let turns = 0;
  const count = setInterval(() => (turns += 1), 1);
  const start = performance.now();
  for (let id = 0; turns <= 5 && performance.now() - start < 5_000; id++) await engine.live.addUser('A', 'ON', id, BY);
  clearInterval(count);
  expect(turns).toBeGreaterThan(5);
  await engine.close();
});
