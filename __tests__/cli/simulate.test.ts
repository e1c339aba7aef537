import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSource, project, type Project } from '../support/cli';
import { engineOf, Toggle, toggle } from '../support/config';

const rollout = (percent: number) =>
  `override readonly rules = [{ name: 'growth', when: { user: { plan: 'growth' } }, rollout: ${percent}, serve: 'ON' as const }];`;
const everybody = (percent: number) =>
  `override readonly rules = [{ name: 'all', rollout: ${percent}, serve: 'ON' as const }];`;

/** A repository whose first commit has the flag at 10 %, and its working tree at 30 %. */
function repository(
  before = configSource({ SEARCH: everybody(10) }),
  now = configSource({ SEARCH: everybody(30) }),
): Project {
  const made = project({ 'gatekeeper.config.ts': before });
  made.commit('Before');
  made.write('gatekeeper.config.ts', now);
  return made;
}
const leftOver = () => readdirSync(tmpdir()).filter((name) => name.startsWith('gatekeeper-simulate-'));

async function result(made: Project, ...args: readonly string[]) {
  const { code, stdout, stderr } = await made.gatekeeper(['simulate', 'SEARCH', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('who moves from what to what is what the library decides, and the repository stays as it is', async () => {
  const made = repository();
  const index = readFileSync(made.path('.git/index'));
  const decided = (percent: number) => {
    const engine = engineOf({ SEARCH: toggle({ rules: [{ name: 'all', rollout: percent, serve: Toggle.ON }] }) });
    return Array.from({ length: 5000 }, (_, at) => engine.for({ user: { id: at + 1 } }).ff('SEARCH', 'ON'));
  };
  const [was, is] = [decided(10), decided(30)];
  const count = (of: readonly boolean[]) => of.filter(Boolean).length;
  const moved = is.filter((on, at) => on && !was[at]).length;
  const simulated = await result(made, '--count', '5000', '--against', 'HEAD');
  expect(simulated).toEqual({
    flag: 'SEARCH',
    users: 5000,
    now: { OFF: 5000 - count(is), ON: count(is) },
    before: { OFF: 5000 - count(was), ON: count(was) },
    against: made.git('rev-parse', 'HEAD').slice(0, 7),
    moves: [{ from: 'OFF', to: 'ON', users: moved }],
    errors: { now: 0, before: 0 },
  });
  expect(readFileSync(made.path('.git/index')).equals(index)).toBe(true);
  expect(made.git('status', '--porcelain')).toBe(' M gatekeeper.config.ts\n');
});

test('for a terminal, and for a pull request', async () => {
  const made = repository();
  const args = ['simulate', 'SEARCH', '--count', '10000', '--against', 'HEAD'];
  const commit = made.git('rev-parse', 'HEAD').slice(0, 7);
  expect((await made.gatekeeper(args)).stdout)
    .toBe(`SEARCH for 10,000 users (ids 1 to 10000); this working tree against HEAD
(${commit})

VARIANT  BEFORE            NOW          CHANGE
OFF       8,994  89.9 %  7,044  70.4 %  −1,950
ON        1,006  10.1 %  2,956  29.6 %  +1,950

1,950 of 10,000 move (19.5 %).
  FROM     TO  USERS
  OFF   →  ON  1,950  19.5 %
`);
  expect((await made.gatekeeper([...args, '--markdown'])).stdout).toBe(`### \`SEARCH\`: 1,950 of 10,000 move (19.5 %)

| variant | at \`HEAD\` (${commit}) | here | change |
|---|---:|---:|---:|
| \`OFF\` | 8,994 (89.9 %) | 7,044 (70.4 %) | −1,950 |
| \`ON\` | 1,006 (10.1 %) | 2,956 (29.6 %) | +1,950 |

| from | to | users |
|---|---|---:|
| \`OFF\` | \`ON\` | 1,950 (19.5 %) |

By the rules in code alone, without live control; users: \`ids 1 to 10000\`.
`);
});

describe('users of a file', () => {
  const made = repository(configSource({ SEARCH: rollout(0) }), configSource({ SEARCH: rollout(100) }));

  test('with a byte order mark, CRLF, empty lines and no last line end', async () => {
    made.write(
      'users.ndjson',
      '\ufeff{"id":1,"plan":"growth"}\r\n\r\n{"id":2,"plan":"free"}\r\n{"id":3,"plan":"growth"}',
    );
    expect(await result(made, '--users', 'users.ndjson', '--against', 'HEAD')).toMatchObject({
      users: 3,
      now: { OFF: 1, ON: 2 },
      moves: [{ from: 'OFF', to: 'ON', users: 2 }],
    });
  });

  test('with groups and visitors', async () => {
    const big = project({
      'gatekeeper.config.ts': configSource({
        SEARCH: `override getVariant({ groups, visitor }: Context) { return groups.company?.size > 5 || visitor === 'v' ? Toggle.ON : Toggle.OFF; }`,
      }),
      'people.ndjson': '{"user":{"id":1},"groups":{"company":{"size":9}}}\n{"visitor":"v"}\n{"id":3,"visitor":"v"}\n',
    });
    expect(await result(big, '--users', 'people.ndjson')).toMatchObject({
      users: 3,
      now: { OFF: 1, ON: 2 },
      before: null,
    });
  });

  test.each([
    ['{"id":1}\n{"id":2,}\n', /bad\.ndjson:2 is no JSON: /],
    ['{"id":1}\n[2]\n', /bad\.ndjson:2 is no JSON object; write one user a line/],
    ['null', /bad\.ndjson:1 is no JSON object/],
  ])('%j names the line', async (text, message) => {
    made.write('bad.ndjson', text);
    const { code, stdout, stderr } = await made.gatekeeper([
      'simulate',
      'SEARCH',
      '--users',
      'bad.ndjson',
      '--against',
      'HEAD',
    ]);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
    expect(stderr).toMatch(message);
  });
});

test('a flag that is new, one that fails, a group as unit, and another day', async () => {
  const made = repository(
    configSource({ OTHER: '' }),
    configSource({
      SEARCH: `override readonly unit = 'company'; override readonly rules = [{ name: 'all', rollout: ramp('2026-12-01', { day1: 50, day2: 100 }), serve: 'ON' as const }];`,
      BROKEN: `override getVariant(): Toggle { throw new Error('no'); }`,
    }),
  );
  expect(await result(made, '--count', '100', '--against', 'HEAD', '--at', '2026-12-02')).toMatchObject({
    before: null,
    now: { OFF: 0, ON: 100 },
    moves: [],
  });
  const { stdout } = await made.gatekeeper(['simulate', 'SEARCH', '--count', '9', '--against', 'HEAD']);
  expect(stdout).toContain('HEAD does not have this flag: it is new.');
  const broken = await made.gatekeeper(['simulate', 'BROKEN', '--count', '9', '--json']);
  expect(JSON.parse(broken.stdout)).toMatchObject({ now: { OFF: 9 }, errors: { now: 9 } });
});

test('rules alone: no store is opened, and no environment kills', async () => {
  const made = project({
    'gatekeeper.config.ts': configSource(
      { SEARCH: everybody(100) },
      { store: `store: () => { throw new Error('no'); },` },
    ),
  });
  const { code, stdout } = await made.gatekeeper(['simulate', 'SEARCH', '--count', '9', '--json'], {
    GATEKEEPER_KILL: 'SEARCH',
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ now: { ON: 9 } });
});

test('the config of a revision finds what it imports: its own files as they were, and packages', async () => {
  const more = `import { percent } from './lib/percent'; import { isMatching } from 'ts-pattern';`;
  const config = configSource({ SEARCH: everybody(0).replace('0', 'isMatching(1, 1) ? percent : 0') }, { more });
  const made = project({ 'web/gatekeeper.config.ts': config, 'web/lib/percent.ts': 'export const percent = 0;' });
  made.commit('Before');
  made.write('web/lib/percent.ts', 'export const percent = 100;');
  expect(await result(made, '--config', 'web/gatekeeper.config.ts', '--count', '9', '--against', 'HEAD')).toMatchObject(
    {
      before: { ON: 0 },
      now: { ON: 9 },
    },
  );
});

describe('what cannot be compared is one line', () => {
  test.each<readonly [string, (made: Project) => readonly string[], number, RegExp]>([
    ['an unknown revision', () => ['--count', '9', '--against', 'mian'], 2, /git knows no revision mian/],
    ['one that looks like an option', () => ['--count', '9', '--against=--all'], 2, /git knows no revision --all/],
    ['neither users nor count', () => [], 2, /give either --users or --count/],
    ['both', () => ['--count', '9', '--users', 'a'], 2, /give either --users or --count/],
    ['a count that is none', () => ['--count', 'many'], 2, /--count many is no count/],
    ['a file that is not there', () => ['--users', 'a.ndjson'], 2, /--users a\.ndjson cannot be read/],
    ['a day that is none', () => ['--count', '9', '--at', 'tomorrow'], 2, /--at tomorrow is no date/],
    [
      'no repository',
      (made) => (rmSync(made.path('.git'), { recursive: true }), ['--count', '9', '--against', 'HEAD']),
      3,
      /git: fatal: not a git repository/,
    ],
    [
      'a revision without config',
      (made) => {
        made.git('rm', '--quiet', '--cached', 'gatekeeper.config.ts');
        made.git('commit', '--quiet', '--message', 'Without');
        return ['--count', '9', '--against', 'HEAD'];
      },
      2,
      /HEAD has no gatekeeper\.config\.ts/,
    ],
  ])('%s', async (_, args, exitCode, message) => {
    const made = repository();
    const { code, stdout, stderr } = await made.gatekeeper(['simulate', 'SEARCH', ...args(made)]);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: exitCode, stdout: '', lines: 2 });
    expect(stderr).toMatch(message);
  });

  test('a revision whose config throws', async () => {
    const made = repository(`throw new Error('not yet');`);
    const { code, stderr } = await made.gatekeeper(['simulate', 'SEARCH', '--count', '9', '--against', 'HEAD']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'gatekeeper: at HEAD, gatekeeper.config.ts threw Error: not yet\n',
    });
  });
});

