import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCodes } from 'gatekeeper-flags';
import { preProcessFile } from 'typescript';
import { exports as exportsMap } from '../package.json';
import { references } from '../tsconfig.json';

process.chdir(join(__dirname, '..'));

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.m?tsx?$/.test(file));
const read = (file: string) => readFileSync(join('src', file), 'utf8');
const isSource = (file: string) =>
  ['.ts', '.tsx', '.mts'].some((end) => sources.includes(file.replace(/\.js$/, '') + end));
/** The folder of src/ that a file is in; '' for the top-level files, which with rules/ are the core. */
const folderOf = (file: string) => (file.includes('/') ? file.split('/')[0]! : '');
const entries = Object.entries(exportsMap).filter(([entry]) => entry !== './package.json');

describe('the core is read in one sitting', () => {
  test.each([
    ['the top-level files of src/', '', 700],
    ['src/rules/', 'rules', 600],
  ])('%s', (_, folder, limit) => {
    const files = sources.filter((file) => folderOf(file) === folder);
    const lines = files.flatMap((file) => read(file).split('\n').slice(0, -1));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(limit);
  });
});

describe('who may import whom, types included', () => {
  const imports = sources.flatMap((file) =>
    preProcessFile(read(file), true, true)
      .importedFiles.filter(({ fileName }) => /^(\.|gatekeeper-flags)/.test(fileName))
      .map(({ fileName }) => {
        const path = fileName.startsWith('.') ? join(dirname(file), fileName) : fileName.replace(/^[^/]*\/?/, '');
        const to = [path, join(path, 'index')].find((file) => isSource(file)) ?? path;
        return { file, from: folderOf(file), to: folderOf(to), import: `${file} imports ${to}` };
      }),
  );
  const breaking = (rule: (one: (typeof imports)[number]) => boolean) => imports.filter(rule).map((one) => one.import);

  test('every import is understood', () => {
    expect(imports.length).toBeGreaterThan(sources.length);
    expect(imports.map((one) => one.import.split(' imports ')[1]).filter((to) => !isSource(to!))).toEqual([]);
  });

  test('top-level files import no folder but rules/; index.ts puts the parts together', () => {
    expect(breaking(({ file, from, to }) => from === '' && file !== 'index.ts' && to !== '' && to !== 'rules')).toEqual(
      [],
    );
  });

  test('rules/ imports only the core', () => {
    expect(breaking(({ from, to }) => from === 'rules' && to !== '' && to !== 'rules')).toEqual([]);
  });

  test.each(['dashboard', 'cli'])('nothing imports %s', (folder) => {
    expect(breaking(({ from, to }) => to === folder && from !== folder)).toEqual([]);
  });
});

test('each folder with an index.ts is an entry, and each entry leads to the source of its name', () => {
  const folders = sources
    .filter((file) => file.endsWith('index.ts'))
    .map((file) => `./${dirname(file)}`.replace('/.', ''));
  expect(entries.map(([entry]) => entry)).toEqual(expect.arrayContaining(folders));
  for (const [entry, path] of entries) {
    const file = folders.includes(entry) ? join(entry, 'index') : entry;
    // What runs in browsers is shipped as ES modules, all else as CommonJS.
    const m = path.endsWith('.mjs') ? 'm' : '';
    expect(path).toBe(`./${join('dist', file)}.${m}js`);
    expect(sources).toContain(`${join(file)}.${m}ts`);
  }
});

test('npm test checks the types of every program here', () => {
  const examples = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const programs = ['src', '__tests__', ...examples.map(({ name }) => `examples/${name}`)];
  expect(references.map(({ path }) => path).sort()).toEqual(programs.sort());
});

test('docs/errors.md explains every error code, and no other', () => {
  const explained = readFileSync('docs/errors.md', 'utf8').matchAll(/^(?:\||#+) `([\w-]+)`/gm);
  expect([...explained].map(([, code]) => code).sort()).toEqual([...errorCodes].sort());
});

describe('importing an entry starts nothing', () => {
  const script = `
    import 'node:assert'; // Node's own, which looks whether stderr has colours
    import { createHook } from 'node:async_hooks';
    import { writeSync } from 'node:fs';
    const readsOfOurs = [];
    const watch = (trap) => (...args) => {
      const caller = new Error().stack.split('\\n').find((line) => line.includes('/') && !line.includes('[eval'));
      if (caller?.includes('/dist/')) readsOfOurs.push(trap + ' ' + String(args[1]) + caller);
      return Reflect[trap](...args);
    };
    process.env = new Proxy(process.env, new Proxy({}, { get: (_, trap) => watch(trap) }));
    const state = () => ({
      listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      globals: Reflect.ownKeys(globalThis).map(String),
    });
    const started = [];
    const before = state();
    const hook = createHook({ init: (_, type) => type !== 'PROMISE' && started.push(type) }).enable();
    await import(process.argv[1]);
    hook.disable();
    writeSync(3, JSON.stringify({ started, readsOfOurs, before, after: state() }));
  `;
  test.each(entries)('%s', (entry, path) => {
    const id = entry.replace('.', 'gatekeeper-flags');
    const { status, output } = spawnSync(process.execPath, ['--input-type=module', '--eval', script, id], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stdout: output[1], stderr: output[2] }).toEqual({ status: 0, stdout: '', stderr: '' });
    const { started, readsOfOurs, before, after } = JSON.parse(output[3]!);
    expect(after).toEqual(before);
    // Node itself reads the files of ES modules meanwhile.
    const ours = path.endsWith('.mjs') ? started.filter((type: string) => !/^(FSREQ|FILEHANDLE)/.test(type)) : started;
    expect({ started: ours, readsOfOurs }).toEqual({ started: [], readsOfOurs: [] });
  });
});

test('how long importing the core takes (printed, not judged)', () => {
  const script = `const start = performance.now(); require('gatekeeper-flags'); console.log(performance.now() - start)`;
  const times = Array.from({ length: 9 }, () => Number(spawnSync(process.execPath, ['--eval', script]).stdout));
  const median = times.sort((a, b) => a - b)[4]!;
  process.stdout.write(`importing the core takes ${median.toFixed(1)} ms (median of 9 processes)\n`);
  expect(median).toBeGreaterThan(0);
});
