import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn, fresh, READY_TIMEOUT, stale, vips } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { servers } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

describe.each(servers)('$name, silent for ten seconds', (kind) => {
  const on = enginesOn(kind);

  test('the last good stays, or the code decides; a kill is obeyed at once, rejects, and is stored in the end', async () => {
    const [here, there] = [await on.ready(), await on.ready()];
    await here.engine.live.addToSegment(vips.name, [1], BY);
    await until(() => there.served() === 'ON ON');
    on.place.pause();
    const late = on.start();
    const began = performance.now();
    const silence = sleep(10_000).finally(() => on.place.resume());
    const until11 = () =>
      silence.then(() => until(() => late.served() === 'OFF ON' && there.served() === 'OFF ON', 20_000));

    const requests = await Promise.all([
      untouched(here.engine, async () => {
        await sleep(100);
        const killed = here.engine.live.kill('A', BY);
        expect(here.served()).toBe('OFF ON');
        await expect(killed).rejects.toMatchObject({ code: 'not-stored', appliedLocally: true });
        expect(performance.now() - began).toBeLessThan(6_000);
        await stale(here);
        expect(here.engine.status()).toMatchObject({ revision: 1, unstoredKills: ['A'] });
        await until11();
      }),
      untouched(there.engine, async () => {
        await stale(there);
        expect(performance.now() - began).toBeLessThan(8_000);
        expect(there.served()).toBe('ON ON');
        await until11();
        await sleep(50);
      }),
      untouched(late.engine, async () => {
        await late.engine.ready;
        expect(performance.now() - began).toBeLessThan(READY_TIMEOUT + 2_000);
        expect([late.engine.status().state, late.served()]).toEqual(['never-loaded', 'ON OFF']);
        await until11();
        await sleep(50);
      }),
    ]);
    expect(requests.map(({ served }) => served)).toEqual([
      ['ON', 'OFF'],
      ['ON', 'OFF'],
      ['ON', 'OFF'],
    ]);
    await Promise.all([here, there, late].map(fresh));
    await until(() => here.engine.status().unstoredKills.length === 0);
    expect([here, there, late].map(({ errors }) => errors)).toEqual([[], [], []]);
  }, 90_000);
});
