import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const running = new Set<ChildProcess>();
afterAll(() => running.forEach((child) => child.kill('SIGKILL')));

/** A process that runs a script over the built package; what it prints is heard line by line. */
export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  /** The next line that it prints, parsed as JSON. Rejects with all that it said where it ends before. */
  next(): Promise<any>;
  say(line: string): void;
  /** Resolves when it is gone, with its exit code or the signal that ended it. */
  readonly gone: Promise<number | NodeJS.Signals>;
}

/** Starts `node <args> --eval <script>`; `before` is shell that is run first, in the same process. */
export function child(
  script: string,
  { args = [], before, ...options }: SpawnOptions & { args?: readonly string[]; before?: string } = {},
): Child {
  const node = [process.execPath, ...args, '--eval', script];
  const [program, ...rest] = before ? ['sh', '-c', `${before}; exec "$0" "$@"`, ...node] : node;
  const spawned = spawn(program!, rest, { cwd: join(__dirname, '../..'), stdio: ['pipe', 'pipe', 'pipe'], ...options });
  running.add(spawned);
  const lines: string[] = [];
  const heard: string[] = [];
  let [complaints, wake] = ['', () => {}];
  spawned.stderr!.setEncoding('utf8').on('data', (text) => (complaints += text));
  createInterface(spawned.stdout!).on('line', (line) => {
    lines.push(line);
    heard.push(line);
    wake();
  });
  spawned.stdin!.on('error', () => {}); // it may be gone
  let ended = false;
  const gone = once(spawned, 'close').then(([code, signal]) => {
    running.delete(spawned);
    ended = true;
    wake();
    return signal ?? code;
  });
  return {
    pid: spawned.pid!,
    process: spawned,
    lines,
    gone,
    say: (line) => void spawned.stdin!.write(`${line}\n`),
    async next() {
      while (heard.length === 0) {
        if (ended) throw new Error(`it has ended: ${[...lines, complaints].join('\n')}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return JSON.parse(heard.shift()!);
    },
  };
}
