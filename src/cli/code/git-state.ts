import { execFileSync } from 'node:child_process';

/** Whether everything here is committed; undefined where there is no git. */
export function isClean(folder: string): boolean | undefined {
  const said = git(folder, ['status', '--porcelain', '--untracked-files=normal']);
  return said === undefined ? undefined : said.trim() === '';
}

/** Whether a word stood in a file in any commit. */
export function wasEver(word: string, folder: string, file: string): boolean {
  return Boolean(git(folder, ['log', '-1', '--format=%h', `-S${word}`, '--', file])?.trim());
}

/** The committed files with a word in them, from here up to the top of the repository, and in its submodules. */
export function filesWith(word: string, folder: string): string[] {
  const found = git(folder, ['grep', '-lzwF', '--recurse-submodules', '-e', word, '--', ':/']);
  return found?.split('\0').filter(Boolean) ?? [];
}

function git(cwd: string, args: readonly string[]): string | undefined {
  const env = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  try {
    return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
