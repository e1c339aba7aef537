import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project, configSource, project } from '../support/cli';

const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, skipLibCheck: true, types: [] },
  include: ['**/*.ts'],
});
const APP = `import { createEngine } from 'gatekeeper-flags';
import { config } from './gatekeeper.config';

const engine = createEngine(config);

export function page(id: number): string {
  const gk = engine.for({ user: { id } });
  if (gk.ff('SEARCH', 'ON')) return 'new';
  return 'old';
}
`;
const AFTER = APP.replace(/  const gk = .*\n  if .*\n  return 'old'/, "  return 'new'");
const FILES = {
  'gatekeeper.config.ts': configSource({ SEARCH: '', CHECKOUT: '' })
    .replace(', P,', ',')
    .replace(', match, ramp, type Context', ''),
  'app.ts': APP,
  'tsconfig.json': TSCONFIG,
};

/** A project, committed. */
function committed(files: { readonly [path: string]: string } = {}): Project {
  const made = project({ ...FILES, ...files });
  made.commit();
  return made;
}

const read = (made: Project, file: string) => readFileSync(made.path(file), 'utf8');
const unchanged = (made: Project) => expect(made.git('status', '--porcelain')).toBe('');

test('shows the diff, and writes nothing', async () => {
  const made = committed();
  const { code, stdout, stderr } = await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain("-  if (gk.ff('SEARCH', 'ON')) return 'new';");
  expect(stdout).toContain('2 files would change. To write it: npx gatekeeper cleanup SEARCH --keep ON --write');
  unchanged(made);
});

test('writes with --write, and the second time there is nothing to do', async () => {
  const made = committed();
  const { code, stdout } = await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON', '--write']);
  expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
    code: 0,
    last: 'Written: 2 files; SEARCH is gone, and everybody has ON.',
  });
  expect(read(made, 'app.ts')).toContain("  return 'new';\n}");
  expect(read(made, 'gatekeeper.config.ts')).not.toContain('SEARCH');
  expect(read(made, 'gatekeeper.config.ts')).toContain('class CHECKOUT_');
  const again = await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON', '--write']);
  expect(again).toEqual({ code: 0, stdout: 'Nothing to do: SEARCH is in no code here.\n', stderr: '' });
});

test('leaves what else is in a file as it was: CRLF, a byte order mark, tabs', async () => {
  const odd = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n').replaceAll('  ', '\t')}`;
  const made = committed({ 'app.ts': odd(APP) });
  await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON', '--write']);
  const rest = AFTER.slice(AFTER.indexOf('export function'));
  expect(read(made, 'app.ts').endsWith(odd(rest).slice(1))).toBe(true);
  expect(read(made, 'app.ts').startsWith('\ufeff')).toBe(true);
});

