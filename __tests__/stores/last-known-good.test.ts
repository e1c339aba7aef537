import { liveSegment, type Options } from 'gatekeeper-flags';
import { lastKnownGood } from 'gatekeeper-flags/stores/last-known-good';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { child } from '../support/child';
import { BY, engineOf, Toggle, toggle } from '../support/config';
import { fragileStore, until } from '../support/fragile-store';

const vips = liveSegment('vips of the copy');
const flags = () => ({
  CHECKOUT: toggle({ getVariant: () => Toggle.ON }),
  VIPS: toggle({ rules: [{ name: 'vips', when: vips, serve: Toggle.ON }] }),
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-copy-'));
  path = join(folder, 'flags.json');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((engine) => engine.close({ timeout: 1_000 })));
  rmSync(folder, { recursive: true });
});
const running: { close(options: object): Promise<void> }[] = [];

/** A process over `store` with a copy; ready. */
async function start(store = fragileStore(), options: Options = {}) {
  const errors: unknown[] = [];
  const engine = engineOf(flags(), {
    store: () => lastKnownGood(store, { path, onError: (error) => errors.push(error) }),
    ...options,
  });
  running.push(engine);
  await engine.ready;
  const answers = (id: number) => Object.values(engine.for({ user: { id } }).all()).join(' ');
  return { engine, store, errors, answers };
}

/** A store that has a kill and a segment, and the copy of it. */
async function copied() {
  const { engine, store } = await start();
  await engine.live.kill('CHECKOUT', BY);
  await engine.live.addToSegment(vips.name, [7, 8], BY);
  await engine.live.removeFromSegment(vips.name, [8], BY);
  await engine.close();
  return store;
}

test.each(['refused', 'silent'] as const)(
  'a process that begins while the store is %s has the copy, says since when, and takes no write',
  async (state) => {
    const store = await copied();
    store.state = state;
    const { engine, answers } = await start(store);
    expect([answers(7), answers(8)]).toEqual(['OFF ON', 'OFF OFF']);
    const status = engine.status();
    expect(status).toMatchObject({ store: 'memory, last known good', state: 'stale', revision: 3 });
    expect(status.problem).toMatch(/(refused|no answer).*last known good copy/);
    expect(Math.abs(Date.now() - status.since!)).toBeLessThan(5_000);
    if (state === 'refused')
      await expect(engine.live.pin('CHECKOUT', 'ON', BY)).rejects.toMatchObject({ code: 'not-stored' });
    await engine.close({ timeout: 10 });
  },
  15_000,
);

test('when the store is back, what has changed meanwhile is read, and told of', async () => {
  const store = await copied();
  store.state = 'refused';
  const { engine, answers } = await start(store);
  const told: string[] = [];
  engine.onChange(({ action }) => told.push(action));
  store.state = 'up';
  const other = await start(store);
  await other.engine.live.restore('CHECKOUT', BY);
  await other.engine.live.addToSegment(vips.name, [9], BY);
  await other.engine.live.removeFromSegment(vips.name, [7], BY);
  await until(() => engine.status().state === 'fresh');
  expect([7, 8, 9].map(answers)).toEqual(['ON OFF', 'ON OFF', 'ON ON']);
  expect(told).toEqual(['restore', 'add-to-segment', 'remove-from-segment']);
});

test('a store that answers slowly, each time, is believed in the end', async () => {
  const store = await copied();
  const answer = store.read.bind(store);
  const slow = { ...store, pollEvery: 100, read: () => new Promise<void>((r) => setTimeout(r, 1_500)).then(answer) };
  const { engine } = await start(slow as never);
  expect(engine.status().state).toBe('stale');
  await until(() => engine.status().state === 'fresh');
  await engine.close();
}, 15_000);

test('where there is neither the store nor a copy, the code decides', async () => {
  const store = fragileStore();
  store.state = 'refused';
  const { engine, answers } = await start(store, { readyTimeout: 50 });
  expect(answers(7)).toBe('ON OFF');
  expect(engine.status()).toMatchObject({ state: 'never-loaded', problem: 'connection refused' });
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['garbage', '\u0000\u0001'],
  ['half of it', (text: string) => text.slice(0, text.length / 2)],
  ['all but its end', (text: string) => text.slice(0, -3)],
  ['other JSON', '{"id":"x"}\n"end"'],
  ['JSON of other shapes', '{"id":"x","flags":[1]}\n[1]\n"end"'],
  ['null', 'null\n"end"'],
])('a file that holds %s is no copy, and is replaced', async (_, content) => {
  const store = await copied();
  writeFileSync(path, typeof content === 'string' ? content : content(readFileSync(path, 'utf8')));
  store.state = 'refused';
  const { engine, answers } = await start(store, { readyTimeout: 100 });
  expect(answers(7)).toBe('ON OFF');
  expect(engine.status()).toMatchObject({ state: 'never-loaded', problem: 'connection refused' });
  store.state = 'up';
  await until(() => engine.status().state === 'fresh');
  expect(answers(7)).toBe('OFF ON');
  await engine.close();
  store.state = 'refused';
  expect((await start(store)).answers(7)).toBe('OFF ON');
});

