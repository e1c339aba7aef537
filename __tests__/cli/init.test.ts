import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readFileSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { project, type Project } from '../support/cli';

const LISTEN = `const server = app.listen(process.env.PORT, () => console.log('http://localhost:' + (server.address() as any).port));`;
const listen = LISTEN.replace(' as any', '');
const handler = `app.get('/', (req, res) => { res.send('Hello') });`;
/** What `init` adds to a file, with the line end or the start of it. */
const ADDED =
  /(?:\r?\n[ \t]*)?(?:const \{[^}]*\} = require\(['"](?:gatekeeper-flags\/express|\.\/gatekeeper\.config)['"]\)|[\w.]+\.use\(\w+\(\w+\)\));?(?: \/\/ req\.gk[^\r\n]*)?/;
const read = (made: Project, file: string) => readFileSync(made.path(file), 'utf8');

/** Does what the printed next step says: uses the flag in a handler. */
function useFlag(made: Project, file: string): void {
  made.write(file, read(made, file).replace(`'Hello'`, `req.gk.ff('WELCOME', 'WARM') ? 'A warm welcome' : 'Hello'`));
}

/** Type-checks TypeScript as a strict project of its own would. */
function typeCheck(made: Project, more: object = {}): string {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    module: 'nodenext',
    types: ['node'],
    skipLibCheck: true,
  };
  made.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, ...more } }));
  try {
    return execFileSync(process.execPath, [join(__dirname, '../../node_modules/typescript/bin/tsc'), '-p', '.'], {
      cwd: made.folder,
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('from an empty Express app to a flag that answers', () => {
  test.each<readonly [string, { readonly [path: string]: string }, string, string]>([
    [
      'CommonJS',
      { 'app.js': `const express = require('express');\nconst app = express();\n${handler}\n${listen}\n` },
      'app.js',
      'gatekeeper.config.js',
    ],
    [
      'ES modules',
      {
        'server.js': `import express from 'express'\n\nconst app = express()\n${handler}\n${listen}\n`,
        'package.json': '{ "type": "module" }',
      },
      'server.js',
      'gatekeeper.config.js',
    ],
    [
      'ES modules by name',
      { 'server.mjs': `import express from "express";\nexport const app = express();\n${handler}\n${listen}\n` },
      'server.mjs',
      'gatekeeper.config.mjs',
    ],
    [
      'TypeScript',
      {
        'src/app.ts': `import express, { type Express } from 'express';\n\nconst app: Express = express();\n${handler}\n${LISTEN}\n`,
      },
      'src/app.ts',
      'src/gatekeeper.config.ts',
    ],
    [
      'TypeScript in ES modules',
      {
        'server/main.ts': `import express from 'express';\nimport './other.js';\nconst app = express();\n${handler}\n${LISTEN}\n`,
        'server/other.ts': 'export {};',
        'package.json': '{ "type": "module" }',
      },
      'server/main.ts',
      'gatekeeper.config.ts',
    ],
  ])('%s', async (kind, files, app, config) => {
    const made = project(files);
    const { code, stdout, stderr } = await made.gatekeeper(['init', '--write']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('npm install gatekeeper-flags ts-pattern');
    expect(stdout).toContain(`+++ b/${config}`);
    expect(await made.served(app)).toBe('Hello');
    useFlag(made, app);
    expect(await made.served(app)).toBe('A warm welcome');
    expect(await made.served(app, { NODE_ENV: 'production' })).toBe('Hello');
    if (kind.startsWith('TypeScript')) expect(typeCheck(made)).toBe('');
    expect(JSON.parse((await made.gatekeeper(['explain', 'WELCOME', '--json'])).stdout)).toMatchObject({
      variant: 'WARM',
    });
  });

  test('where types are only stripped, variants are an object', async () => {
    const made = project({
      'tsconfig.json': '{ "compilerOptions": { "erasableSyntaxOnly": true } }',
      'package.json': '{ "type": "module" }',
      'app.ts': `import express from 'express';\nimport './other.ts';\nconst app = express();\n${handler}\n${LISTEN}\n`,
      'other.ts': 'export {};',
    });
    await made.gatekeeper(['init', '--write']);
    expect(read(made, 'app.ts')).toContain(`from './gatekeeper.config.ts'`);
    expect(
      typeCheck(made, { erasableSyntaxOnly: true, allowImportingTsExtensions: true, verbatimModuleSyntax: true }),
    ).toBe('');
    useFlag(made, 'app.ts');
    expect(await made.served('app.ts')).toBe('A warm welcome');
  });
});

test('nothing is written without a yes, and what is written is what was shown', async () => {
  const made = project({ 'app.js': `const express = require('express');\nconst app = express();\n` });
  const before = readdirSync(made.folder);
  const shown = await made.gatekeeper(['init']);
  expect(shown.stdout).toMatch(/Nothing was written\. To write it: npx gatekeeper init --write\n$/);
  expect(await made.inTerminal(['init'], 'n\n')).toContain('Write this? [y/N]');
  await made.inTerminal(['init'], 'y\n');
  expect(readdirSync(made.folder).sort()).toEqual([...before, 'gatekeeper.config.js'].sort());
  const patch = shown.stdout.slice(0, shown.stdout.indexOf('\nNothing was'));
  execFileSync('patch', ['--reverse', '-p1', '--silent'], { cwd: made.folder, input: patch });
  expect(readdirSync(made.folder)).toEqual(before);
});

test('done twice it changes nothing', async () => {
  const made = project({ 'app.js': `const express = require('express');\nconst app = express();\n` });
  await made.gatekeeper(['init', '--write']);
  const files = () => ['app.js', 'gatekeeper.config.js'].map((file) => read(made, file));
  const before = files();
  expect(await made.gatekeeper(['init', '--write'])).toMatchObject({
    code: 0,
    stdout: 'Nothing to do: the config and the middleware are there.\n',
  });
  expect(files()).toEqual(before);
});

test('what is missing is added: the middleware to a config, a config to the middleware', async () => {
  const app = `const express = require('express');\nconst app = express();\n${handler}\n${listen}\n`;
  const made = project({ 'app.js': app });
  await made.gatekeeper(['init', '--write']);
  const mounted = read(made, 'app.js');
  made.write('app.js', app);
  await made.gatekeeper(['init', '--write']);
  expect(read(made, 'app.js')).toBe(mounted);
  renameSync(made.path('gatekeeper.config.js'), made.path('moved.js'));
  await made.gatekeeper(['init', '--write']);
  expect(read(made, 'gatekeeper.config.js')).toBe(read(made, 'moved.js'));
  expect(read(made, 'app.js')).toBe(mounted);
});

describe('apps as people write them', () => {
  const express = `const express = require('express');`;
  const tail = `${handler}\n${listen}\n`;
  test.each<readonly [string, string]>([
    ['without a name for express', `const app = require('express')();\n${tail}`],
    ['in strict mode, on one line', `'use strict'; const app = require('express')(); ${handler} ${listen}`],
    ['all on one line', `${express} const app = express(); ${handler} ${listen}`],
    ['two at once', `${express}\nconst app = express(), x = 1;\n${tail}`],
    ['required with it', `const express = require('express'), app = express();\n${tail}`],
    ['assigned later', `${express}\nlet app;\napp = express();\n${tail}`],
    ['exported at once', `${express}\nconst app = (module.exports = express());\n${tail}`],
    ['on exports', `${express}\nexports.app = express();\nconst { app } = exports;\n${tail}`],
    [
      'in a function',
      `${express}\nfunction make() {\n\tconst app = express(); // here\n\treturn app;\n}\nconst app = make();\n${tail}`,
    ],
    [
      'in a class',
      `${express}\nclass Server {\n  constructor() {\n    this.app = express();\n  }\n}\nconst { app } = new Server();\n${tail}`,
    ],
    ['names that are taken', `${express}\nconst config = 1;\nconst gatekeeper = 2;\nconst app = express();\n${tail}`],
    ['a program of its own', `#!/usr/bin/env node\n'use strict'\n${express}\nconst app = express()\n${tail}`],
    [
      'no semicolons, and a parenthesis next',
      `${express}\nconst path = require('path')\nconst app = express()\n\n;(() => {})()\n${tail}`,
    ],
    [
      'comments that look like code',
      `// const app = express();\n${express}\n/* app = express() */\nconst text = "express()";\nconst app = express(); /* here */\n${tail}`,
    ],
    ['CRLF', `${express}\n\nconst app = express();\n\n${tail}`.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${express}\nconst app = express();\n${tail}`],
    [
      'tabs and double quotes',
      `const express = require("express");\nconst make = () => {\n\tconst app = express();\n\treturn app;\n};\nconst app = make();\n${tail}`,
    ],
    ['a route before the other modules', `${express}\nconst app = express();\nconst fs = require('fs');\n${tail}`],
  ])('%s', async (_, text) => {
    const made = project({ 'app.js': text });
    expect(await made.gatekeeper(['init', '--write'])).toMatchObject({ code: 0, stderr: '' });
    const written = read(made, 'app.js');
    // Every character that was there is there still, in its order; what is new are three statements, on lines that end alike.
    const pieces = written.split(ADDED);
    const inOneLine = (lines: string) => lines.replace(/\r?\n/g, '');
    expect(pieces).toHaveLength(4);
    expect(inOneLine(pieces.join(''))).toBe(inOneLine(text));
    expect(/(?<!\r)\n/.test(written)).toBe(!text.includes('\r\n'));
    useFlag(made, 'app.js');
    expect(await made.served('app.js')).toBe('A warm welcome');
  });

  test.each<readonly [string, string, string]>([
    ['import =', 'app.ts', `import express = require('express');\nconst app = express();\n${handler}\n${LISTEN}\n`],
    [
      'a cast',
      'app.ts',
      `import * as express from 'express';\nconst app = (express as any)();\nexport const real = express() as express.Express;\n`,
    ],
    [
      'JSX beside it',
      'app.tsx',
      `import express from 'express';\nconst app = express();\nexport const view = <p>hi</p>;\n`,
    ],
  ])('TypeScript: %s', async (_, file, text) => {
    const made = project({ [file]: text });
    expect(await made.gatekeeper(['init', '--write'])).toMatchObject({ code: 0, stderr: '' });
    expect(read(made, file)).toMatch(/\.use\(gatekeeper\(config\)\);/);
    expect(await made.gatekeeper(['list'])).toMatchObject({ code: 0 });
  });
});

test('a symbolic link stays one, and a file keeps its mode', async () => {
  const made = project({
    'real/main.js': `#!/usr/bin/env node\nconst express = require('express');\nconst app = express();\n`,
  });
  execFileSync('chmod', ['750', made.path('real/main.js')]);
  symlinkSync(made.path('real/main.js'), made.path('main.js'));
  await made.gatekeeper(['init', 'main.js', '--write']);
  expect(lstatSync(made.path('main.js')).isSymbolicLink()).toBe(true);
  expect(read(made, 'real/main.js')).toContain('app.use(gatekeeper(config));');
  expect(lstatSync(made.path('real/main.js')).mode & 0o777).toBe(0o750);
  expect(readdirSync(made.path('real'))).toEqual(['main.js']);
});

test('Ctrl+C at the question is a no', async () => {
  const made = project({ 'app.js': `const express = require('express');\nconst app = express();\n` });
  const bin = join(__dirname, '../../dist/cli/gatekeeper.js');
  const terminal = spawn('script', ['-qec', `'${process.execPath}' '${bin}' init`, '/dev/null'], { cwd: made.folder });
  let shown = '';
  terminal.stdout.on('data', (text) => {
    shown += text;
    if (/\[y\/N\] \S*$/.test(shown)) terminal.stdin.write('\x03');
  });
  expect(await once(terminal, 'close')).toEqual([0, null]);
  expect(shown).toMatch(/Nothing was written\. To write it: npx gatekeeper init --write\s*$/);
  expect(readdirSync(made.folder).sort()).toEqual(['app.js', 'node_modules']);
});

test('a disk without room leaves every file as it was', async () => {
  const text = `const express = require('express');\nconst app = express();\n`;
  const made = project({ 'app.js': text });
  const bin = join(__dirname, '../../dist/cli/gatekeeper.js');
  const shell = `ulimit -f 0; exec '${process.execPath}' '${bin}' init --write`;
  const { status, stderr } = spawnSync('bash', ['-c', shell], { cwd: made.folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: 'gatekeeper: nothing was written: EFBIG: file too large, write\n',
  });
  expect(readdirSync(made.folder).sort()).toEqual(['app.js', 'node_modules']);
  expect(read(made, 'app.js')).toBe(text);
});

describe('where it cannot be done, it says so in one line and writes nothing', () => {
  const one = `const express = require('express');\nconst app = express();\n`;
  test.each<readonly [string, { readonly [path: string]: string }, readonly string[], RegExp]>([
    ['no app', { 'index.js': `console.log('express()')` }, [], /no `const app = express\(\)` found here/],
    [
      'one that is used at once',
      { 'index.js': `require('express')().listen(0);` },
      [],
      /no `const app = express\(\)` found here/,
    ],
    [
      'a field of a class',
      { 'a.ts': `import express from 'express';\nexport class A { app = express(); }` },
      [],
      /no `const app = /,
    ],
    [
      'another express',
      { 'a.js': `const express = () => ({ use() {} });\nconst app = express();` },
      [],
      /no `const app = /,
    ],
    [
      'two',
      { 'a.js': one, 'b.js': one },
      [],
      /2 calls of express\(\) in a\.js, b\.js; say which: npx gatekeeper init a\.js/,
    ],
    [
      'two in one file',
      { 'a.js': `${one}const b = express();` },
      [],
      /2 calls of express\(\) in a\.js; add the middleware by hand/,
    ],
    [
      'only in tests, and in what is built',
      { 'a.test.js': one, 'dist/a.js': one, '__tests__/b.js': one },
      [],
      /no `const app = /,
    ],
    ['a file that does not parse', { 'a.js': `${one}if (` }, [], /a\.js does not parse: .*\(3:/],
    ['a file that is not there', {}, ['b.js'], /there is no file b\.js/],
    ['two configs', { 'a.js': one, 'gatekeeper.config.js': '', 'gatekeeper.config.ts': '' }, [], /2 configs/],
    [
      'a config under another name',
      { 'a.js': one, 'gatekeeper.config.js': 'module.exports = { flags: 1 }' },
      [],
      /exports nothing called config/,
    ],
  ])('%s', async (_, files, args, message) => {
    const made = project(files);
    const { code, stdout, stderr } = await made.gatekeeper(['init', ...args, '--write']);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
    expect(stderr).toMatch(message);
    for (const [file, text] of Object.entries(files)) expect(read(made, file)).toBe(text);
    expect(readdirSync(made.folder).filter((name) => name.includes('gatekeeper.'))).toEqual(
      Object.keys(files).filter((name) => name.includes('gatekeeper.')),
    );
  });

  test('one of two, named', async () => {
    const made = project({ 'a.js': one, 'b.js': one });
    expect(await made.gatekeeper(['init', 'b.js', '--write'])).toMatchObject({ code: 0 });
    expect(read(made, 'a.js')).toBe(one);
    expect(read(made, 'b.js')).toContain('app.use(gatekeeper(config));');
  });
});
