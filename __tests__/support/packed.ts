import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const PACKED = ['bin', 'package.json', 'tsconfig.base.json', 'src', 'docs', 'README.md', 'LICENSE', 'CHANGELOG.md'];

/** Runs a program to its end and gives what it printed to stdout; where it fails, all it printed is the error's message. */
export function run(program: string, args: readonly string[], cwd = ROOT): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile(program, args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`));
      else resolve(stdout);
    }),
  );
}

/** A folder outside this checkout, removed when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Packs the package as publishing would, from a copy, since that builds `dist` afresh. Gives the tarball's path. */
export async function pack(folder: string): Promise<string> {
  const copy = join(folder, 'copy');
  for (const path of PACKED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const printed = await run('npm', ['pack', '--silent', '--pack-destination', folder], copy);
  return join(folder, printed.trim().split('\n').at(-1)!);
}

/** What the app of a project prints when it asks itself: a user with an override, and one without. */
export const ANSWERS = '{"onePage":true,"steps":1}\n{"onePage":false,"steps":3}\n';

/** A project's app is there twice: as CommonJS and as ES modules. */
export const MODULES = ['commonjs', 'module'] as const;

export interface Project {
  /** Compiles the app with the TypeScript installed as `compiler`. */
  compile(type: (typeof MODULES)[number], compiler: string): Promise<string>;
  /** What `file` of the project prints when `node` runs it. */
  print(file: string, node?: string): Promise<string>;
}

/** A small project in a new `folder`, with `packages` installed from the registry and from tarballs. */
export async function createProject(folder: string, packages: readonly string[]): Promise<Project> {
  for (const type of MODULES) {
    await cp(join(__dirname, '../package/project'), join(folder, type), { recursive: true });
    await writeFile(join(folder, type, 'package.json'), JSON.stringify({ type }));
  }
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], folder);
  return {
    compile: (type, compiler) => run('node', [join('node_modules', compiler, 'bin/tsc'), '-p', type], folder),
    print: (file, node = 'node') => run(node, [file], folder),
  };
}
