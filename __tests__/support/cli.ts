import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../..');
const BIN = join(ROOT, 'dist/cli/gatekeeper.js');
const LINKED = ['@types', 'express', 'libsql', 'redis', 'ts-pattern', 'typescript'];

const folders: string[] = [];
const running = new Set<ChildProcess>();
afterAll(() => {
  running.forEach((child) => child.kill('SIGKILL'));
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});

/** What a command did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a folder of its own, with this package and what its configs and apps use installed. */
export function project(files: { readonly [path: string]: string } = {}): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gatekeeper-cli-')));
  folders.push(folder);
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, join(modules, 'gatekeeper-flags'));
  for (const name of LINKED) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  const made = new Project(folder);
  for (const [path, text] of Object.entries(files)) made.write(path, text);
  return made;
}

export class Project {
  constructor(readonly folder: string) {}

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Runs `gatekeeper` here, without a terminal. */
  gatekeeper(args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Ran> {
    return new Promise((resolve) =>
      execFile(
        process.execPath,
        [BIN, ...args],
        { cwd: this.folder, env: environment(env), timeout: 30_000 },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
      ).stdin!.end(),
    );
  }

  /** Runs it in a terminal of 80 columns, with what is typed there; gives all that the terminal shows. */
  inTerminal(args: readonly string[], typed = '', env: { readonly [name: string]: string } = {}): Promise<string> {
    const quoted = [process.execPath, BIN, ...args].map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
    return new Promise((resolve) =>
      execFile(
        'script',
        ['-qec', `stty cols 80 rows 24; ${quoted}`, '/dev/null'],
        { cwd: this.folder, env: environment({ TERM: 'xterm', ...env }), timeout: 30_000 },
        (_, stdout) => resolve(stdout),
      ).stdin!.end(typed),
    );
  }

  git(...args: readonly string[]): string {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@shop.example', '-c', 'init.defaultBranch=main'];
    return execFileSync('git', [...who, ...args], { cwd: this.folder, encoding: 'utf8' });
  }

  /** Makes everything that is here a commit. */
  commit(message = 'A change'): void {
    this.write('.gitignore', 'node_modules\n*.sqlite*\n');
    this.git('init', '--quiet');
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
  }

  /** Starts an app that prints its address, and gives what it answers to a GET of `/`. */
  async served(file: string, env: { readonly [name: string]: string } = {}): Promise<string> {
    const tsx = file.endsWith('ts') ? ['--import', join(ROOT, 'node_modules/tsx/dist/loader.mjs')] : [];
    const app = spawn(process.execPath, [...tsx, file], { cwd: this.folder, env: environment({ PORT: '0', ...env }) });
    running.add(app);
    let complaints = '';
    app.stderr.on('data', (text) => (complaints += text));
    try {
      const [url] = await Promise.race([
        once(createInterface(app.stdout), 'line'),
        once(app, 'close').then(() => Promise.reject(new Error(`${file} ended: ${complaints}`))),
      ]);
      return await (await fetch(url)).text();
    } finally {
      app.kill();
      running.delete(app);
    }
  }
}

/** This process's, without what would change what a command says. */
function environment(env: { readonly [name: string]: string }): NodeJS.ProcessEnv {
  const { FORCE_COLOR, NO_COLOR, CI, COLUMNS, NODE_ENV, ...rest } = process.env;
  return { ...rest, ...env };
}

/** A config of flags given as the source of their classes' bodies; `store` is the source of a function. */
export function configSource(
  flags: { readonly [name: string]: string },
  { store = '', more = '' }: { readonly store?: string; readonly more?: string } = {},
): string {
  const classes = Object.entries(flags).map(
    ([name, body]) => `class ${name}_ extends FeatureFlag<Toggle> {
  readonly description = 'About ${name}';
  readonly variants = Toggle;
  readonly off = Toggle.OFF;
  ${body}
}`,
  );
  const entries = Object.keys(flags).map((name) => `${name}: new ${name}_()`);
  return `import { FeatureFlag, P, defineConfig, match, ramp, type Context } from 'gatekeeper-flags';
${more}
enum Toggle { OFF = 'OFF', ON = 'ON' }
${classes.join('\n')}
export const config = defineConfig({ flags: { ${entries.join(', ')} }, ${store} });
export default config;
`;
}

/** The source of a store in a SQLite file, for `configSource`. */
export const sqlite = {
  more: `import Database from 'libsql'; import { sqliteStore } from 'gatekeeper-flags/stores/sqlite'; import { join } from 'node:path';`,
  store: `store: () => sqliteStore({ database: new Database(join(__dirname, 'live.sqlite')) }),`,
};
