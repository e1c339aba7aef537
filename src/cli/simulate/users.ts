import { createReadStream, statSync } from 'node:fs';
import type { Context } from '../../context';
import { Failure } from '../failure';
import { progress } from '../output';

export type Somebody = Partial<Context>;

const CONTEXT: ReadonlySet<string> = new Set(['user', 'groups', 'visitor']);
const SLICE = 20_000;

/**
 * Calls `each` with everybody in a file of one JSON object a line: a user, or `{ "user": …, "groups": …, "visitor": … }`;
 * `-` is stdin.
 * @throws Failure that names the line where one is no JSON object
 */
export async function eachInFile(file: string, each: (somebody: Somebody) => void): Promise<void> {
  const bar = progress('simulating', file === '-' ? 0 : sizeOf(file), 'share');
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 });
  let [rest, line, read] = ['', 0, 0];
  const take = (text: string) => {
    line += 1;
    const trimmed = (line === 1 ? text.replace(/^\ufeff/, '') : text).trim();
    if (trimmed !== '') each(somebodyIn(trimmed, `${file}:${line}`));
  };
  try {
    for await (const chunk of stream.setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      lines.forEach(take);
      bar.advance((read += Buffer.byteLength(chunk)));
    }
    take(rest);
  } finally {
    bar.stop();
  }
}

function sizeOf(file: string): number {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new Error('it is a folder');
    return stats.size;
  } catch (error) {
    throw new Failure(`--users ${file} cannot be read: ${(error as Error).message}`);
  }
}

function somebodyIn(text: string, where: string): Somebody {
  let value: any;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${where} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure(`${where} is no JSON object; write one user a line, such as {"id":7}`);
  return isContext(value) ? value : { user: value };
}

function isContext(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => CONTEXT.has(key));
}

/** Calls `each` with so many made up: the ids 1, 2, 3 … as users, as visitors, and in a group of each kind given. */
export async function eachOf(
  count: number,
  kinds: readonly string[],
  each: (somebody: Somebody) => void,
): Promise<void> {
  const bar = progress('simulating', count);
  try {
    for (let id = 1; id <= count; id++) {
      const groups = Object.fromEntries(kinds.map((kind) => [kind, { id }]));
      each({ user: { id }, visitor: String(id), groups });
      if (id % SLICE !== 0) continue;
      bar.advance(id);
      await new Promise(setImmediate); // so that the bar is drawn, and Ctrl+C is heard
    }
  } finally {
    bar.stop();
  }
}
