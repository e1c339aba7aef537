import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exports as exportsMap, peerDependencies } from '../../package.json';
import { ANSWERS, MODULES, createProject, pack, run, temporaryFolder, type Project } from '../support/packed';

jest.setTimeout(120_000);

const folder = temporaryFolder();
let tarball: string;
beforeAll(async () => {
  tarball = await pack(folder);
});

test('the tarball holds what the sources compile to, the docs, and nothing else', async () => {
  const files = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const compiled = files('src')
    .filter((file) => /\.m?tsx?$/.test(file))
    .map((file) => file.replace(/^src/, 'dist'))
    .flatMap((file) => ['.$1js', '.d.$1ts'].map((end) => file.replace(/\.(m?)tsx?$/, end)));
  const papers = [
    'package.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    ...files('bin'),
    ...files('docs').filter((file) => !file.startsWith('docs/images/')),
    ...files('src/dashboard/public'),
  ];
  const packed = (await run('tar', ['-tzf', tarball])).trim().split('\n');
  expect(packed.map((file) => file.replace('package/', '')).sort()).toEqual([...compiled, ...papers].sort());
});

// .attw.json lets what is for browsers be ES modules alone: from Node 20.19 on, `require` takes those, too.
test('its types resolve as its JavaScript does (attw)', () => run('npx', ['attw', '--profile', 'node16', tarball]));

test('publint has nothing to say', async () => {
  expect(await run('npx', ['publint', tarball, '--strict'])).toContain('All good!');
});

test('the dashboard is served from the package, here with Express 4; without its packages it says what to install', async () => {
  const optional = ['preact', 'preact-render-to-string', 'htmx.org', '@picocss/pico', 'uplot', 'helmet'];
  const packages = optional.map((name) => `${name}@${peerDependencies[name as keyof typeof peerDependencies]}`);
  const [full, bare] = await Promise.all([
    createProject(join(folder, 'dashboard'), [tarball, 'express@4', ...packages]),
    createProject(join(folder, 'no-dashboard'), [tarball, 'express@4']),
  ]);
  const [path, killed, ...statuses] = JSON.parse(await full.print('commonjs/dashboard.cjs'));
  expect([path, killed]).toEqual(['/gatekeeper/flags/BANNER?done=kill&of=BANNER', true]);
  expect(statuses).toEqual(Array(statuses.length).fill(200));
  expect(statuses.length).toBeGreaterThan(8);
  expect(await bare.print('commonjs/dashboard.cjs')).toMatch(
    /^package-missing: the dashboard needs more packages: npm install (?=.*helmet)(?=.*preact)(?=.*uplot)/,
  );
});

test('without Express, every entry loads by require and by import, and both see the same names', async () => {
  const { print } = await createProject(join(folder, 'bare'), [tarball, 'react']);
  const entries = Object.keys(exportsMap).filter((entry) => !entry.endsWith('.json'));
  const expected = entries.map((entry) => {
    const names = Object.keys(require(entry.replace('.', 'gatekeeper-flags'))).sort();
    return { entry, required: names, imported: names };
  });
  expect(JSON.parse(await print('commonjs/load.cjs'))).toEqual(expected);
});

describe('an app in TypeScript 6.0 with Express 5', () => {
  let project: Project;
  beforeAll(async () => {
    const packages = ['express@5', '@types/express@5', '@types/node@20', 'typescript6.0@npm:typescript@~6.0.0'];
    project = await createProject(join(folder, 'app'), [tarball, ...packages]);
  });

  test.each(MODULES)('compiles but for its mistakes, and runs: %s', async (type) => {
    await project.compile(type, 'typescript6.0');
    expect(await project.print(`${type}/built/app.js`)).toBe(ANSWERS);
  });
});