describe('refuses, writes nothing, and ends with 1', () => {
  test.each<[string, { readonly [path: string]: string }, RegExp]>([
    ['uses in Pug', { 'a.pug': "if gk.ff('SEARCH', 'ON')\n  p x\n" }, /a\.pug:1:7 +if gk\.ff\('SEARCH', 'ON'\)/],
    ['uses in Nunjucks', { 'a.njk': "{% if gk.ff('SEARCH', 'ON') %}{% endif %}" }, /a\.njk:1:10/],
    ['uses in Handlebars', { 'a.hbs': "{{#if (ff 'SEARCH' 'ON')}}{{/if}}" }, /a\.hbs:1:8/],
    ['uses in Eta', { 'a.eta': "<% if (it.gk.ff('SEARCH', 'ON')) { %><% } %>" }, /a\.eta:1:14/],
    ['HTML that is a template', { 'a.html': "<% if (gk.ff('SEARCH', 'ON')) { %><% } %>" }, /a\.html:1:11/],
    ['what goes too deep', { 'a.js': `gk.ff('SEARCH', 'ON') ? 1${' + 1'.repeat(20_000)} : 2` }, /a\.js +goes too deep/],
    ['names made as the program runs', { 'a.js': 'module.exports = (gk, name) => gk.ff(name, "ON");\n' }, /a\.js:1:35/],
    ['what may be no Gatekeeper', { 'a.js': "thing.ff('SEARCH', 'ON');\n" }, /a\.js:1:1 +cannot tell whether thing is/],
    ['a text that may be the name', { 'a.js': "check(gk, 'SEARCH');\n" }, /a\.js:1:11 +is named as the flag is/],
    ['a file that does not parse', { 'a.js': "if (gk.ff('SEARCH', 'ON') {\n" }, /a\.js +does not parse: /],
    [
      'what would no longer type-check',
      { 'a.ts': "import { config } from './gatekeeper.config';\nexport const off = config.flags.SEARCH.off;\n" },
      /a\.ts: Property 'SEARCH' does not exist/,
    ],
    [
      'a flag that requires another variant',
      {
        'gatekeeper.config.ts': configSource({
          SEARCH: '',
          CHECKOUT: "override readonly requires = [{ flag: 'SEARCH', variant: 'OFF' }] as const;",
        }),
      },
      /CHECKOUT_ requires it at OFF/,
    ],
  ])('%s', async (_, files, said) => {
    const made = committed(files);
    const { code, stdout } = await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON', '--write']);
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
      code: 1,
      last: 'Refused: nothing was written.',
    });
    expect(stdout.replace(/\n +/g, ' ')).toMatch(said);
    unchanged(made);
  });
});

test('refuses a file that is no UTF-8; a link out of the project is not followed', async () => {
  const outside = project({ 'b.js': "exports.b = (gk) => gk.ff('SEARCH', 'ON');\n" });
  const made = project(FILES);
  symlinkSync(outside.path('b.js'), made.path('b.js'));
  made.commit();
  expect(await made.gatekeeper(['refs', 'SEARCH'])).toMatchObject({ stdout: expect.not.stringContaining('b.js') });
  writeFileSync(made.path('a.js'), Buffer.from("exports.a = (gk) => gk.ff('SEARCH', 'ON'); // caf\xe9\n", 'latin1'));
  const { code, stdout } = await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('a.js  is no UTF-8, and names SEARCH') });
});

describe('several packages, with references between their projects', () => {
  const options = { ...JSON.parse(TSCONFIG).compilerOptions, noEmit: false, composite: true, outDir: 'dist' };
  const tsconfig = (...references: readonly string[]) =>
    JSON.stringify({
      compilerOptions: { ...options, paths: { '@flags': ['../flags/gatekeeper.config.ts'] } },
      include: ['*.ts'],
      references: references.map((path) => ({ path })),
    });
  const monorepo = () =>
    committed({
      'tsconfig.json': JSON.stringify({
        files: [],
        references: [{ path: 'web' }, { path: 'admin' }, { path: 'flags' }],
      }),
      'flags/tsconfig.json': tsconfig(),
      'web/tsconfig.json': tsconfig('../flags'),
      'admin/tsconfig.json': tsconfig('../flags'),
      'gatekeeper.config.ts': '',
      'app.ts': '',
      'flags/gatekeeper.config.ts': FILES['gatekeeper.config.ts'].replace('enum Toggle', 'export enum Toggle'),
      'web/app.ts': APP.replace('./gatekeeper.config', '@flags')
        .replace('{ config }', '{ config, Toggle }')
        .replace("'ON'", 'Toggle.ON'),
      'admin/labels.ts': "import { Toggle } from '@flags';\nexport const labels = { [Toggle.ON]: 'on' };\n",
    });

  test('from above: what another package uses stays', async () => {
    const made = monorepo();
    const args = ['cleanup', 'SEARCH', '--keep', 'ON', '--write', '--config', 'flags/gatekeeper.config.ts'];
    expect(await made.gatekeeper(args)).toMatchObject({ code: 0 });
    expect(read(made, 'web/app.ts')).not.toContain('SEARCH');
    expect(read(made, 'flags/gatekeeper.config.ts')).toContain('export enum Toggle');
    expect(read(made, 'flags/gatekeeper.config.ts')).not.toContain('SEARCH');
  });

  test('from one of them: those beside it are told', async () => {
    const { folder } = monorepo();
    const inside = new Project(join(folder, 'flags'));
    const args = ['cleanup', 'SEARCH', '--keep', 'ON', '--write'];
    const { code, stdout } = await inside.gatekeeper(args);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/--leave-outside\)\n +\.\.\/web\/app\.ts:8:10 /),
    });
    expect(await inside.gatekeeper([...args, '--leave-outside'])).toMatchObject({ code: 0 });
  });
});

