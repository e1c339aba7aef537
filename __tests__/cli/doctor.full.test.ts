import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import { BY, engineOf, toggle } from '../support/config';

const ROOT = join(__dirname, '../..');
const GATEKEEPER = join(ROOT, 'dist/cli/gatekeeper.js');
const TODAY = '2026-11-21';
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A project in a folder of its own. */
function project(files: { readonly [path: string]: string }) {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-doctor-'));
  folders.push(folder);
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  return {
    ...{ folder, write, git },
    /** Commits all there is, as of that day. */
    commit(day: string) {
      const at = `${day}T12:00:00Z`;
      const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@shop.example'];
      const env = { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
      git('add', '-A');
      execFileSync('git', [...who, 'commit', '-qm', day], { cwd: folder, env });
    },
    doctor: (...args: readonly string[]) => doctorIn(folder, args),
    doctorOn: (today: string) => doctorIn(folder, ['--json'], today),
  };
}

function doctorIn(folder: string, args: readonly string[], today = TODAY) {
  const env = { ...process.env, TODAY: today, SHOP_TODAY: today, COLUMNS: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, [GATEKEEPER, 'doctor', ...args], {
    ...{ cwd: folder, env, encoding: 'utf8' },
  });
  return { status, stdout, stderr, json: () => JSON.parse(stdout) };
}

/** A class of this name that extends FeatureFlag. */
const flag = (name: string, members = '') => `
class ${name} extends FeatureFlag<Toggle> {
  readonly description = 'A switch';
  readonly variants = Toggle;
  readonly off = Toggle.OFF;
  ${members}
}
`;
const HEAD =
  "import { FeatureFlag, P, defineConfig } from 'gatekeeper-flags';\nenum Toggle { ON = 'ON', OFF = 'OFF' }\n";
const config = (flags: { readonly [name: string]: string }, options = '', head = HEAD) => `${head}
${Object.entries(flags)
  .map(([name, members]) => flag(`${name}_FLAG`, members))
  .join('')}
export const config = defineConfig({
  flags: {
    ${Object.keys(flags)
      .map((name) => `${name}: new ${name}_FLAG(),`)
      .join('\n    ')}
  },
  now: () => Date.parse(process.env.TODAY + 'T12:00Z'),
  ${options}
});
`;
const OWNED = "override readonly owner = 'payments';";
const HALF = "override readonly rules = [{ name: 'half', rollout: 50, serve: 'ON' }] as const;";
const STALE = {
  EXPIRED: `${OWNED} override readonly created = '2026-10-01'; override readonly expires = '2026-11-01';
            ${HALF}`,
  FINE: `${OWNED} override readonly created = '2026-11-11';`,
  NOBODYS: `override readonly created = '2026-11-20'; override readonly permanent = true;
            override readonly rules = [{ name: 'paying', when: { user: { plan: P.not('free') } }, serve: 'ON' }] as const;`,
};

test('a terminal of 80 columns: the stale ones first, why, what to run, and the figures', () => {
  const { stdout, stderr, status } = project({ 'gatekeeper.config.ts': config(STALE) }).doctor();
  expect(stdout).toBe(
    `STALE (1)
EXPIRED  51 days, payments, release
    it expired on 2026-11-01, 20 days ago
  → npx gatekeeper cleanup EXPIRED --keep ON
    or --keep OFF, or give it a later expires

ACTIVE (2)
NOBODYS  1 day, release, permanent
    meant to stay
  ! nobody owns it; write owner = 'your-team'
  ! rule “paying”: “user.plan is not "free"” also holds where user.plan is
    absent; use except instead

FLAG      AGE  OWNER     KIND     WHY
FINE  10 days  payments  release  it is 10 days old, and may live 40

✗ Stale                     1  target: none
✓ Active                    1  target: fewer than 20
✗ Average age       30.5 days  target: under 30 days
✗ Without an owner          1  target: none
Not counted in active and age: 1 that is meant to stay.

3 targets are missed.
`,
  );
  expect(stderr).toBe(
    'which flags are not used is not known: this config keeps its counts in the memory of each process\n',
  );
  expect(status).toBe(0);
});

test('of the shop, 30 days after its ramp has reached everybody', () => {
  const { json } = doctorIn(ROOT, ['--no-store', '--json'], '2027-01-13');
  const found = Object.fromEntries(json().flags.map((one: any) => [one.flag, one]));
  expect(found.KILN_MORNING).toMatchObject({
    state: 'stale',
    reasons: [{ text: 'everybody has got VISIBLE since 2026-12-14 (“everybody” is at 100 %)' }],
    next: { run: 'npx gatekeeper cleanup KILN_MORNING --keep VISIBLE' },
  });
  expect(found.BANNER).toMatchObject({ state: 'stale', reasons: [{ code: 'expired' }] });
  expect(found.PAYMENTS).toMatchObject({ state: 'active', permanent: true, reasons: [{ text: 'meant to stay' }] });
  expect(found.TRADE_PRICES).toMatchObject({ state: 'active', permanent: true });
});

describe('--ci', () => {
  const { doctor } = project({ 'gatekeeper.config.ts': config(STALE) });
  test('fails where a target is missed, with the same report', () => {
    expect(doctor('--ci')).toMatchObject({ status: 1, stdout: doctor().stdout });
  });
  test('and does not where none is, with targets of one’s own', () => {
    const targets = ['stale=1', 'age=31', 'unowned=1'].flatMap((target) => ['--target', target]);
    const { status, stdout } = doctor('--ci', ...targets);
    expect(stdout).toContain('Every target is met.');
    expect(stdout).toContain('✓ Average age       30.5 days  target: under 31 days');
    expect(status).toBe(0);
  });
  test('with --json and --markdown too', () => {
    expect(doctor('--ci', '--json').status).toBe(1);
    expect(doctor('--ci', '--markdown').status).toBe(1);
  });
});

test('--json is the whole of it', () => {
  const { status, json } = project({ 'gatekeeper.config.ts': config(STALE) }).doctor('--json');
  expect(json()).toMatchObject({
    flags: [
      {
        ...{ flag: 'EXPIRED', state: 'stale', kind: 'release', owner: 'payments', age: 51, createdBy: 'class' },
        reasons: [{ code: 'expired' }],
        next: { run: 'npx gatekeeper cleanup EXPIRED --keep ON' },
      },
      { flag: 'FINE', state: 'active', remarks: [] },
      { flag: 'NOBODYS', state: 'active', permanent: true, remarks: [{ code: 'unowned' }, { code: 'not' }] },
    ],
    figures: [{ name: 'stale', value: 1, target: 0, met: false }, {}, {}, {}],
    states: { stale: 1, active: 2 },
  });
  expect(status).toBe(0);
});

test('--markdown is the report', () => {
  const { stdout } = project({ 'gatekeeper.config.ts': config(STALE) }).doctor('--markdown');
  expect(stdout).toContain(`| ❌ | Stale | 1 | none |\n| ✅ | Active | 1 | fewer than 20 |`);
  expect(stdout).toContain(
    '| `EXPIRED` | payments | 51 days | it expired on 2026-11-01, 20 days ago<br>' +
      '`npx gatekeeper cleanup EXPIRED --keep ON`, or --keep OFF, or give it a later expires |',
  );
});

describe('ages from git', () => {
  const ages = (doctor: () => { json(): any }) =>
    Object.fromEntries(
      doctor()
        .json()
        .flags.map(({ flag, age, createdBy }: any) => [flag, [age, createdBy]]),
    );

  test('of a class that states none: its first line, or that of its name, through reformatting and renames', () => {
    const { git, commit, write, doctor, folder } = project({
      'flags.ts': '// flags\n'.repeat(40) + config({ OLD: OWNED }),
    });
    git('init', '-q');
    commit('2026-09-22');
    write(
      'flags.ts',
      '// flags\n'.repeat(40) +
        config({ OLD: OWNED, STATED: "override readonly created = '2026-11-20';", YOUNG: OWNED }),
    );
    commit('2026-10-22');
    renameSync(join(folder, 'flags.ts'), join(folder, 'gatekeeper.config.ts'));
    commit('2026-11-01');
    write(
      'gatekeeper.config.ts',
      '// flags\n'.repeat(40) +
        config({
          STATED: "override readonly created = '2026-11-20';",
          YOUNG: `${OWNED}\n\n  // tidy`,
          OLD: `${OWNED}\n\n  // tidy`,
          NEW: '',
        }),
    );
    const json = () => doctor('--json');
    expect(ages(json)).toEqual({
      OLD: [60, 'git'],
      STATED: [1, 'class'],
      YOUNG: [30, 'git'],
      NEW: [undefined, undefined],
    });
    expect(doctor().stdout).toContain('it is 60 days old; a release flag lives 40 days unless its expires says');
    commit('2026-11-21');
    expect(ages(json).NEW).toEqual([0, 'git']);
  });

  test('of classes in files of their own, and of names that are no identifiers', () => {
    const own = `import { FeatureFlag } from 'gatekeeper-flags';\nenum Toggle { ON = 'ON', OFF = 'OFF' }\nexport ${flag('Checkout').trim()}\n`;
    const head = `${HEAD}import { Checkout } from './flags/checkout';\n`;
    const { git, commit, write, doctor } = project({ 'src/flags/checkout.ts': own });
    git('init', '-q');
    commit('2026-11-02');
    const flags = "flags: { 'new-checkout': new Checkout() }";
    write(
      'src/gatekeeper.config.ts',
      `${head}export default defineConfig({ ${flags}, now: () => Date.parse(process.env.TODAY + 'T12:00Z') });\n`,
    );
    commit('2026-11-12');
    expect(ages(() => doctor('--json'))).toEqual({ 'new-checkout': [19, 'git'] });
  });

  test('a rule for everybody is stale 30 days after its class was last changed', () => {
    const rules = (rollout: string) => `${OWNED}
  override readonly created = '2026-08-01';
  override readonly expires = '2027-08-01';
  override readonly rules = [
    { name: 'all', ${rollout}serve: 'ON' },
  ] as const;`;
    const CHANGED = `${OWNED} // changed`;
    const { git, commit, write, doctorOn } = project({
      'gatekeeper.config.ts': config({ BEFORE: OWNED, DONE: rules('rollout: 50, '), AFTER: OWNED }),
    });
    git('init', '-q');
    commit('2026-08-01');
    write('gatekeeper.config.ts', config({ BEFORE: OWNED, DONE: rules(''), AFTER: OWNED }));
    commit('2026-10-23');
    const done = (day: string) =>
      doctorOn(day)
        .json()
        .flags.find((one: any) => one.flag === 'DONE');
    const reasons = [{ text: 'everybody gets ON since 2026-10-23 (by the rule “all”)' }];
    expect(done('2026-11-21')).toMatchObject({ state: 'rolled out', reasons });
    write('gatekeeper.config.ts', config({ BEFORE: CHANGED, DONE: rules(''), AFTER: CHANGED }));
    commit('2026-11-20');
    expect(done('2026-11-22')).toMatchObject({
      state: 'stale',
      reasons: [{ text: 'everybody has got ON since 2026-10-23 (by the rule “all”)' }],
      next: { run: 'npx gatekeeper cleanup DONE --keep ON' },
    });
    write('gatekeeper.config.ts', config({ BEFORE: CHANGED, DONE: `${rules('')} // changed`, AFTER: CHANGED }));
    commit('2026-11-21');
    expect(done('2026-11-23')).toMatchObject({ state: 'rolled out' });
  });

  test('it says why where git knows nothing', () => {
    const files = { 'gatekeeper.config.ts': config({ A: OWNED }) };
    const { git, commit, write, doctor, folder } = project(files);
    expect(doctor().stderr).toContain('ages are not known: the config is in no git repository\n');
    git('init', '-q');
    expect(doctor().stderr).toContain('ages are not known: nothing is committed yet\n');
    commit('2026-11-01');
    expect(doctor().stderr).not.toContain('ages');
    write('another.ts', '');
    commit('2026-11-02');
    const shallow = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-doctor-'));
    folders.push(shallow);
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${folder}`, shallow]);
    const { stderr, status } = doctorIn(shallow, []);
    expect(stderr).toContain('ages are not known: this clone has only its newest commits; fetch all of them');
    expect(status).toBe(0);
  });
});

describe('with a store', () => {
  const libsql = JSON.stringify(require.resolve('libsql'));
  const sqlite = `store: () => sqliteStore({ database: new (require(${libsql}))('live.sqlite') }),`;
  const head = `${HEAD}import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';\n`;
  const members = `${OWNED} override readonly created = '2026-09-01'; override readonly expires = '2027-01-01';`;
  const files = {
    'gatekeeper.config.ts': config({ USED: members + HALF, UNUSED: members, PINNED: members }, sqlite, head),
  };

  /** What the app did, on two days. */
  async function lived(folder: string): Promise<void> {
    for (const [day, used] of [
      ['2026-10-01', 'UNUSED'],
      ['2026-11-20', 'USED'],
    ] as const) {
      const database = new Database(join(folder, 'live.sqlite'));
      const rules = [{ name: 'half', rollout: 50, serve: 'ON' }] as const;
      const flags = { USED: toggle({ rules }), UNUSED: toggle(), PINNED: toggle(), GONE: toggle() };
      const engine = engineOf(flags, { store: () => sqliteStore({ database }), now: () => Date.parse(day) });
      await engine.ready;
      for (let id = 0; id < 200; id++) engine.for({ user: { id } as never }).ffVariant(used);
      if (used === 'UNUSED') await engine.live.pin('PINNED', 'ON', BY);
      if (used === 'UNUSED') await engine.live.kill('GONE', BY);
      await engine.close();
      database.close();
    }
  }

  test('what was decided and changed tells more', async () => {
    const { folder, doctor } = project(files);
    await lived(folder);
    const { stdout, stderr, status } = doctor('--ci');
    expect(stdout).toContain('nothing has asked for it since 2026-10-01, 51 days ago\n');
    expect(stdout).toContain('everybody has got ON since 2026-10-01 (pinned)\n');
    expect(stdout).toMatch(/ARCHIVED \(1\)\nFLAG +WHY\nGONE +gone from the code; last changed live 51 days ago\n/);
    expect(stderr).toBe('');
    expect(status).toBe(1);
    const { states } = doctor('--json').json();
    expect(states).toMatchObject({ stale: 2, active: 1, archived: 1 });
  });

  test('--no-store leaves it out', async () => {
    const { folder, doctor } = project(files);
    await lived(folder);
    const { json, stderr } = doctor('--no-store', '--json');
    expect(json()).toMatchObject({ counted: false, states: { stale: 0, archived: 0 } });
    expect(stderr).toBe('');
  });

  test('to look changes nothing in it', async () => {
    const { folder, doctor } = project(files);
    await lived(folder);
    const before = doctor('--json').stdout;
    expect(doctor('--json').stdout).toBe(before);
  });

  test('one that is down: a line, and how to go on without', () => {
    const redis = JSON.stringify(require.resolve('redis'));
    const client = `const client = require(${redis}).createClient({ url: 'redis://127.0.0.1:1', disableOfflineQueue: true });\nclient.on('error', () => {});\nvoid client.connect().catch(() => {});\n`;
    const down = `${HEAD}import { redisStore } from 'gatekeeper-flags/stores/redis';\n${client}`;
    const { doctor } = project({
      'gatekeeper.config.ts': config({ A: members }, 'store: () => redisStore({ client }),', down),
    });
    const { status, stdout, stderr } = doctor('--ci');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(
      /^gatekeeper: the store \(redis\) does not answer: .*; --no-store answers from the code alone\n$/,
    );
    expect(doctor('--no-store')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('bad input is one line, and an exit code', () => {
  const good = { 'gatekeeper.config.ts': config({ A: OWNED }) };
  test.each([
    ['no config', {}, [], /^gatekeeper: no gatekeeper\.config\.ts/],
    ['two configs', { ...good, 'src/gatekeeper.config.ts': '' }, [], /^gatekeeper: 2 configs: /],
    [
      'one that throws',
      { 'gatekeeper.config.ts': "throw new Error('no database')" },
      [],
      /threw Error: no database\n$/,
    ],
    ['a syntax error', { 'gatekeeper.config.ts': 'const = 1' }, [], /gatekeeper\.config\.ts/],
    [
      'a target of another name',
      good,
      ['--target', 'stail=1'],
      /^gatekeeper: no target named "stail"; did you mean "stale"\?\n$/,
    ],
    ['another', good, ['--target', 'owner=1'], /: no target named "owner"; there are active, stale, age, unowned\n$/],
    [
      'a target without a number',
      good,
      ['--target', 'stale'],
      /^gatekeeper: --target stale is no target; write --target active=30\n$/,
    ],
    ['an unknown option', good, ['--fix'], /unknown option '--fix'/],
  ])('%s', (_, files, args, said) => {
    const { status, stdout, stderr } = project(files).doctor(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('no flags yet', () => {
    const { status, stdout } = project({ 'gatekeeper.config.ts': config({}) }).doctor('--ci');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'No flags yet. Write one with: npx gatekeeper new MY_FLAG\n',
    });
  });
});
