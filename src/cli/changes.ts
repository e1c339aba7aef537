import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createTwoFilesPatch } from 'diff';
import { Failure, exitCodes } from './failure';
import { color } from './output';

/** What a command wants to write to a file; `before` is undefined where there is no such file yet. */
export interface FileChange {
  readonly file: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** The changes as a unified diff, in colours where there are any. */
export function showChanges(changes: readonly FileChange[]): string {
  return changes.map((change) => patchOf(change).split('\n').map(coloured).join('\n')).join('');
}

function patchOf({ file, before, after }: FileChange): string {
  const name = relative(process.cwd(), file);
  const from = before === undefined ? '/dev/null' : `a/${name}`;
  const patch = createTwoFilesPatch(from, `b/${name}`, before ?? '', after, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '').replace(/\r$/gm, '');
}

function coloured(line: string): string {
  if (/^(---|\+\+\+) /.test(line)) return color.bold(line);
  if (line.startsWith('@@')) return color.cyan(line);
  if (line.startsWith('+')) return color.green(line);
  return line.startsWith('-') ? color.red(line) : line;
}

/** Whether somebody at the terminal says yes; false where nobody can. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = once(terminal, 'close').then(() => undefined); // Ctrl+C, Ctrl+D
  const said = await Promise.race([terminal.question(`${question} [y/N] `).catch(() => ended), ended]);
  terminal.close();
  if (said === undefined) process.stdout.write('\n');
  return /^y(es)?$/i.test(said?.trim() ?? '');
}

/**
 * Writes all of them, or none: each is written beside its file first, and only then are they put in place. A symbolic link
 * stays one, and a file keeps its mode.
 * @throws Failure where the disk refuses, or a file is no longer what it was
 */
export function writeChanges(changes: readonly FileChange[]): void {
  const placed: FileChange[] = [];
  const temporaries: string[] = [];
  try {
    const moves = changes.map((change) => {
      const exists = existsSync(change.file);
      if ((exists ? readFileSync(change.file, 'utf8') : undefined) !== change.before)
        throw new Error(`${relative(process.cwd(), change.file)} has changed in the meantime`);
      const target = exists ? realpathSync(change.file) : change.file;
      const temporary = `${target}.${randomUUID()}.tmp`;
      temporaries.push(temporary);
      writeFileSync(temporary, change.after, { flag: 'wx', flush: true });
      if (exists) chmodSync(temporary, statSync(target).mode);
      return { temporary, target, change };
    });
    for (const { temporary, target, change } of moves) {
      renameSync(temporary, target);
      placed.push(change);
    }
  } catch (error) {
    for (const { file, before } of placed) before === undefined ? rmSync(file) : writeFileSync(file, before);
    for (const temporary of temporaries) rmSync(temporary, { force: true });
    throw new Failure(`nothing was written: ${(error as Error).message}`, exitCodes.environment);
  }
}