test('--leave-templates and --leave-dynamic leave what they say as it is', async () => {
  const files = {
    'a.pug': "if gk.ff('SEARCH', 'ON')\n  p x\n",
    'a.js': 'module.exports = (gk, name) => gk.ff(name, "ON");\n',
  };
  const made = committed(files);
  const args = ['cleanup', 'SEARCH', '--keep', 'ON', '--write', '--leave-templates', '--leave-dynamic'];
  expect(await made.gatekeeper(args)).toMatchObject({ code: 0 });
  for (const [file, text] of Object.entries(files)) expect(read(made, file)).toBe(text);
  const again = await made.gatekeeper(args);
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('SEARCH is not in the config any more, but in use'),
  });
});

test('a tree that is not clean is not written to, unless by --force', async () => {
  const made = committed();
  made.write('note.txt', 'not committed');
  const args = ['cleanup', 'SEARCH', '--keep', 'ON', '--write'];
  const { code, stdout } = await made.gatekeeper(args);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: 'Not written: something here is not committed. Commit it first, or use --force\n',
  });
  expect(read(made, 'app.ts')).toBe(APP);
  expect(await made.gatekeeper([...args, '--force'])).toMatchObject({ code: 0 });
  expect(read(made, 'app.ts')).not.toContain('SEARCH');
});

test('without git it is not written, unless by --force', async () => {
  const made = project(FILES);
  const { code, stdout } = await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON', '--write']);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: 'Not written: this is no git repository. To write all the same: --force\n',
  });
});

test.each([
  [['cleanup', 'SEARHC', '--keep', 'ON'], 'no flag named "SEARHC"; did you mean "SEARCH"?'],
  [['cleanup', 'SEARCH', '--keep', 'ONN'], 'no variant of SEARCH named "ONN"; did you mean "ON"?'],
])('%j', async (args, said) => {
  expect(await committed().gatekeeper(args)).toEqual({ code: 2, stdout: '', stderr: `gatekeeper: ${said}\n` });
});

