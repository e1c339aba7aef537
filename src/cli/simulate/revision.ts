import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import type { Config } from '../../config';
import { configsIn, importConfig } from '../config';
import { Failure, exitCodes } from '../failure';

/** A git revision's short name, and the config that it has. */
export interface AtRevision {
  readonly commit: string;
  readonly config: Config<any>;
}

/**
 * Runs `use` with the config of a git revision. Its files are written to a temporary folder, which sees the node_modules of
 * the working tree and is removed whatever happens; the repository itself, its index and its working tree stay as they are.
 * @throws Failure where there is no such revision, or its config cannot be used
 */
export async function withRevision<T>(revision: string, file: string, use: (at: AtRevision) => Promise<T>): Promise<T> {
  const root = realpathSync(git(dirname(file), 'rev-parse', '--show-toplevel'));
  const commit = commitOf(root, revision);
  let folder: string | undefined;
  const remove = () => folder !== undefined && rmSync(folder, { recursive: true, force: true });
  const stopped = (signal: NodeJS.Signals) => process.exit(signal === 'SIGINT' ? 130 : 143);
  // Before there is anything to remove: without a listener, a signal ends the process at once.
  process.on('exit', remove).once('SIGINT', stopped).once('SIGTERM', stopped);
  try {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'gatekeeper-simulate-')));
    const tree = join(folder, basename(root));
    writeTree(root, commit, tree, join(folder, 'index'));
    const path = relative(root, realpathSync(file));
    linkModules(root, dirname(path), tree);
    const [config, ...others] = existsSync(join(tree, path))
      ? [join(tree, path)]
      : configsIn(join(tree, dirname(path)));
    if (!config || others.length > 0) throw new Failure(`${revision} has no ${path}`);
    return await use({
      commit: commit.slice(0, 7),
      config: await importConfig(config, `at ${revision}, ${relative(tree, config)}`),
    });
  } finally {
    remove();
    process.off('exit', remove).off('SIGINT', stopped).off('SIGTERM', stopped);
  }
}

function commitOf(root: string, revision: string): string {
  try {
    return git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  } catch {
    throw new Failure(
      `git knows no revision ${revision}; try a branch, a tag, a commit or HEAD~1, and git fetch first`,
    );
  }
}

/** Writes the files of a commit; an index of its own keeps the repository's as it is. */
function writeTree(root: string, commit: string, tree: string, index: string): void {
  const env = { ...process.env, GIT_INDEX_FILE: index };
  git(root, { env }, 'read-tree', commit);
  git(root, { env }, 'checkout-index', '--all', '--quiet', `--prefix=${tree}/`);
}

/** Makes each node_modules on the way from the config to the root of the disk visible from the same place in `tree`. */
function linkModules(root: string, path: string, tree: string): void {
  const link = (from: string, to: string) => {
    if (!existsSync(join(from, 'node_modules')) || existsSync(join(to, 'node_modules'))) return;
    mkdirSync(to, { recursive: true });
    symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'), 'junction');
  };
  for (let at = path; ; at = dirname(at)) {
    link(join(root, at), join(tree, at));
    if (at === '.') break;
  }
  for (let at = dirname(root); at !== dirname(at); at = dirname(at)) link(at, dirname(tree));
}

function git(folder: string, ...args: readonly (string | { readonly env: NodeJS.ProcessEnv })[]): string {
  const words = args.filter((arg) => typeof arg === 'string');
  const { env = process.env } = args.find((arg) => typeof arg === 'object') ?? {};
  try {
    return execFileSync('git', words, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 26,
    }).trim();
  } catch (error) {
    const { stderr, code, message } = error as { stderr?: string; code?: string; message: string };
    const said = code === 'ENOENT' ? 'it is not installed' : (stderr?.trim().split('\n')[0] ?? message);
    throw new Failure(`git: ${said}`, exitCodes.environment);
  }
}
