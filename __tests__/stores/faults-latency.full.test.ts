import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn, fresh, vips } from '../support/engines-on';
import { servers } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

const ROUNDS = 6;
const ROUND = 600;

describe.each(servers)(
  '$name: the 99th percentile of what a check takes stays within twice that of a quiet time',
  (kind) => {
    const on = enginesOn(kind);
    let revision = 10;
    const storm = () => on.behind((behind, namespace) => behind.storm(namespace, (revision += 1_000), 1_000));

    /** What happens to the store, and what makes it well again. */
    const faults: { readonly [name: string]: readonly [fault: () => unknown, mend: () => unknown] } = {
      'it is silent': [() => on.place.pause(), () => on.place.resume()],
      'it is killed': [() => on.place.kill(), () => on.place.start()],
      'it holds something else': [
        () => on.behind((behind, namespace) => behind.spoil(namespace)),
        () => on.behind((behind, namespace) => behind.unspoil(namespace)),
      ],
      'it has ten thousand changes a second': [
        async () => {
          for (const end = performance.now() + ROUND; performance.now() < end; await sleep(50)) await storm();
        },
        () => {},
      ],
      'its listeners are told lies': [
        async () => {
          const lies = Array.from({ length: 500 }, () => on.namespace);
          for (const end = performance.now() + ROUND; performance.now() < end; await sleep(20))
            await on.behind((behind, namespace) => behind.tell(namespace, lies));
        },
        () => {},
      ],
    };

    test.each(Object.entries(faults))(
      '%s',
      async (name, [fault, mend]) => {
        const here = await on.ready({ further: 998 });
        await here.engine.live.addToSegment(vips.name, [1, 2, 3], BY);
        await here.engine.live.addUser('A', 'ON', 1, BY);
        const [quiet, faulty]: [number[], number[]] = [[], []];
        for (let round = 0; round < ROUNDS; round++) {
          quiet.push((await untouched(here.engine, () => sleep(ROUND))).p99);
          faulty.push((await untouched(here.engine, async () => Promise.all([fault(), sleep(ROUND)]))).p99);
          await mend();
          await fresh(here);
        }
        // The best of several, since others use this machine, too.
        const [usual, then] = [Math.min(...quiet), Math.min(...faulty)];
        process.stdout.write(`${kind.name}, ${name}: ${usual.toFixed(2)} µs quiet, ${then.toFixed(2)} µs then\n`);
        expect(then / usual).toBeLessThan(2);
      },
      120_000,
    );
  },
);
