import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Flag } from '../flag';
import { datesInLog, LOG_OPTIONS, type Dates } from '../lifecycle/git-log';
import type { LoadedConfig } from './config';

const run = promisify(execFile);
const CODE = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'].map((extension) => `*.${extension}`);
const PATIENCE = 20_000;
const MOST = 256 * 1024 * 1024;

/** What git knows of the flags of a config, or in a sentence why it knows nothing. */
export interface GitDates {
  readonly dates: ReadonlyMap<string, Dates>;
  readonly problem?: string;
}

/** When each flag came into the code, by the history of the config and of the files that have its flags' classes. */
export async function gitDates({ config, file }: LoadedConfig): Promise<GitDates> {
  const unknown = (problem: string): GitDates => ({ dates: new Map(), problem });
  const path = realpathSync(file);
  try {
    const said = await git(dirname(path), ['rev-parse', '--show-toplevel', '--is-shallow-repository']);
    const [top = '', shallow] = said.trim().split('\n');
    if (shallow === 'true')
      return unknown('this clone has only its newest commits; fetch all of them (actions/checkout: fetch-depth: 0)');
    const flags = [...config.compiled.values()];
    const files = [...new Set([relative(realpathSync(top), path), ...(await filesWith(top, flags))])];
    const follow = files.length === 1 ? ['--follow'] : []; // through renames, which git does for one file alone
    return { dates: datesInLog(await git(top, ['log', ...LOG_OPTIONS, ...follow, '--', ...files]), flags) };
  } catch (error) {
    const { code, stderr = '', killed } = error as { code?: unknown; stderr?: string; killed?: boolean };
    if (code === 'ENOENT') return unknown('there is no git here');
    if (killed) return unknown(`git took more than ${PATIENCE / 1000} seconds`);
    if (/not a git repository/.test(stderr)) return unknown('the config is in no git repository');
    if (/does not have any commits/.test(stderr)) return unknown('nothing is committed yet');
    return unknown(`git says: ${stderr.trim().split('\n')[0] || String(error)}`);
  }
}

/** The files that have the flags' classes. */
async function filesWith(top: string, flags: readonly Flag[]): Promise<readonly string[]> {
  const classes = new Set(
    flags.map(({ definition }) => definition.constructor.name).filter((name) => /^[\w$]+$/.test(name)),
  );
  if (classes.size === 0) return [];
  const wanted = [...classes].flatMap((name) => ['-e', `class ${name}`]);
  try {
    return (await git(top, ['grep', '-zlwF', ...wanted, '--', ...CODE])).split('\0').filter(Boolean);
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return []; // in none
    throw error;
  }
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  return (await run('git', [...args], { cwd: folder, env, maxBuffer: MOST, timeout: PATIENCE })).stdout;
}