test('1,000,000 users of a file take less than ten seconds', async () => {
  const made = repository(configSource({ SEARCH: rollout(10) }), configSource({ SEARCH: rollout(30) }));
  const plans = ['free', 'growth', 'enterprise'];
  const lines = Array.from({ length: 1_000_000 }, (_, id) => `{"id":${id},"plan":"${plans[id % 3]}","country":"GB"}`);
  writeFileSync(made.path('users.ndjson'), lines.join('\n'));
  const start = performance.now();
  const bin = join(__dirname, '../../dist/cli/gatekeeper.js');
  const command = `TIMEFORMAT='%U %S'; time '${process.execPath}' '${bin}' simulate SEARCH --users users.ndjson --against HEAD --json`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: made.folder, encoding: 'utf8' });
  const took = (performance.now() - start) / 1000;
  const { users, moves } = JSON.parse(stdout);
  expect(users).toBe(1_000_000);
  expect(moves[0].users).toBeGreaterThan(60_000);
  // On a machine that does nothing else the time that passes is about as much.
  const [user, system] = stderr.trim().split(' ').map(Number);
  const processor = user! + system!;
  process.stdout.write(
    `simulating 1,000,000 users against a revision took ${took.toFixed(1)} s, ${processor.toFixed(1)} s of them the processor's\n`,
  );
  expect(processor).toBeLessThan(10);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing behind', async (signal) => {
  const made = repository();
  const before = leftOver();
  const bin = join(__dirname, '../../dist/cli/gatekeeper.js');
  const seen = watch(tmpdir());
  const child = spawn(process.execPath, [bin, 'simulate', 'SEARCH', '--users', '-', '--against', 'HEAD'], {
    cwd: made.folder,
  });
  for await (const _ of seen) if (leftOver().length > before.length) break;
  child.kill(signal);
  await once(child, 'close');
  expect(leftOver()).toEqual(before);
});
