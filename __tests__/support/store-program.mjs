/**
 * A process that opens a store: `node store-program.mjs <what> <kind> <place> <namespace>`.
 * `write` writes one flag, and prints the revision. `leave` watches, closes at once, and has nothing left that keeps it
 * running. `engine` obeys the store as an app does: it prints each change that it is told of, and makes one for each line it reads.
 */
import { createInterface } from 'node:readline';
import { open } from './stores.mjs';

const [what, kind, place, namespace] = process.argv.slice(2);
const { store, end } = await open[kind]({ place, namespace });
const by = { actor: `process ${process.pid}`, reason: 'a test' };

if (what === 'write') {
  await store.read();
  const flag = { name: `FLAG_${process.pid}`, value: '{}', onTopOf: 0 };
  const written = await store.write({
    id: '',
    change: { action: 'kill', ...by, at: Date.now(), flag: flag.name },
    flag,
  });
  console.log(written.revision);
  await store.close();
  await end();
}

if (what === 'leave') {
  const watching = store.watch(() => {}).then((unwatch) => unwatch());
  watching.catch(() => {});
  await Promise.race([watching, new Promise((resolve) => setTimeout(resolve, 100))]).catch(() => {});
  await store.close();
  await end();
}

if (what === 'engine') {
  const { FeatureFlag, createEngine, defineConfig } = await import('gatekeeper-flags');
  class Switch extends FeatureFlag {
    description = 'A switch';
    variants = { ON: 'ON', OFF: 'OFF' };
    off = 'OFF';
    rules = [{ name: 'all', serve: 'ON' }];
  }
  const engine = createEngine(defineConfig({ flags: { A: new Switch(), B: new Switch() }, store: () => store }));
  engine.onChange(({ revision, action, flag }) => {
    const { revision: at } = engine.status();
    console.log(
      JSON.stringify({ revision, action, flag, at, time: Date.now(), variant: engine.for({}).ffVariant(flag) }),
    );
  });
  await engine.ready;
  console.log(JSON.stringify({ ready: engine.status().state }));
  const lines = createInterface(process.stdin);
  for await (const line of lines) {
    const [action, flag] = line.split(' ');
    await engine.live[action](flag, by);
  }
  await engine.close();
  await end();
}
