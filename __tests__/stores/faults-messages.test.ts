import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { servers } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

describe.each(servers)('$name', (kind) => {
  const on = enginesOn(kind);

  test('a message that is lost, on a connection that is well: looking finds the change', async () => {
    const here = await on.ready({ pollEvery: 300 });
    const { served } = await untouched(here.engine, async () => {
      await here.engine.live.pin('B', 'ON', BY);
      await on.behind((behind, namespace) => behind.putFlags(namespace, [['A', '{"killed":"x"}', 2]]));
      await until(() => here.served() === 'OFF ON', 2_000);
      await sleep(50);
    });
    expect(served).toEqual(['ON', 'OFF']);
  });

  test('messages that are lost with their connection: all is read when it listens again', async () => {
    const [here, there] = [await on.ready(), await on.ready({ pollEvery: 60_000 })];
    await untouched(there.engine, async () => {
      await on.behind((behind) => behind.loseListeners());
      for (const change of ['kill', 'restore', 'kill'] as const) await here.engine.live[change]('A', BY);
      await until(() => there.served() === 'OFF OFF');
      await until(() => there.changes.length === 3);
    });
    expect(there.changes.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  test('messages that come twice, in another order, or from a liar: what is read counts', async () => {
    const [here, there] = [await on.ready(), await on.ready({ pollEvery: 60_000 })];
    const { read: before = 0 } = there.asked;
    await untouched(there.engine, async () => {
      for (const change of ['kill', 'restore', 'kill'] as const) await here.engine.live[change]('A', BY);
      await until(() => there.changes.length === 3);
      await on.behind((behind, namespace) =>
        behind.tell(namespace, [
          ...['3', '3', '3', '2', '1', '3', '2', '0', '-1', '999', '', 'NaN', '9'.repeat(400), '{"killed":"x"}'],
          ...Array.from({ length: 100 }, () => namespace),
        ]),
      );
      await sleep(150);
      expect(there.engine.status()).toMatchObject({ state: 'fresh', revision: 3 });
      await here.engine.live.pin('B', 'ON', BY);
      await until(() => there.served() === 'OFF ON' && there.changes.length === 4);
    });
    expect(there.changes.map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
    expect(there.errors).toEqual([]);
    expect(there.asked.read! - before).toBeLessThan(40); // of a hundred messages and more; the slower, the more
  });
});
