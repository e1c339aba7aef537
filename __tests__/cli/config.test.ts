import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { configSource, project } from '../support/cli';

const CONFIG = configSource({ SEARCH: '' });

/** One line on stderr that matches, nothing on stdout, and exit code 2. */
function refused(pattern: RegExp) {
  return {
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^gatekeeper: [^\\n]*${pattern.source}[^\\n]*\\n$`)),
  };
}

describe('the config is found', () => {
  test.each([
    ['gatekeeper.config.ts', CONFIG],
    ['gatekeeper.config.mts', CONFIG],
    ['gatekeeper.config.cts', CONFIG],
    ['src/gatekeeper.config.ts', CONFIG],
    [
      'gatekeeper.config.js',
      `const { FeatureFlag, defineConfig } = require('gatekeeper-flags');
       class Search extends FeatureFlag { description = 'd'; variants = { OFF: 'OFF', ON: 'ON' }; off = 'OFF' }
       module.exports = { config: defineConfig({ flags: { SEARCH: new Search() } }) };`,
    ],
    [
      'gatekeeper.config.cjs',
      `const { FeatureFlag, defineConfig } = require('gatekeeper-flags');
       class Search extends FeatureFlag { description = 'd'; variants = { OFF: 'OFF', ON: 'ON' }; off = 'OFF' }
       module.exports = defineConfig({ flags: { SEARCH: new Search() } });`,
    ],
    [
      'gatekeeper.config.mjs',
      `import { FeatureFlag, defineConfig } from 'gatekeeper-flags';
       class Search extends FeatureFlag { description = 'd'; variants = { OFF: 'OFF', ON: 'ON' }; off = 'OFF' }
       const flags = await Promise.resolve({ SEARCH: new Search() });
       export default defineConfig({ flags });`,
    ],
  ])('%s', async (file, text) => {
    const { code, stdout, stderr } = await project({ [file]: text }).gatekeeper(['list', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject([{ flag: 'SEARCH', variants: ['OFF', 'ON'], off: 'OFF' }]);
  });

  test('by --config, before or after the command', async () => {
    const made = project({ 'deep/flags.ts': CONFIG });
    expect(await made.gatekeeper(['--config', 'deep/flags.ts', 'list'])).toMatchObject({ code: 0 });
    expect(await made.gatekeeper(['list', '--config', 'deep/flags.ts'])).toMatchObject({ code: 0 });
  });

  test('through a symbolic link', async () => {
    const made = project({
      'deep/gatekeeper.config.ts': `import './beside';\n${CONFIG}`,
      'deep/beside.ts': 'export {};',
    });
    symlinkSync(made.path('deep/gatekeeper.config.ts'), made.path('gatekeeper.config.ts'));
    expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('with CRLF and a byte order mark', async () => {
    const made = project({ 'gatekeeper.config.ts': `\ufeff${CONFIG.replaceAll('\n', '\r\n')}` });
    expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0, stderr: '' });
  });

  /** Beyond what Babel takes a moment for. */
  const LARGE = `// ${'x'.repeat(40_000)}\n`;

  test.each([
    ['as it is', '', '.ts'],
    ['with an await at its top', 'await Promise.resolve();\n', '.mts'],
    ['with import.meta', 'if (!import.meta.url) throw 1;\n', '.mts'],
  ])('large, %s', async (_, first, ending) => {
    const made = project({
      [`gatekeeper.config${ending}`]: CONFIG.replace('enum Toggle', `${LARGE}${first}enum Toggle`),
    });
    expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('500 flags in one file', async () => {
    const names = Array.from({ length: 500 }, (_, n) => [`F${n}`, ''] as const);
    const made = project({ 'gatekeeper.config.ts': configSource(Object.fromEntries(names)) });
    const { stdout } = await made.gatekeeper(['list', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(500);
  });

  test('large, and with a syntax error: where it is', async () => {
    const made = project({ 'gatekeeper.config.ts': `${LARGE}export const config = { A: new };` });
    expect(await made.gatekeeper(['list'])).toEqual(refused(/gatekeeper\.config\.ts does not parse: .*2:/));
  });

  test('with the paths of its tsconfig.json', async () => {
    const made = project({
      'tsconfig.json': '{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } } // a comment',
      'lib/plans.ts': `export const PAID = 'growth';`,
      'gatekeeper.config.ts': configSource(
        {
          SEARCH: `override readonly rules = [{ name: 'paid', when: { user: { plan: PAID } }, serve: 'ON' as const }];`,
        },
        { more: `import { PAID } from '~/plans';` },
      ),
    });
    const { stdout } = await made.gatekeeper(['explain', 'SEARCH', '--user', '{"plan":"growth"}', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ variant: 'ON', rule: 'paid' });
  });
});

test.each(['{ broken', '{ "extends": "@shop/tsconfig" }'])(
  'a tsconfig.json that cannot be read is none: %s',
  async (text) => {
    const made = project({ 'tsconfig.json': text, 'gatekeeper.config.ts': CONFIG });
    expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0, stderr: '' });
  },
);

test('all that TypeScript is made of runs: const enums, namespaces, declared and parameter properties, .js for .ts', async () => {
  const made = project({
    'lib/plan.ts': `export enum Plan { GROWTH = 'growth' }`,
    'gatekeeper.config.ts': `
      import { FeatureFlag, defineConfig } from 'gatekeeper-flags';
      import { Plan } from './lib/plan.js';
      const enum Variant { OFF = 'OFF', ON = 'ON' }
      namespace Owners { export const growth = Plan.GROWTH; }
      class Search extends FeatureFlag<'OFF' | 'ON'> {
        declare readonly extra?: string;
        constructor(override readonly owner: string) { super(); }
        readonly description = 'd' satisfies string;
        readonly variants = { OFF: 'OFF', ON: 'ON' } as const;
        readonly off = Variant.OFF;
      }
      export const config = defineConfig({ flags: { SEARCH: new Search(Owners.growth) } });`,
  });
  const { stdout } = await made.gatekeeper(['list', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([{ flag: 'SEARCH', owner: 'growth', off: 'OFF' }]);
});

test('what the config imports from the package is what commands work with', async () => {
  const made = project({
    'gatekeeper.config.ts': configSource(
      { SEARCH: `override getVariant() { return inTheirs() ? Toggle.ON : Toggle.OFF; }` },
      {
        more: `import { GatekeeperError, createEngine } from 'gatekeeper-flags'; import { overrideLink } from 'gatekeeper-flags/express';
          const inTheirs = () => {
            try { overrideLink(createEngine(config), { NONE: 'ON' }, { baseUrl: 'http://localhost' }); return false }
            catch (error) { return error instanceof GatekeeperError && Object.values(config.flags)[0] instanceof FeatureFlag }
          };`,
      },
    ),
  });
  const { stdout } = await made.gatekeeper(['explain', 'SEARCH', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ variant: 'ON' });
});

test('what a config imports may import the config', async () => {
  const made = project({
    'gatekeeper.config.ts': `import { load } from './store';\n${configSource({ SEARCH: '' })}load();`,
    'store.ts': `import { config } from './gatekeeper.config';\nexport function load() { if (!config.compiled.has('SEARCH')) throw new Error('another config'); }`,
  });
  expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  ['js', `const { FeatureFlag, defineConfig } = require('gatekeeper-flags'); exports.config =`],
  ['cjs', `const { FeatureFlag, defineConfig } = require('gatekeeper-flags'); exports.config =`],
  ['mjs', `import { FeatureFlag, defineConfig } from 'gatekeeper-flags'; export const config =`],
])(
  'a config in JavaScript does not take the copy of the package that lies beside it: .%s',
  async (extension, start) => {
    const made = project({
      [`gatekeeper.config.${extension}`]: `${start} defineConfig({ flags: { SEARCH: new (class extends FeatureFlag {
      description = 'd'; variants = { OFF: 'OFF' }; off = 'OFF';
    })() } });`,
    });
    rmSync(made.path('node_modules/gatekeeper-flags'));
    made.write('node_modules/gatekeeper-flags/index.js', `throw new Error('another copy');`);
    expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0, stderr: '' });
  },
);

describe('a config that cannot be used is one line, and exit code 2', () => {
  test('none', async () => {
    expect(await project().gatekeeper(['list'])).toEqual(
      refused(/no gatekeeper\.config\.ts .* begin with: npx gatekeeper init/),
    );
  });
  test('two', async () => {
    const made = project({ 'gatekeeper.config.ts': CONFIG, 'src/gatekeeper.config.js': '' });
    expect(await made.gatekeeper(['list'])).toEqual(
      refused(/2 configs: gatekeeper\.config\.ts, src\/gatekeeper\.config\.js/),
    );
  });
  test('one that is not there', async () => {
    expect(await project().gatekeeper(['list', '--config', 'flags.ts'])).toEqual(refused(/there is no file flags\.ts/));
  });
  test('a folder', async () => {
    const made = project();
    mkdirSync(made.path('flags'));
    expect(await made.gatekeeper(['list', '--config', 'flags'])).toEqual(refused(/there is no file flags/));
  });
  test.each([
    [
      'a syntax error',
      'export const config = defineConfig({ flags: {\n  A: new };',
      /gatekeeper\.config\.ts does not parse: .*2:/,
    ],
    ['one that throws', `throw new TypeError('no DATABASE_URL\\nsecond line');`, /threw TypeError: no DATABASE_URL/],
    ['one that throws no error', `throw { a: 1 };`, /threw \{ a: 1 \}/],
    ['one that imports what is not there', `import './accounts';`, /threw Error: Cannot find module '\.\/accounts'/],
    ['no config in it', `export const flags = {};`, /exports no config; write: export const config = defineConfig/],
    ['an empty file', ``, /exports no config/],
  ])('%s', async (_, text, pattern) => {
    expect(await project({ 'gatekeeper.config.ts': text }).gatekeeper(['list'])).toEqual(refused(pattern));
  });

  test('mistakes in it are all listed', async () => {
    const made = project({
      'gatekeeper.config.ts': configSource({
        SEARCH: `override readonly rules = [{ name: 'a', serve: 'ONN' }, { name: 'a', serve: 'ON' }] as any;`,
      }),
    });
    const { code, stderr } = await made.gatekeeper(['list']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^gatekeeper: gatekeeper\.config\.ts has 2 mistakes in the config:\n  - .*ONN.*\n  - .*\n$/);
  });
});

test('what the config prints is no part of the answer', async () => {
  const made = project({ 'gatekeeper.config.ts': `console.log('loading…');\n${CONFIG}` });
  const { stdout, stderr } = await made.gatekeeper(['list', '--json']);
  expect(JSON.parse(stdout)).toHaveLength(1);
  expect(stderr).toBe('loading…\n');
});

test('what the config leaves running keeps no command from ending', async () => {
  const made = project({ 'gatekeeper.config.ts': `${CONFIG}setInterval(() => {}, 1000);` });
  expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0 });
});
