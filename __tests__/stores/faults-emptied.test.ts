import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn, fresh, stale, vips } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { kept } from '../support/real-stores';
import type { Behind } from '../support/behind';
import { untouched } from '../support/steady-requests';

const losses: readonly (readonly [string, (behind: Behind, namespace: string) => Promise<unknown>])[] = [
  ['FLUSHALL, every table truncated', (behind) => behind.wipe()],
  ['the flags are gone', (behind, namespace) => behind.wipeFlags(namespace)],
  ['another store is in its place', (behind, namespace) => behind.setMeta(namespace, 'id', 'another')],
];

describe.each(kept)('$name', (kind) => {
  const on = enginesOn(kind);

  test.each(losses)('%s: not believed, and takes no write, until somebody clears it', async (_, lose) => {
    const [here, there] = [await on.ready(), await on.ready()];
    await here.engine.live.addToSegment(vips.name, [1], BY);
    await here.engine.live.kill('A', BY);
    await until(() => there.engine.status().revision === 2);
    const { served } = await untouched(there.engine, async () => {
      await on.behind(lose);
      for (const one of [here, there]) {
        await stale(one);
        expect(one.served()).toBe('OFF ON');
        expect(one.engine.status()).toMatchObject({ revision: 2, problem: expect.stringMatching(/has lost.*clear/) });
        const { live } = one.engine;
        await expect(live.pin('B', 'OFF', BY)).rejects.toMatchObject({ code: 'store-emptied' });
        await expect(live.addToSegment(vips.name, [2], BY)).rejects.toMatchObject({ code: 'store-emptied' });
        await expect(live.kill('B', BY)).rejects.toMatchObject({ code: 'store-emptied', appliedLocally: true });
        expect(one.served()).toBe('OFF OFF');
        await live.restore('B', BY).catch(() => {});
        expect(one.served()).toBe('OFF ON');
      }
    });
    expect(served).toEqual(['OFF']);

    await untouched(there.engine, async () => {
      await here.engine.live.clear(BY);
      await until(() => here.served() === 'ON OFF' && there.served() === 'ON OFF');
      await there.engine.live.pin('A', 'OFF', BY);
      await until(() => here.served() === 'OFF OFF');
    });
    await Promise.all([fresh(here), fresh(there)]);
  });

  test.each([
    ['a backup was restored', []],
    ['a failover lost the last change, and another was made since', [['B', '{"pinned":"ON"}', 4] as const]],
    ['a failover lost the last change, and more were made since', [['B', '{"pinned":"ON"}', 7] as const]],
  ])('%s: not believed, until the store says that it holds', async (_, since) => {
    const here = await on.ready();
    await here.engine.live.pin('A', 'ON', BY);
    await here.engine.live.addToSegment(vips.name, [1], BY);
    await here.engine.live.pin('B', 'ON', BY);
    await here.engine.live.kill('A', BY);
    const { served } = await untouched(here.engine, async () => {
      const left = [['A', '{"pinned":"ON"}', 1] as const, ['B', '{"pinned":"ON"}', 3] as const, ...since];
      await on.behind((behind, namespace) => behind.putFlags(namespace, left));
      await stale(here);
      expect([here.served(), here.engine.status().problem]).toEqual(['OFF ON', expect.stringMatching(/has lost/)]);
      await expect(here.engine.live.unpin('A', BY)).rejects.toMatchObject({ code: 'store-emptied' });
      for (const field of ['revision', 'cleared'] as const)
        await on.behind((behind, namespace) => behind.setMeta(namespace, field, 1_007));
      await fresh(here);
      await until(() => here.served() === 'ON ON');
      await sleep(50);
    });
    expect(served).toEqual(['OFF', 'ON']);
    expect((await on.ready()).served()).toBe('ON ON');
  });
});
