/**
 * An engine beside others over one store, in a forked process, a worker of a cluster, or a thread, with arguments
 * `<kind> <place> <namespace> <copy>`. It tells of each change, and does as it is told.
 */
import { parentPort } from 'node:worker_threads';
import { FeatureFlag, createEngine, defineConfig } from 'gatekeeper-flags';
import { lastKnownGood } from 'gatekeeper-flags/stores/last-known-good';
import { open } from './stores.mjs';

const [kind, place, namespace, path] = process.argv.slice(2);
const say = (message) => (parentPort ? parentPort.postMessage(message) : process.send(message));

class Switch extends FeatureFlag {
  description = 'A switch';
  variants = { ON: 'ON', OFF: 'OFF' };
  off = 'OFF';
  rules = [{ name: 'all', serve: 'ON' }];
}
const { store, end } = await open[kind]({ place, namespace });
const engine = createEngine(defineConfig({ flags: { A: new Switch() }, store: () => lastKnownGood(store, { path }) }));
const by = { actor: 'who is beside', reason: 'a test' };
const orders = {
  kill: () => engine.live.kill('A', by),
  restore: () => engine.live.restore('A', by),
  async writeOn() {
    for (let id = 0; ; id++) await engine.live.addUser('A', 'ON', id, by);
  },
  async close() {
    await engine.close();
    await end();
    if (parentPort) parentPort.close();
    else process.disconnect();
  },
};

engine.onChange(({ revision }) => say({ revision, A: engine.for({}).ffVariant('A') }));
(parentPort ?? process).on('message', (order) => orders[order]());
await engine.ready;
say({ state: engine.status().state });
