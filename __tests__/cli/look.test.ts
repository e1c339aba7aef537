import { configSource, project, sqlite } from '../support/cli';

const made = project({
  'gatekeeper.config.ts': configSource(
    {
      SEARCH: `override readonly owner = 'search';
        override readonly overrides = { ON: [42] };
        override readonly rules = [
          { name: 'staff', when: { user: { role: 'staff' } }, serve: 'ON' as const },
          { name: 'growth', when: { user: { plan: 'growth' }, groups: { company: { size: P.number.gt(10) } } }, rollout: 25, serve: 'ON' as const },
        ];`,
      BANNER: `override getVariant({ app, visitor }: Context) { return app.isDev || visitor === 'v1' ? Toggle.ON : Toggle.OFF; }`,
      BROKEN: `override getVariant() { throw new Error('no such table'); return Toggle.ON; }`,
    },
    { ...sqlite, store: `${sqlite.store} app: { isDev: false }` },
  ),
});

describe('list', () => {
  test('every flag in a line', async () => {
    const { code, stdout } = await made.gatekeeper(['list']);
    expect(code).toBe(0);
    expect(stdout).toBe(`FLAG    KIND     OWNER   LIVE  DESCRIPTION
SEARCH  release  search  -     About SEARCH
BANNER  release  -       -     About BANNER
BROKEN  release  -       -     About BROKEN
`);
  });
  test('no flags yet', async () => {
    const { code, stdout } = await project({ 'gatekeeper.config.ts': configSource({}) }).gatekeeper(['list']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No flags yet. Write one with: npx gatekeeper new MY_FLAG\n' });
  });
});

describe('show', () => {
  test('rules in words', async () => {
    const { stdout } = await made.gatekeeper(['show', 'SEARCH']);
    expect(stdout).toBe(`SEARCH
  About SEARCH

  kind       release, by search
  variants   OFF (off), ON
  users      42 gets ON

  1. staff: ON, for user.role is "staff"
  2. growth: ON to 25 % of users, for user.plan is "growth" and
     groups.company.size is a number over 10
  otherwise OFF
`);
  });
  test('as JSON', async () => {
    const { stdout } = await made.gatekeeper(['show', 'SEARCH', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      flag: 'SEARCH',
      owner: 'search',
      overrides: { 42: 'ON' },
      rules: [{ name: 'staff' }, { name: 'growth', rollout: { percent: 25 } }],
    });
  });
});

describe('explain', () => {
  const variant = async (...args: readonly string[]) => {
    const { stdout } = await made.gatekeeper(['explain', ...args, '--json']);
    return JSON.parse(stdout) as unknown;
  };

  test.each<readonly [string, readonly string[], object]>([
    ['a user as JSON', ['SEARCH', '--user', '{"role":"staff"}'], { variant: 'ON', rule: 'staff' }],
    ['a user by id, as a number', ['SEARCH', '--user', '42'], { variant: 'ON', reason: 'user-override' }],
    ['an id that is no number', ['SEARCH', '--user', 'a-42'], { variant: 'OFF', reason: 'default' }],
    ['a visitor', ['BANNER', '--visitor', 'v1'], { variant: 'ON' }],
    ['facts about the process', ['BANNER', '--app', '{"isDev":true}'], { variant: 'ON' }],
    ['nobody', ['BANNER'], { variant: 'OFF' }],
    ['a rule that throws', ['BROKEN'], { variant: 'OFF', reason: 'error' }],
  ])('%s', async (_, args, expected) => {
    expect(await variant(...args)).toMatchObject(expected);
  });

  test('groups decide', async () => {
    const user = ['--user', '{"id":1,"plan":"growth"}'];
    const last = async (size: number) =>
      ((await variant('SEARCH', ...user, '--groups', `{"company":{"size":${size}}}`)) as any).steps.find(
        ({ rule }: any) => rule === 'growth',
      ).detail;
    expect(await last(5)).toBe('groups.company.size is 5; wanted a number over 10');
    expect(await last(50)).toMatch(/^matches, and bucket/);
  });

  test('in words, each step', async () => {
    const { stdout } = await made.gatekeeper(['explain', 'SEARCH', '--user', '{"id":7,"role":"staff"}']);
    expect(stdout).toBe(`SEARCH is ON (rule: staff)

  · killed: not killed
  · browser-override: none that this request may use
  · user-override: user 7 is not listed
  · pinned: not pinned
  ✓ staff: matches
`);
  });

  test('--is turns the answer into an exit code', async () => {
    const code = async (is: string) => (await made.gatekeeper(['explain', 'SEARCH', '--user', '42', '--is', is])).code;
    expect([await code('ON'), await code('OFF'), await code('MAYBE')]).toEqual([0, 1, 2]);
  });

  test.each([
    ['--user', '{id:7}', /^gatekeeper: --user "\{id:7\}" is no JSON: .*\n$/],
    ['--user', '[1]', /^gatekeeper: --user "\[1\]" is no JSON object\n$/],
    ['--groups', 'null', /^gatekeeper: --groups "null" is no JSON object\n$/],
    ['--app', '', /^gatekeeper: --app "" is no JSON: .*\n$/],
  ])('%s %s is refused', async (option, text, message) => {
    const { code, stdout, stderr } = await made.gatekeeper(['explain', 'SEARCH', option, text]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

test.each([
  [['show', 'SERCH'], 'no flag named "SERCH"; did you mean "SEARCH"?'],
  [['show', 'constructor'], 'no flag named "constructor"; see: npx gatekeeper list'],
  [['explain', 'BANER'], 'no flag named "BANER"; did you mean "BANNER"?'],
  [['explain', 'SEARCH', '--is', 'ONN'], 'no variant of SEARCH named "ONN"; did you mean "ON"?'],
  [['lst'], "unknown command 'lst'; did you mean list?"],
  [['list', '--jsn'], "unknown option '--jsn'; did you mean --json?"],
  [['show'], "missing required argument 'flag'"],
])('%j suggests the nearest', async (args, message) => {
  expect(await made.gatekeeper(args)).toEqual({ code: 2, stdout: '', stderr: `gatekeeper: ${message}\n` });
});

test('--no-store answers without the store', async () => {
  const down = project({
    'gatekeeper.config.ts': configSource(
      { SEARCH: '' },
      { store: `store: () => { throw new Error('no such file') },` },
    ),
  });
  expect(await down.gatekeeper(['list'])).toEqual({
    code: 3,
    stdout: '',
    stderr: 'gatekeeper: the store cannot be opened: no such file; --no-store answers from the code alone\n',
  });
  expect(await down.gatekeeper(['list', '--no-store'])).toMatchObject({ code: 0, stderr: '' });
});

test('a secret, and nothing else, is what an override link needs', async () => {
  const secret = `environment: 'staging', secret: 'an only slightly secret secret for tests',`;
  const withSecret = project({ 'gatekeeper.config.ts': configSource({ SEARCH: '' }, { store: secret }) });
  const link = ['override-link', 'SEARCH', 'ON', '--url', 'https://shop.example/a?b=c'];
  const { code, stdout, stderr } = await withSecret.gatekeeper([...link, '--expires', '2h']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^https:\/\/shop\.example\/a\?b=c&gatekeeper-override=\S+\n$/),
  });
  expect(stderr).toMatch(/^For the environment staging, until \S+Z\.\n$/);
  expect(await made.gatekeeper(link)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('give defineConfig a secret'),
  });
  expect(await withSecret.gatekeeper([...link, '--expires', 'soon'])).toMatchObject({ code: 2 });
  expect(await withSecret.gatekeeper(['override-link', 'SEARCH', 'ON', '--url', 'shop'])).toMatchObject({ code: 2 });
  expect(await withSecret.gatekeeper(['override-link', 'SEARCH', 'OM'])).toMatchObject({
    code: 2,
    stderr: 'gatekeeper: no variant of SEARCH named "OM"; did you mean "ON"?\n',
  });
});
