import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { servers } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

const CHANGES = 10_000;
const SLICES = 20;

describe.each(servers)('$name: ten thousand changes a second, of a thousand flags', (kind) => {
  const on = enginesOn(kind);

  test('are few reads, and requests go on', async () => {
    const here = await on.ready({ further: 998, pollEvery: 60_000 });
    await here.engine.live.pin('B', 'ON', BY);
    const { read: before = 0 } = here.asked;
    let took = 0;
    await untouched(here.engine, async () => {
      const began = performance.now();
      await on.behind(async (behind, namespace) => {
        for (let slice = 0; slice < SLICES; slice++) {
          await behind.storm(namespace, 2 + (slice * CHANGES) / SLICES, CHANGES / SLICES);
          await sleep(began + (1_000 / SLICES) * (slice + 1) - performance.now());
        }
      });
      await until(() => here.engine.status().revision === 1 + CHANGES);
      took = performance.now() - began;
    });
    const reads = here.asked.read! - before;
    process.stdout.write(`${kind.name}: ${CHANGES} changes in ${took.toFixed()} ms were ${reads} reads\n`);
    expect(reads).toBeLessThan(10 + took / 20);
    expect(here.served()).toBe(`ON ON${' OFF'.repeat(998)}`);
  });
});
