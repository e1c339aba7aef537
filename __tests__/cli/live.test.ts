import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { configSource, project, sqlite, type Project } from '../support/cli';

const FLAGS = {
  SEARCH: `override readonly rules = [{ name: 'everybody', rollout: 25, serve: 'ON' as const }];`,
  LAUNCH: `override readonly rules = [{ name: 'all', rollout: ramp('2020-01-01', [[10, '1d'], [100]], { guarded: true }), serve: 'ON' as const }];`,
};
const withStore = () => project({ 'gatekeeper.config.ts': configSource(FLAGS, sqlite) });

/** What `show --json` says of live control. */
async function live(made: Project, flag = 'SEARCH'): Promise<readonly string[]> {
  return JSON.parse((await made.gatekeeper(['show', flag, '--json'])).stdout).live;
}

test('a kill reaches other processes, with who and why, and is taken back', async () => {
  const made = withStore();
  const killed = await made.gatekeeper(['kill', 'SEARCH', '--reason', 'too slow']);
  expect(killed).toEqual({
    code: 0,
    stderr: '',
    stdout: `SEARCH is killed: everybody gets OFF, in every process on this store (sqlite).
Take it back with: npx gatekeeper revert 1 --reason "…"
`,
  });
  expect(await live(made)).toEqual(['killed']);
  expect((await made.gatekeeper(['show', 'SEARCH'])).stdout).toMatch(/^ {2}live {7}killed by \S+: too slow$/m);
  expect(JSON.parse((await made.gatekeeper(['history', '--json'])).stdout)).toMatchObject([
    { revision: 1, action: 'kill', flag: 'SEARCH', actor: userInfo().username, reason: 'too slow' },
  ]);
  const restored = await made.gatekeeper(['restore', 'SEARCH', '--reason', 'faster', '--actor', 'ada', '--json']);
  expect(JSON.parse(restored.stdout)).toEqual({
    revision: 2,
    action: 'restore',
    flag: 'SEARCH',
    actor: 'ada',
    reason: 'faster',
    store: 'sqlite',
  });
  expect(await live(made)).toEqual([]);
});

test('pin and unpin', async () => {
  const made = withStore();
  expect(await made.gatekeeper(['pin', 'SEARCH', 'ON', '--reason', 'launch'])).toMatchObject({ code: 0 });
  expect(await live(made)).toEqual(['pinned to ON']);
  expect(await made.gatekeeper(['unpin', 'SEARCH', '--reason', 'over'])).toMatchObject({ code: 0 });
  expect(await live(made)).toEqual([]);
});

test('rollout: a percentage, held, approved, and back to the code', async () => {
  const made = withStore();
  const rollout = (...args: readonly string[]) =>
    made.gatekeeper(['rollout', ...args, '--reason', 'r', '--actor', 'ada']);
  expect(await rollout('SEARCH', 'everybody', '50%')).toMatchObject({ code: 0 });
  expect(await live(made)).toEqual(['everybody at 50 %']);
  expect(await rollout('SEARCH', 'everybody', '--reset')).toMatchObject({ code: 0 });
  expect(await live(made)).toEqual([]);
  expect(await rollout('LAUNCH', 'all', '100', '--approve')).toMatchObject({ code: 0 });
  expect(await live(made, 'LAUNCH')).toEqual(['all up to 100 %']);
  expect(await rollout('LAUNCH', 'all', '--hold')).toMatchObject({ code: 0 });
  expect(await live(made, 'LAUNCH')).toEqual(['all at 100 %']);
  const { stdout } = await made.gatekeeper(['history', '--limit', '2']);
  expect(stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'THEN'))
    .toBe(`REVISION  WHEN (UTC)        WHO  WHAT                                WHY
       4  THEN  ada  rollout LAUNCH "all" held at 100 %  r
       3  THEN  ada  rollout LAUNCH "all" up to 100 %    r
`);
});

test('history of one flag, and of none', async () => {
  const made = withStore();
  expect(await made.gatekeeper(['history'])).toMatchObject({ code: 0, stdout: 'Nothing was changed yet.\n' });
  await made.gatekeeper(['kill', 'SEARCH', '--reason', 'a']);
  await made.gatekeeper(['kill', 'LAUNCH', '--reason', 'b']);
  expect(JSON.parse((await made.gatekeeper(['history', 'LAUNCH', '--json'])).stdout)).toMatchObject([{ reason: 'b' }]);
});

test('revert takes a change back, once', async () => {
  const made = withStore();
  await made.gatekeeper(['kill', 'SEARCH', '--reason', 'a']);
  expect(await made.gatekeeper(['revert', '1', '--reason', 'wrong flag'])).toMatchObject({ code: 0 });
  expect(await live(made)).toEqual([]);
  expect(await made.gatekeeper(['revert', '1', '--reason', 'again'])).toMatchObject({ code: 1, stdout: '' });
  expect(await made.gatekeeper(['revert', '99', '--reason', 'again'])).toMatchObject({
    code: 2,
    stderr: 'gatekeeper: no change with the revision 99\n',
  });
});

