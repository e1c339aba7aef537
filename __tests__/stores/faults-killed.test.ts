import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn, fresh, vips } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { servers } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

describe.each(servers)('$name, killed midway and back', (kind) => {
  const on = enginesOn(kind);

  test('the last good stays; a kill meanwhile is obeyed at once, and stored when it can be', async () => {
    const [here, there] = [await on.ready(), await on.ready()];
    await here.engine.live.addToSegment(vips.name, [1], BY);
    await until(() => there.served() === 'ON ON');
    const whileDown: string[] = [];
    const requests = await Promise.all(
      [here, there].map(({ engine }, which) =>
        untouched(engine, async () => {
          await sleep(50);
          if (which === 1) return until(() => there.served() === 'OFF ON', 20_000).then(() => sleep(50));
          await on.place.kill();
          const killed = here.engine.live.kill('A', BY).catch(({ appliedLocally }) => appliedLocally);
          whileDown.push(here.served(), there.served());
          expect(here.engine.status().unstoredKills).toEqual(['A']);
          await sleep(200);
          whileDown.push(here.served(), there.served());
          await on.place.start();
          expect([2, true]).toContain(await killed); // its client may have kept it until the server was back
        }),
      ),
    );
    expect(whileDown).toEqual(['OFF ON', 'ON ON', 'OFF ON', 'ON ON']);
    expect(requests.map(({ served }) => served)).toEqual([
      ['ON', 'OFF'],
      ['ON', 'OFF'],
    ]);
    await Promise.all([fresh(here), fresh(there)]);
    expect(here.engine.status()).toMatchObject({ revision: 2, unstoredKills: [] });
    expect([here, there].map(({ changes }) => changes.map(({ action }) => action))).toEqual([
      ['add-to-segment', 'kill'],
      ['add-to-segment', 'kill'],
    ]);
  });

  test('killed again and again, nothing that was stored is lost or told of twice', async () => {
    const [here, there] = [await on.ready(), await on.ready()];
    await untouched(there.engine, async () => {
      for (let revision = 1; revision <= 6; revision++) {
        await here.engine.live[revision % 2 ? 'kill' : 'restore']('A', BY);
        if (revision % 2) await on.place.kill();
        if (revision % 2) await on.place.start();
        await Promise.all([here, there].map((one) => until(() => one.engine.status().revision === revision, 20_000)));
        await Promise.all([fresh(here), fresh(there)]);
      }
    });
    await until(() => there.changes.length === 6);
    expect(there.changes.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(there.served()).toBe('ON OFF');
  });
});
