import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { project, type Project } from '../support/cli';

const read = (made: Project, file: string) => readFileSync(made.path(file), 'utf8');
const TOGGLE = `enum Toggle { OFF = 'OFF', ON = 'ON' }`;
const SEARCH = `class Search extends FeatureFlag<Toggle> {
  readonly description = 'Search';
  readonly variants = Toggle;
  readonly off = Toggle.OFF;
}`;

/** Adds NEW_MENU, and gives what `show --json` then says of it. */
async function added(made: Project, ...args: readonly string[]) {
  const ran = await made.gatekeeper(['new', 'NEW_MENU', ...args]);
  expect(ran).toEqual({
    code: 0,
    stdout: expect.stringContaining('+++ b/gatekeeper.config.'),
    stderr: expect.any(String),
  });
  return JSON.parse((await made.gatekeeper(['show', 'NEW_MENU', '--json'])).stdout);
}

test('a class, its enum and its registration, in the style of the file', async () => {
  const made = project({
    'gatekeeper.config.ts': `import { FeatureFlag, defineConfig } from 'gatekeeper-flags';

${TOGGLE}

${SEARCH}

export const config = defineConfig({
  flags: {
    SEARCH: new Search(), // the search
  },
});
`,
  });
  const before = read(made, 'gatekeeper.config.ts');
  const { created, expires } = await added(
    made,
    '--owner',
    'kitchen',
    '--description',
    "The cook's menu",
    '--variants',
    'plain,two-columns',
  );
  expect(Date.parse(expires) - Date.parse(created)).toBe(40 * 24 * 60 * 60 * 1000);
  expect(read(made, 'gatekeeper.config.ts')).toBe(
    before
      .replace('FeatureFlag, defineConfig }', 'FeatureFlag, defineConfig, type Rule }')
      .replace(
        '    SEARCH: new Search(), // the search\n',
        '    SEARCH: new Search(), // the search\n    NEW_MENU: new NewMenu(),\n',
      )
      .replace(
        SEARCH,
        `${SEARCH}

enum NewMenuVariant {
  PLAIN = 'plain',
  TWO_COLUMNS = 'two-columns',
}

class NewMenu extends FeatureFlag<NewMenuVariant> {
  readonly description = 'The cook\\'s menu';
  override readonly owner = 'kitchen';
  override readonly created = '${created}';
  override readonly expires = '${expires}';
  readonly variants = NewMenuVariant;
  readonly off = NewMenuVariant.PLAIN;
  override readonly rules: Rule<NewMenuVariant>[] = [];
}`,
      ),
  );
});

describe('configs as people write them', () => {
  const config = (flags: string, imports = '{ FeatureFlag, defineConfig }', more = '') =>
    `import ${imports} from 'gatekeeper-flags';\n${more}\n${TOGGLE}\n${SEARCH}\nexport const config = defineConfig(${flags});\nexport default config;\n`;

  test.each<readonly [string, string, string]>([
    ['on one line', 'ts', config('{ flags: { SEARCH: new Search() } }')],
    ['on one line with a comma', 'ts', config('{ flags: { SEARCH: new Search(), } }')],
    ['no flags', 'ts', config('{ flags: {} }')],
    ['no flags but a comment', 'ts', config('{\n  flags: {\n    // none yet\n  },\n}')],
    ['no comma at the end', 'ts', config('{\n  flags: {\n    SEARCH: new Search()\n  }\n}')],
    ['no comma, and a comment', 'ts', config('{\n  flags: {\n    SEARCH: new Search() // the search\n  }\n}')],
    [
      'flags in a constant',
      'ts',
      config('{ flags }').replace('export const', 'const flags = {\n  SEARCH: new Search(),\n};\nexport const'),
    ],
    [
      'options in a constant',
      'ts',
      config('options').replace('export const', 'const options = { flags: { SEARCH: new Search() } };\nexport const'),
    ],
    ['flags in quotes', 'ts', config(`{ 'flags': { SEARCH: new Search() } }`)],
    [
      'all imports there',
      'ts',
      config('{ flags: { SEARCH: new Search() } }', '{ FeatureFlag, defineConfig, type Rule }'),
    ],
    [
      'types imported apart',
      'ts',
      config(
        '{ flags: { SEARCH: new Search() } }',
        '{ FeatureFlag, defineConfig }',
        `import type { Rule } from 'gatekeeper-flags';`,
      ),
    ],
    [
      'imports with a comma at the end',
      'ts',
      config('{ flags: { SEARCH: new Search() } }', '{\n  FeatureFlag,\n  defineConfig,\n}'),
    ],
    [
      'names that are taken',
      'ts',
      config('{ flags: { SEARCH: new Search() } }', undefined, 'class NewMenu {}\nconst NewMenuVariant = 1;'),
    ],
    ['CRLF', 'ts', config('{\n  flags: {\n    SEARCH: new Search(),\n  },\n}').replaceAll('\n', '\r\n')],
    ['a byte order mark', 'ts', `\ufeff${config('{ flags: { SEARCH: new Search() } }')}`],
    [
      'flags of another file',
      'ts',
      `import { defineConfig } from 'gatekeeper-flags';\nimport { Search } from './search';\nexport default defineConfig({\n  flags: {\n    SEARCH: new Search(),\n  },\n});\n`,
    ],
    [
      'constants for enums',
      'ts',
      config('{ flags: { SEARCH: new Search() } }').replace(
        TOGGLE,
        `const Toggle = { OFF: 'OFF', ON: 'ON' } as const;\ntype Toggle = (typeof Toggle)[keyof typeof Toggle];`,
      ),
    ],
    [
      'CommonJS',
      'js',
      `const { FeatureFlag, defineConfig } = require("gatekeeper-flags")\n\nclass Search extends FeatureFlag {\n\tdescription = "Search"\n\tvariants = { OFF: "OFF" }\n\toff = "OFF"\n}\n\nmodule.exports = { config: defineConfig({ flags: { SEARCH: new Search() } }) }\n`,
    ],
    [
      'CommonJS without the class',
      'js',
      `const { defineConfig } = require('gatekeeper-flags');\nmodule.exports = defineConfig({ flags: {} });\n`,
    ],
  ])('%s', async (_, extension, text) => {
    const file = `gatekeeper.config.${extension}`;
    const made = project({
      [file]: text,
      'search.ts': `import { FeatureFlag } from 'gatekeeper-flags';\nexport ${TOGGLE}\nexport ${SEARCH}\n`,
    });
    expect(await made.gatekeeper(['new', 'NEW_MENU'])).toMatchObject({ code: 0 });
    const written = read(made, file);
    expect(/(?<!\r)\n/.test(written)).toBe(!text.includes('\r\n'));
    // The file has lost nothing: git finds lines added or added to, and none that lost a word.
    made.write('before', text);
    const words = diff(made, 'before', file)
      .split('\n')
      .filter((line) => /^-[^-]/.test(line));
    expect(words).toEqual([]);
    // What was there is found as before, and a second one goes beside it.
    expect(await made.gatekeeper(['new', 'OTHER'])).toMatchObject({ code: 0 });
    const listed = JSON.parse((await made.gatekeeper(['list', '--json'])).stdout);
    expect(listed).toMatchObject([
      ...(text.includes('SEARCH') ? [{ flag: 'SEARCH' }] : []),
      { flag: 'NEW_MENU', variants: ['OFF', 'ON'], off: 'OFF', description: 'New menu' },
      { flag: 'OTHER' },
    ]);
  });
});

