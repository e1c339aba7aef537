import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCopy } from '../../src/stores/copy-file';
import { child } from '../support/child';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-disk-'))));
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

/** A process over a memory store and its copy at `path`; each line it is told is a number of users to list. */
const script = (path: string) => `
  const { createEngine, defineConfig, FeatureFlag } = require('gatekeeper-flags');
  const { memoryStore } = require('gatekeeper-flags/stores/memory');
  const { lastKnownGood } = require('gatekeeper-flags/stores/last-known-good');
  class Flag extends FeatureFlag { description = 'x'; variants = { ON: 'ON', OFF: 'OFF' }; off = 'OFF'; }
  const errors = [];
  const store = lastKnownGood({ ...memoryStore(), pollEvery: 50 }, { path: ${JSON.stringify(path)}, onError: (error) => errors.push(error.code) });
  const engine = createEngine(defineConfig({ flags: { F: new Flag() }, store: () => store }));
  const by = { actor: 'ada', reason: 'a test' };
  let id = 0;
  engine.ready.then(() => console.log(JSON.stringify({ ready: true })));
  require('node:readline').createInterface(process.stdin).on('line', async (users) => {
    if (users === 'nobody') return process.getuid() === 0 && process.setuid(65534); // root may write everywhere
    for (let i = 0; i < users; i++) await engine.live.addUser('F', 'ON', 'user-' + ++id, by);
    await new Promise((resolve) => setTimeout(resolve, 200)); // a look at the store tries again what was not saved
    console.log(JSON.stringify({ errors: [...new Set(errors)], served: engine.for({ user: { id: 'user-' + id } }).ffVariant('F') }));
  });`;

test('where the disk is full, the copy stays as it was, whole; requests and changes go on', async () => {
  const path = join(folder, 'flags.json');
  // No file may grow beyond a few kB: a write that is larger writes a part and then fails, as on a disk that is full.
  const { next, say, gone, process: spawned } = child(script(path), { before: "trap '' XFSZ; ulimit -f 8" });
  await next();
  say('20');
  expect(await next()).toEqual({ errors: [], served: 'ON' });
  const whole = await readCopy(path);
  expect(whole.revision).toBe(20);

  say('1000');
  expect(await next()).toEqual({ errors: ['EFBIG'], served: 'ON' });
  const after = await readCopy(path);
  expect(after.revision).toBeGreaterThanOrEqual(20);
  expect(after.revision).toBeLessThan(1_020);
  expect(after.flags.get('F')!.revision).toBe(after.revision);
  expect(readdirSync(folder)).toEqual(['flags.json']);
  spawned.stdin!.end();
  await gone;
}, 20_000);

test('where the folder is read-only, the copy stays as it was; requests and changes go on', async () => {
  const path = join(folder, 'flags.json');
  const { next, say, process: spawned, gone } = child(script(path));
  await next();
  say('1');
  expect(await next()).toEqual({ errors: [], served: 'ON' });
  chmodSync(folder, 0o555);
  say('nobody');
  say('5');
  expect(await next()).toEqual({ errors: ['EACCES'], served: 'ON' });
  expect((await readCopy(path)).revision).toBe(1);
  spawned.kill();
  await gone;
}, 20_000);

test.each([
  ['does not exist', 'missing/flags.json', 'ENOENT'],
  ['is a file', 'flags.json/flags.json', 'ENOTDIR'],
])(
  'where the folder %s, the same',
  async (_, path, code) => {
    writeFileSync(join(folder, 'flags.json'), '');
    const { next, say, process: spawned, gone } = child(script(join(folder, path)));
    await next();
    say('5');
    expect(await next()).toEqual({ errors: [code], served: 'ON' });
    spawned.kill();
    await gone;
  },
  20_000,
);

test('where nobody listens to errors, the process is warned once', async () => {
  const silent = script('/nowhere/flags.json').replace(/, onError: .*?\.code\)/, '');
  const warned = `process.on('warning', ({ message }) => console.log(JSON.stringify({ message })));`;
  const { next, say, process: spawned, gone, lines } = child(warned + silent);
  say('5');
  say('5');
  const answers = [await next(), await next(), await next(), await next()];
  const warnings = answers.filter(({ message }) => message);
  expect(warnings).toEqual([{ message: expect.stringMatching(/last known good copy cannot be written: ENOENT/) }]);
  spawned.kill();
  await gone;
  expect(lines).toHaveLength(4);
}, 20_000);
