import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { child } from '../support/child';
import { enginesOn } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { servers } from '../support/real-stores';

/** An app as an operator runs it: nothing catches what Node.js would end it for. */
const app = (where: object, kind: string) => `
  import('./__tests__/support/stores.mjs').then(async ({ open }) => {
    const { createEngine, defineConfig, FeatureFlag } = require('gatekeeper-flags');
    const { gatekeeper, health } = require('gatekeeper-flags/express');
    class Flag extends FeatureFlag { description = 'x'; variants = { ON: 'ON', OFF: 'OFF' }; off = 'OFF'; getVariant() { return 'ON'; } }
    const { store, end } = await open.${kind}(${JSON.stringify(where)});
    const engine = createEngine(defineConfig({ flags: { A: new Flag() }, store: () => ({ ...store, pollEvery: 300 }) }));
    const app = require('express')();
    app.use(gatekeeper(engine));
    app.get('/', (req, res) => res.send(req.gk.ffVariant('A')));
    app.get('/health', health(engine));
    app.get('/kill', (req, res) => engine.live.kill('A', ${JSON.stringify(BY)}).then(() => res.send(req.gk.ffVariant('A'))));
    const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
    process.once('SIGTERM', async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await engine.close();
      await end();
    });
  });`;

describe.each(servers)('$name', (kind) => {
  const on = enginesOn(kind);

  test('an app in a process of its own lives through one fault after the other, and ends when it is told to', async () => {
    const here = await on.ready();
    await here.engine.live.pin('A', 'OFF', BY);
    await on.place.kill();
    const { next, process, gone } = child(app({ place: on.place.url, namespace: on.namespace }, kind.name));
    const origin = `http://127.0.0.1:${await next()}`;
    const get = async (path: string) => (await fetch(origin + path, { signal: AbortSignal.timeout(2_000) })).text();
    const state = async () => JSON.parse(await get('/health')).status;
    expect([await get('/'), await state()]).toEqual(['ON', 'never-loaded']);
    await on.place.start();
    await until(async () => (await state()) === 'fresh');
    expect(await get('/')).toBe('OFF');

    const stale = () => until(async () => (await state()) === 'stale');
    const faults: readonly (readonly [fault: () => Promise<unknown>, mend: () => Promise<unknown>])[] = [
      [() => on.place.kill().then(() => sleep(300)), () => on.place.start()],
      [async () => (on.place.pause(), sleep(700)), async () => on.place.resume()],
      [() => on.behind((behind) => behind.loseListeners()), () => sleep(300)],
      [
        () => on.behind((behind) => behind.spoil(on.namespace)).then(stale),
        () => on.behind((behind) => behind.unspoil(on.namespace)),
      ],
      [
        () => on.behind((behind) => behind.setMeta(on.namespace, 'schema', 99)).then(stale),
        () => on.behind((behind) => behind.setMeta(on.namespace, 'schema', 1)),
      ],
      [() => on.behind((behind) => behind.putFlags(on.namespace, [['A', '{', 2]])), () => sleep(300)],
      [() => on.behind((behind) => behind.wipe()).then(stale), () => here.engine.live.clear(BY)],
    ];
    for (const [index, [fault, mend]] of faults.entries()) {
      await fault();
      expect(await get('/')).toBe('OFF');
      await mend();
      await until(async () => (await state()) === 'fresh', 20_000);
      expect([index, await get('/')]).toEqual([index, index < faults.length - 1 ? 'OFF' : 'ON']);
    }
    expect(await get('/kill')).toBe('OFF');
    process.kill('SIGTERM');
    expect(await gone).toBe(0);
  });
});