/** The difference by words, as git prints it. */
function diff(made: Project, before: string, after: string): string {
  const args = [
    'diff',
    '--no-index',
    '--word-diff=porcelain',
    '--word-diff-regex=[A-Za-z_]+|[^[:space:]]',
    before,
    after,
  ];
  try {
    return execFileSync('git', args, { cwd: made.folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout; // there is a difference
  }
}

test('what is added type-checks', async () => {
  const made = project({
    'package.json': '{}',
    'app.js': `const express = require('express');\nconst app = express();\n`,
    'gatekeeper.config.ts': `import { FeatureFlag, defineConfig } from 'gatekeeper-flags';\n${TOGGLE}\n${SEARCH}\nexport const config = defineConfig({ flags: { SEARCH: new Search() } });\n`,
    'use.ts': `import { createEngine } from 'gatekeeper-flags';\nimport { config } from './gatekeeper.config';\ncreateEngine(config).for({}).ff('NEW_MENU', 'ON');\n`,
  });
  await added(made, '--kind', 'ops', '--owner', 'a');
  const args = [
    '--strict',
    '--noEmit',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--skipLibCheck',
    'use.ts',
  ];
  const tsc = join(__dirname, '../../node_modules/typescript/bin/tsc');
  expect(execFileSync(process.execPath, [tsc, ...args], { cwd: made.folder, encoding: 'utf8' })).toBe('');
});

describe('what cannot be added is one line, and nothing is written', () => {
  const text = `import { FeatureFlag, defineConfig } from 'gatekeeper-flags';\n${TOGGLE}\n${SEARCH}\nexport const config = defineConfig({ flags: { SEARCH: new Search() } });\n`;
  const elsewhere = `import { defineConfig } from 'gatekeeper-flags';\nimport { flags } from './flags';\nexport const config = defineConfig({ flags });\n`;
  test.each<readonly [string, readonly string[], RegExp, string]>([
    [
      'a flag that is there',
      ['SEARCH'],
      /there is a flag named "SEARCH" already; see: npx gatekeeper show SEARCH/,
      text,
    ],
    ['one but for its case', ['search'], /there is a flag named "SEARCH" already/, text],
    ['__proto__', ['__proto__'], /"__proto__" cannot be a new flag's name/, text],
    ['words', ['new menu'], /"new menu" cannot be a new flag's name/, text],
    ['no name', ['--owner', 'a'], /missing required argument 'flag'/, text],
    ['an empty variant', ['MENU', '--variants', 'A,,B'], /--variants: "" cannot be a variant's name/, text],
    ['a variant twice', ['MENU', '--variants', 'on,ON'], /--variants on,ON has one twice/, text],
    ['a kind that is none', ['MENU', '--kind', 'toggle'], /--kind "toggle" is none of release/, text],
    ['flags in another file', ['MENU'], /has no defineConfig\(\{ flags: \{ … \} \}\) to add a flag to/, elsewhere],
  ])('%s', async (_, args, message, config) => {
    const made = project({ 'gatekeeper.config.ts': config, 'flags.ts': 'export const flags = {};' });
    const { code, stdout, stderr } = await made.gatekeeper(['new', ...args]);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
    expect(stderr).toMatch(message);
    expect(read(made, 'gatekeeper.config.ts')).toBe(config);
    expect(readdirSync(made.folder).sort()).toEqual(['flags.ts', 'gatekeeper.config.ts', 'node_modules']);
  });

  test('--dry-run', async () => {
    const made = project({ 'gatekeeper.config.ts': text });
    const { code, stdout } = await made.gatekeeper(['new', 'MENU', '--owner', 'a', '--dry-run']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('+class Menu extends FeatureFlag<MenuVariant>'),
    });
    expect(read(made, 'gatekeeper.config.ts')).toBe(text);
  });
});
