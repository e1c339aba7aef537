import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn, fresh } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { servers } from '../support/real-stores';
import { untouched } from '../support/steady-requests';
import { tcpProxy } from '../support/tcp-proxy';

describe.each(servers)('$name', (kind) => {
  const on = enginesOn(kind);

  test('a slow network: changes take longer, requests do not', async () => {
    const proxy = await tcpProxy(on.place.url);
    const here = await on.ready(proxy);
    proxy.delay = 50;
    await untouched(here.engine, async () => {
      const began = performance.now();
      await here.engine.live.kill('A', BY);
      expect(performance.now() - began).toBeGreaterThan(100);
    });
    expect([here.engine.status().state, here.served()]).toEqual(['fresh', 'OFF OFF']);
  });

  /** A change while the connections of another process are lost, and one after. */
  async function expectToCatchUp(lose: 'cut' | 'garble' | 'halfOpen', pollEvery: number): Promise<void> {
    const proxy = await tcpProxy(on.place.url);
    const [here, there] = [await on.ready(), await on.ready({ url: proxy.url, pollEvery })];
    await untouched(there.engine, async () => {
      proxy.refuse = true;
      proxy[lose]();
      await here.engine.live.kill('A', BY);
      await sleep(200);
      expect(there.served()).toBe('ON OFF');
      proxy.refuse = false;
      if (lose === 'garble') proxy.cut(); // `redis` would stay on it, and take each answer for the next one's
      await until(() => there.served() === 'OFF OFF', 20_000);
      await fresh(there);
      await here.engine.live.restore('A', BY);
      await until(() => there.served() === 'ON OFF' && there.changes.length === 2);
    });
    expect(there.changes.map(({ action }) => action)).toEqual(['kill', 'restore']);
  }

  test('connections are cut: when there are new ones, all is read again, and it listens', () =>
    expectToCatchUp('cut', 60_000));

  test.each(['garble', 'halfOpen'] as const)('connections are lost (%s): what was missed is read', (lose) =>
    expectToCatchUp(lose, 100),
  );
});
