import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Flag } from 'gatekeeper-flags';
import { FILLED_IN, visitor, type Visitor } from './example-shop';

// Required, not imported: its `Register` would type the users of every other test, too.
const { config }: { config: { readonly compiled: ReadonlyMap<string, Flag> } } = require('../../gatekeeper.config');

const ROOT = join(__dirname, '../..');
const CLI = join(ROOT, 'dist/cli/gatekeeper.js');
const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A flag, and the variant that everybody gets. */
export type Kept = readonly [flag: string, variant: string];

export const everyDirection: readonly Kept[] = [...config.compiled.values()].flatMap(({ name, variants }) =>
  variants.map((variant): Kept => [name, variant]),
);

/** What has to go before a flag can: those that need it at another variant, which nobody gets any more. */
export function stepsTo([flag, keep]: Kept): readonly Kept[] {
  const others = [...config.compiled.values()].filter(({ requires }) =>
    requires.some((one) => one.flag === flag && one.variant !== keep),
  );
  return [...others.flatMap(({ name, off }) => stepsTo([name, off])), [flag, keep]];
}

/** The shop and its config as a project of its own, committed. */
export function copyOfShop(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gatekeeper-shop-')));
  made.push(folder);
  mkdirSync(join(folder, 'examples'));
  for (const path of ['examples/shop', 'gatekeeper.config.ts', 'package.json', 'tsconfig.base.json'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: (file) => !/\.sqlite/.test(file) });
  for (const path of ['node_modules', 'dist']) symlinkSync(join(ROOT, path), join(folder, path));
  // src/ is not here: the types are those of the built package.
  const shop = JSON.parse(readFileSync(join(folder, 'examples/shop/tsconfig.json'), 'utf8'));
  writeFileSync(join(folder, 'examples/shop/tsconfig.json'), JSON.stringify({ ...shop, references: [] }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ files: [], references: [{ path: 'examples/shop' }] }));
  writeFileSync(join(folder, '.gitignore'), 'node_modules\ndist\n*.sqlite*\n');
  git(folder, 'init', '--quiet');
  commit(folder);
  return folder;
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@shop.example', ...args], { cwd, stdio: 'pipe' });
}

export function commit(folder: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'As it is');
}

/** Takes a flag out of the code of a copy, by the command; gives what it printed. */
export function cleanUp(folder: string, [flag, keep]: Kept): string {
  const args = [CLI, 'cleanup', flag, '--keep', keep, '--write'];
  try {
    return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`cleanup ${flag} --keep ${keep}: ${stdout}${stderr}`);
  }
}

/** What the compiler says of a copy; nothing where all is well. */
export function typeErrors(folder: string): string {
  return complaints(folder, 'typescript/bin/tsc', '-p', 'examples/shop', '--noEmit', '--incremental', 'false');
}

/** What the shop's own tests say in a copy; nothing where all is well. */
export function failedTests(folder: string): string {
  const config = {
    rootDir: folder,
    roots: ['<rootDir>/examples'],
    transform: { '\\.ts$': [join(ROOT, 'node_modules/ts-jest'), { tsconfig: join(ROOT, '__tests__/tsconfig.json') }] },
  };
  return complaints(folder, 'jest/bin/jest.js', '--config', JSON.stringify(config), '--runInBand');
}

/** What a tool says that ends with a mistake. */
function complaints(cwd: string, tool: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules', tool), ...args], {
    cwd,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${tool} ends with ${status}\n${stdout}${stderr}`;
}

/** Starts the shop of a folder with flags pinned, sees it as several people, and gives all that it answered. */
export async function seen(folder: string, pinned: readonly Kept[]): Promise<readonly string[]> {
  // By whom a visitor is, flags of visitors are decided otherwise in every process: they are the same for all here.
  const byVisitor = [...config.compiled.values()].filter(({ unit }) => unit !== 'user' && unit !== 'company');
  const all = [...byVisitor.map(({ name, off }): Kept => [name, off]), ...pinned];
  const pins = Object.fromEntries(all.map(([flag, variant]) => [`GATEKEEPER_${flag}`, variant]));
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    cwd: folder,
    env: { ...process.env, ...ENVIRONMENT, ...pins },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(shop, 'close');
  try {
    const said: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      for (const output of [shop.stdout, shop.stderr])
        createInterface(output).on('line', (line) => {
          said.push(line);
          const found = /http:\/\/localhost:\d+/.exec(line);
          if (found) resolve(found[0]);
        });
      void gone.then(() => reject(new Error(`the shop did not start:\n${said.join('\n')}`)));
    });
    return await crawl(url);
  } finally {
    shop.kill('SIGKILL');
    await gone;
  }
}

const ENVIRONMENT = {
  NODE_ENV: 'test',
  PORT: '0',
  SHOP_TODAY: '2026-12-04T12:00Z',
  SQLITE_FILE: ':memory:',
  REDIS_URL: undefined,
  DATABASE_URL: undefined,
};

/** Nobody, and people whom flags tell apart. */
const PEOPLE = [undefined, 1, 42, 8, 7];

async function crawl(url: string): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const id of PEOPLE) {
    const somebody = visitor(url);
    const look = async (what: string, asked: ReturnType<Visitor['get']>) => {
      const { status, headers, text } = await asked;
      answers.push(`${id ?? 'nobody'} ${what}: ${status} ${headers.location ?? ''}\n${plain(text ?? '')}`);
    };
    const get = (path: string) => look(`GET ${path}`, somebody.get(path));
    const post = (path: string, fields = {}) => look(`POST ${path}`, somebody.post(path, fields));
    if (id !== undefined) await post('/login', { id });
    for (const path of ['/', '/pots/tide-jug', '/checkout', '/wishlist', '/nowhere', '/login']) await get(path);
    await post('/basket', { slug: 'tide-jug', quantity: 2 });
    await post('/wishlist', { slug: 'estuary-mug' });
    for (const path of ['/basket', '/wishlist', '/pots/estuary-mug', '/checkout']) await get(path);
    await post('/checkout', { form: 'one', step: 'address' });
    await post('/checkout', { form: 'two', step: 'payment', ...FILLED_IN, gift: 'yes', note: 'Dear' });
    await post('/checkout', { form: 'three', step: 'payment', ...FILLED_IN, pay: 'invoice', card: '' });
    for (const path of ['/orders/SM-1001', '/orders/SM-1002', '/basket', '/checkout?step=payment']) await get(path);
  }
  return answers;
}

/** A page without what is drawn anew for each, and without what names all flags there are to the browser. */
function plain(page: string): string {
  return page
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'a form')
    .replace(/nonce="[^"]*"/g, 'nonce')
    .replace(/\bch_\w+/g, 'a charge')
    .replace(/<script type="application\/json" id="gatekeeper">.*?<\/script>/g, 'the flags')
    .replace(/localhost:\d+/g, 'localhost');
}