test('a class and an enum in a file of their own', async () => {
  const made = committed({
    'flags/search.ts': `import { FeatureFlag } from 'gatekeeper-flags';
export enum Search { OFF = 'OFF', ON = 'ON' }
export class SearchFlag extends FeatureFlag<Search> {
  readonly description = 'About SEARCH';
  readonly variants = Search;
  readonly off = Search.OFF;
}
`,
    'gatekeeper.config.ts': `import { defineConfig } from 'gatekeeper-flags';
import { SearchFlag } from './flags/search';
export const config = defineConfig({ flags: { SEARCH: new SearchFlag() } });
export default config;
`,
    'app.ts': APP.replace("'ON'", 'Search.ON').replace(
      'import { config',
      "import { Search } from './flags/search';\nimport { config",
    ),
  });
  expect(await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON', '--write'])).toMatchObject({ code: 0 });
  expect(read(made, 'app.ts')).not.toContain('Search');
  expect(read(made, 'gatekeeper.config.ts')).not.toContain('Search');
  expect(read(made, 'flags/search.ts')).toBe('export {};\n');
});

test('flags in an object of any name, by shorthand, and handed on by a barrel', async () => {
  const flag = (name: string) => `import { FeatureFlag } from 'gatekeeper-flags';
export enum ${name} { OFF = 'OFF', ON = 'ON' }
export class ${name}Flag extends FeatureFlag<${name}> {
  readonly description = 'About ${name}';
  readonly variants = ${name};
  readonly off = ${name}.OFF;
}
`;
  const config = `import { defineConfig } from 'gatekeeper-flags';
import { SearchFlag, BasketFlag } from './flags/index.js';
const shop = { SEARCH: new SearchFlag() } as const;
const BASKET = new BasketFlag();
export const config = defineConfig({ flags: { ...shop, BASKET } });
export default config;
`;
  const made = committed({
    'flags/search.ts': flag('Search'),
    'flags/basket.ts': flag('Basket'),
    'flags/index.ts': "export { SearchFlag } from './search.js';\nexport { BasketFlag, Basket } from './basket.js';\n",
    'gatekeeper.config.ts': config,
  });
  const barrel = () => read(made, 'flags/index.ts');
  const left = () => read(made, 'gatekeeper.config.ts').match(/^(?:const|export const).*$/gm);
  expect(await made.gatekeeper(['cleanup', 'SEARCH', '--keep', 'ON', '--write'])).toMatchObject({ code: 0 });
  expect(barrel()).toBe("export { BasketFlag, Basket } from './basket.js';\n");
  expect(left()).toEqual([
    'const shop = {} as const;',
    'const BASKET = new BasketFlag();',
    'export const config = defineConfig({ flags: { ...shop, BASKET } });',
  ]);
  made.commit();
  expect(await made.gatekeeper(['cleanup', 'BASKET', '--keep', 'ON', '--write'])).toMatchObject({ code: 0 });
  expect(left()).toEqual(['const shop = {} as const;', 'export const config = defineConfig({ flags: { ...shop } });']);
  expect(barrel()).toBe('export {};\n');
});

test('without ts-morph: one line says how to install it', async () => {
  const made = project(FILES);
  const root = join(__dirname, '../..');
  const modules = made.path('node_modules');
  rmSync(join(modules, 'gatekeeper-flags'));
  mkdirSync(join(modules, 'gatekeeper-flags'));
  for (const path of ['dist', 'package.json'])
    cpSync(join(root, path), join(modules, 'gatekeeper-flags', path), { recursive: true });
  const dependencies = [
    'commander',
    'picocolors',
    'jiti',
    'cli-progress',
    'string-width',
    'diff',
    'cookie',
    'cookie-signature',
    'fastest-levenshtein',
  ];
  for (const name of dependencies) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  const said = { code: 2, stdout: '', stderr: expect.stringMatching(/^gatekeeper: [^\n]*npm i -D ts-morph\n$/) };
  for (const args of [['cleanup', 'SEARCH', '--keep', 'ON'], ['refs']]) expect(installed(made, args)).toEqual(said);
});

/** Runs the command of the copy that is installed in a project. */
function installed({ folder }: Project, args: readonly string[]) {
  const bin = join(folder, 'node_modules/gatekeeper-flags/dist/cli/gatekeeper.js');
  const {
    status: code,
    stdout,
    stderr,
  } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { code, stdout, stderr };
}

test('in 80 columns', async () => {
  const made = committed({ 'views/a.pug': `${' '.repeat(30)}if gk.ff('SEARCH', 'ON') && something && another\n` });
  const shown = await made.inTerminal(['cleanup', 'SEARCH', '--keep', 'ON', '--write']);
  expect(shown).toContain('type-checking what would be left …');
  // As it looks in the end: what was told meanwhile is written over.
  const left = shown.replace(/[^\n]*\r\x1b\[K/g, '').replace(/\x1b\[[\d;?]*[a-zA-Z]/g, '');
  const lines = left.split(/\r?\n/);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain('Refused: nothing was written.');
});