test('a store that was emptied while no process ran is not believed against the copy, until it is cleared', async () => {
  await copied();
  const { engine, store, answers } = await start(fragileStore(memoryStore()));
  expect(answers(7)).toBe('OFF ON');
  expect(engine.status()).toMatchObject({ state: 'stale', problem: expect.stringMatching(/has lost what it kept/) });
  await expect(engine.live.pin('CHECKOUT', 'ON', BY)).rejects.toMatchObject({ code: 'store-emptied' });
  await engine.live.clear(BY);
  expect([answers(7), engine.status().state]).toEqual(['ON OFF', 'fresh']);
  await engine.live.pin('CHECKOUT', 'OFF', BY);
  await engine.close();

  store.state = 'refused';
  const next = await start(store);
  expect(next.engine.live.state.flags.get('CHECKOUT')).toEqual({ pinned: 'OFF' });
});

test('a store that was emptied and cleared is copied again, by every process', async () => {
  const before = await start();
  await before.engine.live.kill('CHECKOUT', BY);
  const emptied = memoryStore();
  for (const method of ['read', 'write', 'history', 'members', 'watch'] as const)
    before.store.instead[method] = emptied[method] as never;
  await before.engine.live.clear(BY);
  await before.engine.live.addToSegment(vips.name, [1], BY);
  await before.engine.close();
  before.store.state = 'refused';
  expect((await start(before.store)).answers(1)).toBe('ON ON');
});

test('a list of a million is copied and read a page at a time: requests have their turn between', async () => {
  const { next, gone } = child(
    `import { createEngine, defineConfig, FeatureFlag, liveSegment } from 'gatekeeper-flags';
    import { lastKnownGood } from 'gatekeeper-flags/stores/last-known-good';
    import { memoryStore } from 'gatekeeper-flags/stores/memory';
    import { timed } from './__tests__/support/timed.mjs';
    const vips = liveSegment('vips');
    class Vips extends FeatureFlag {
      description = 'For many';
      variants = { ON: 'ON', OFF: 'OFF' };
      off = 'OFF';
      rules = [{ name: 'vips', when: vips, serve: 'ON' }];
    }
    const path = ${JSON.stringify(path)};
    const start = (store) => createEngine(defineConfig({ flags: { VIPS: new Vips() }, readyTimeout: 60_000, store: () => lastKnownGood(store, { path }) }));
    const store = memoryStore();
    const first = start(store);
    const ids = Array.from({ length: 1_000_000 }, (_, id) => 'user-' + id);
    await first.live.addToSegment('vips', ids, { actor: 'ada', reason: 'a test' });
    const copied = await timed(() => first.close({ timeout: 60_000 }));
    let again;
    const begin = (store) => timed(() => (again = start(store)).ready);
    const read = await begin({ ...store, read: () => Promise.reject(new Error('refused')) });
    const { size } = again.live.state.segments.get('vips');
    const { state } = again.status();
    await again.close();
    const readAnew = await timed(async () => { await begin(store); await again.close({ timeout: 60_000 }); });
    console.log(JSON.stringify({ copied, read, size, state, readAnew }));`,
    { args: ['--input-type=module'] },
  );
  const { size, state, ...times } = await next();
  expect({ size, state }).toEqual({ size: 1_000_000, state: 'stale' });
  for (const [what, { took, held }] of Object.entries<{ took: number; held: number }>(times)) {
    const line = `${what}: 1,000,000 ids in ${took.toFixed()} ms; nothing else had its turn for ${held.toFixed(1)} ms at most`;
    process.stdout.write(`${line}\n`);
    expect(held).toBeLessThan(250);
  }
  expect(await gone).toBe(0);
});

test('only its owner can read the file; what a killed process has left beside it is removed, and nothing else', async () => {
  const old = join(folder, 'flags.json.1234.tmp');
  const young = join(folder, 'flags.json.5678.tmp');
  const others = join(folder, 'other.json.1234.tmp');
  for (const file of [old, young, others]) writeFileSync(file, '');
  for (const file of [old, others]) utimesSync(file, 1, 1);
  await copied();
  expect(readdirSync(folder).sort()).toEqual(['flags.json', 'flags.json.5678.tmp', 'other.json.1234.tmp']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