describe('wrong use: one line, exit code 2, and nothing is changed', () => {
  const made = withStore();
  afterAll(async () => expect((await made.gatekeeper(['history'])).stdout).toBe('Nothing was changed yet.\n'));

  test.each<readonly [readonly string[], RegExp]>([
    [['kill', 'SEARCH'], /required option '--reason <text>' not specified/],
    [['kill', 'SEARCH', '--reason', ' '], /a change needs an --actor and a --reason/],
    [['kill', 'SEARCH', '--reason', 'a', '--actor', ''], /a change needs an --actor and a --reason/],
    [['kill', 'SEARCHH', '--reason', 'a'], /no flag named "SEARCHH"; did you mean "SEARCH"\?/],
    [['pin', 'SEARCH', 'ONN', '--reason', 'a'], /no variant of SEARCH named "ONN"; did you mean "ON"\?/],
    [['unpin', 'LUNCH', '--reason', 'a'], /did you mean "LAUNCH"\?/],
    [['restore', 'LUNCH', '--reason', 'a'], /did you mean "LAUNCH"\?/],
    [
      ['rollout', 'SEARCH', 'everbody', '5', '--reason', 'a'],
      /no rule of SEARCH named "everbody"; did you mean "everybody"\?/,
    ],
    [['rollout', 'SEARCH', 'everybody', '101', '--reason', 'a'], /"101" is no percentage; write 0 to 100/],
    [['rollout', 'SEARCH', 'everybody', 'half', '--reason', 'a'], /"half" is no percentage/],
    [['rollout', 'SEARCH', 'everybody', '--reason', 'a'], /give one of: a percentage/],
    [['rollout', 'SEARCH', 'everybody', '5', '--reset', '--reason', 'a'], /give one of: a percentage/],
    [['rollout', 'SEARCH', 'everybody', '5', '--approve', '--reason', 'a'], /guarded/],
    [['history', '--limit', '0'], /--limit 0 is no count/],
    [['revert', 'two', '--reason', 'a'], /two is no revision/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await made.gatekeeper(args);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
    expect(stderr).toMatch(message);
  });
});

test.each([['kill', 'SEARCH', '--reason', 'a'], ['history'], ['revert', '1', '--reason', 'a']])(
  '%s says that the memory of a process is nothing shared',
  async (...args) => {
    const made = project({ 'gatekeeper.config.ts': configSource(FLAGS) });
    const { code, stdout, stderr } = await made.gatekeeper(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^gatekeeper: this config keeps live state in the memory of each process, .*\n$/);
  },
);

test('guardrails stay with the app: whoever only looks lets no ramp go on', async () => {
  const made = project({
    'gatekeeper.config.ts': configSource(
      {
        SEARCH: `override readonly guardrails = [errorRate().above('2x')];
          override readonly rules = [{ name: 'all', rollout: ramp('2020-01-01', [[0, '1d'], [100]], { guarded: true }), serve: 'ON' as const }];`,
      },
      {
        more: `${sqlite.more} import { errorRate } from 'gatekeeper-flags/experiments';
          const slow = (store) => ({ ...store, history: async (query) => {
            await new Promise((done) => setTimeout(done, 2500)); // more than guardrails wait for their first look
            return store.history(query);
          } });`,
        store: sqlite.store.replace('sqliteStore(', 'slow(sqliteStore(').replace(/,$/, '),'),
      },
    ),
  });
  expect(await made.gatekeeper(['history'])).toMatchObject({ code: 0, stdout: 'Nothing was changed yet.\n' });
  expect(await live(made)).toEqual([]);
});

describe('a store that is down', () => {
  /** A config whose Redis is at a port that nobody listens at, or that never answers. */
  const redis = (port: number) =>
    project({
      'gatekeeper.config.ts': configSource(FLAGS, {
        more: `import { createClient } from 'redis'; import { redisStore } from 'gatekeeper-flags/stores/redis';
          const client = createClient({ url: 'redis://127.0.0.1:${port}' });
          client.on('error', () => {});`,
        store: `store: () => { void client.connect(); return redisStore({ client }); }, readyTimeout: 300,`,
      }),
    });
  const commands = [['kill', 'SEARCH', '--reason', 'a'], ['list'], ['history']];

  test('is one line, and exit code 3', async () => {
    const made = redis(1);
    // Beside each other: each waits for seconds.
    for (const { code, stdout, stderr } of await Promise.all(commands.map((args) => made.gatekeeper(args)))) {
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/^gatekeeper: the store \(redis\) does not answer: .*\n$/);
    }
  });

  test('likewise where it never answers', async () => {
    const silent = createServer().listen(0);
    await once(silent, 'listening');
    const sockets: { destroy(): void }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const { code, stdout, stderr } = await redis((silent.address() as AddressInfo).port).gatekeeper(commands[0]!);
    sockets.forEach((socket) => socket.destroy());
    silent.close();
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^gatekeeper: the store \(redis\) does not answer: .*\n$/);
  });

  test('a client that nobody listens to does not end a command without a word', async () => {
    const made = project({
      'gatekeeper.config.ts': configSource(FLAGS, {
        more: `import { EventEmitter } from 'node:events';`,
        store: `store: () => { setImmediate(() => new EventEmitter().emit('error', new Error('connect ECONNREFUSED'))); return { kind: 'own', pollEvery: 1000, read: () => new Promise(() => {}), close: async () => {}, } as any; },`,
      }),
    });
    expect(await made.gatekeeper(['list'])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'gatekeeper: connect ECONNREFUSED\n',
    });
  });
});
