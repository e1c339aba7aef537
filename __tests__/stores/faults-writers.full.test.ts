import { BY } from '../support/config';
import { child } from '../support/child';
import { enginesOn } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { kept } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

const EACH = 500;

/** Adds users to flag A one after the other, as soon as it is told to. */
const writer = (where: object, kind: string, first: number) => `
  import('./__tests__/support/stores.mjs').then(async ({ open }) => {
    const { createEngine, defineConfig, FeatureFlag } = require('gatekeeper-flags');
    class Flag extends FeatureFlag { description = 'x'; variants = { ON: 'ON', OFF: 'OFF' }; off = 'OFF'; }
    const { store, end } = await open.${kind}(${JSON.stringify(where)});
    const engine = createEngine(defineConfig({ flags: { A: new Flag() }, store: () => store }));
    await engine.ready;
    console.log('"ready"');
    process.stdin.once('data', async () => {
      for (let id = ${first}; id < ${first + EACH}; id++) await engine.live.addUser('A', 'ON', id, ${JSON.stringify(BY)});
      await engine.close();
      await end();
      process.exit();
    });
  });`;

describe.each(kept)('$name', (kind) => {
  const on = enginesOn(kind);

  test(`of two processes that write ${EACH} times each to one flag, no write is lost, and each is told of once`, async () => {
    const here = await on.ready();
    const where = { place: on.place.url, namespace: on.namespace };
    const writers = [0, 1].map((one) => child(writer(where, kind.name, one * EACH)));
    for (const { next } of writers) expect(await next()).toBe('ready');
    await untouched(here.engine, async () => {
      for (const { say } of writers) say('go');
      expect(await Promise.all(writers.map(({ gone }) => gone))).toEqual([0, 0]);
      await until(() => here.changes.length === 2 * EACH);
    });
    const all = Array.from({ length: 2 * EACH }, (_, index) => index);
    const { users } = here.engine.live.state.flags.get('A')!;
    expect([...users!.keys()].map(Number).sort((a, b) => a - b)).toEqual(all);
    expect(here.changes.map(({ revision }) => revision)).toEqual(all.map((index) => index + 1));
    expect(new Set(here.changes.map(({ field }) => Number(field![1])))).toEqual(new Set(all));
    const by = here.changes.map(({ field }) => Number(Number(field![1]) < EACH));
    expect(by.filter((one, index) => one !== by[index - 1]).length).toBeGreaterThan(10); // they did write at once
  });
});
