import { execFileSync } from 'node:child_process';
import { configSource, project, sqlite } from '../support/cli';

/** What a terminal of 80 columns shows, line by line, without colours. */
const lines = (shown: string) =>
  shown
    .replace(/\x1b(\[1G|[78])/g, '\r') // where the progress bar begins again
    .replace(/\x1b\[[\d;?]*[a-zA-Z]/g, '')
    .split(/\r?\n/)
    .flatMap((line) => line.split('\r').at(-1)!);
const long = 'A description that goes on and on, as those of flags do that somebody has thought about for a while';

const made = project({
  'gatekeeper.config.ts': configSource(
    {
      A_FLAG_WITH_A_NAME_OF_SOME_LENGTH: `override readonly owner = 'the team of everything else';
        override readonly rules = [
          { name: 'a rule with a long name', when: { user: { plan: P.union('growth', 'enterprise', 'education'), country: 'GB' } }, rollout: 25, serve: 'ON' as const },
        ];`,
      SHORT: '',
    },
    { ...sqlite, store: `${sqlite.store} environment: 'test', secret: 'an only slightly secret secret for tests',` },
  ).replaceAll('About A_', `${long} A_`),
  'app.js': `const express = require('express');\nconst app = express();\n`,
});
const FLAG = 'A_FLAG_WITH_A_NAME_OF_SOME_LENGTH';

beforeAll(async () => {
  made.commit();
  await made.gatekeeper(['rollout', FLAG, 'a rule with a long name', '50', '--reason', long]);
  await made.gatekeeper(['pin', FLAG, 'ON', '--reason', long]);
});

test.each<readonly [string, readonly string[]]>([
  ['list', ['list']],
  ['show', ['show', FLAG]],
  ['explain', ['explain', FLAG, '--user', '{"id":1,"plan":"growth","country":"GB"}']],
  ['a change', ['kill', FLAG, '--reason', 'a']],
  ['history', ['history']],
  ['simulate', ['simulate', FLAG, '--count', '1000000', '--against', 'HEAD']],
  ['what is wrong', ['show', 'SHRT']],
])('%s fits into 80 columns', async (_, args) => {
  const shown = await made.inTerminal(args);
  expect(lines(shown).filter((line) => [...line].length > 80)).toEqual([]);
});

test('in colours', async () => {
  expect(await made.inTerminal(['list'])).toMatch(/\x1b\[\d+m/);
});

test.each<{ env: { readonly [name: string]: string }; args: readonly string[] }>([
  { env: { NO_COLOR: '1' }, args: [] },
  { env: { TERM: 'dumb' }, args: [] },
  { env: {}, args: ['--no-color'] },
])('no colours under %j', async ({ env, args }) => {
  expect(await made.inTerminal(['list', ...args], '', env)).not.toMatch(/\x1b\[\d+m/);
});

test('piped there are no colours, and nothing is cut', async () => {
  const { stdout } = await made.gatekeeper(['list'], { CI: 'true' });
  expect(stdout).not.toContain('\x1b');
  expect(stdout).toContain(long);
});

test('a progress bar is drawn on a terminal, and nowhere else', async () => {
  const args = ['simulate', 'SHORT', '--count', '100000'];
  const shown = await made.inTerminal(args);
  expect(shown).toMatch(/simulating █+/);
  expect(shown).not.toMatch(/\x1b\[\?\d+l/); // a hidden cursor, lines that do not wrap: Ctrl+C would leave them so
  expect(await made.gatekeeper(args)).toMatchObject({ code: 0, stderr: '' });
});

test('every command teaches: what it does, its options, examples; within 80 columns', async () => {
  const help = lines(await made.inTerminal(['--help']));
  const commands = help.slice(help.indexOf('Commands:') + 1).flatMap((line) => /^ {2}([a-z-]+) /.exec(line)?.[1] ?? []);
  expect(commands).toEqual(
    expect.arrayContaining(['init', 'new', 'list', 'explain', 'kill', 'simulate', 'doctor', 'help']),
  );
  for (const command of commands.filter((name) => name !== 'help')) {
    const shown = lines(await made.inTerminal([command, '--help']));
    expect(shown).toContain(shown.includes('Commands:') ? 'Commands:' : 'Examples:');
    expect({ command, long: shown.filter((line) => line.length > 80) }).toEqual({ command, long: [] });
  }
  expect(help.filter((line) => line.length > 80)).toEqual([]);
});

test('whoever has read enough may go', async () => {
  const { code, stderr } = await project().gatekeeper(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const shell = `node '${require.resolve('../../dist/cli/gatekeeper.js')}' history --json | head -c 1`;
  expect(execFileSync('bash', ['-o', 'pipefail', '-c', shell], { cwd: made.folder, encoding: 'utf8' })).toBe('[');
});
