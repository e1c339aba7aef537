import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../..');
/** Far beyond what a start takes, even on a busy machine, and less than what tests give it. */
const LONGEST_START = 30_000;

const running = new Set<RunningExample>();
// Whatever a test file has started ends with it, also where a test failed.
afterAll(() => Promise.all([...running].map((example) => example.stop())));

/** An example as a process of its own; `url` is the origin it prints, without a slash at the end. */
export interface RunningExample {
  readonly url: string;
  /** Ends the process, and resolves when it is gone; done after the file's tests in any case. */
  stop(): Promise<void>;
}

/**
 * Starts `examples/<name>/server.ts` on a free port, with NODE_ENV unset unless `env` sets it, and resolves once it has
 * printed its URL. Rejects with what it printed where it ends before that. It needs the built package (`npx tsc -b src`).
 */
export async function startExample(name: string, env: NodeJS.ProcessEnv = {}): Promise<RunningExample> {
  const example = spawn(process.execPath, ['--import', 'tsx', `examples/${name}/server.ts`], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: undefined, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(example, 'close');
  const deadline = setTimeout(() => example.kill('SIGKILL'), LONGEST_START);
  const printed: string[] = [];

  const url = await new Promise<string>((resolve, reject) => {
    for (const output of [example.stdout, example.stderr])
      createInterface(output).on('line', (line) => {
        printed.push(line);
        const found = /http:\/\/localhost:\d+/.exec(line);
        if (found) resolve(found[0]);
      });
    gone.then(
      ([code, signal]) =>
        reject(new Error(`examples/${name} ended (${signal ?? code}) without a URL:\n${printed.join('\n')}`)),
      reject,
    );
  }).finally(() => clearTimeout(deadline));

  const started: RunningExample = {
    url,
    async stop() {
      running.delete(started);
      example.kill();
      await gone;
    },
  };
  running.add(started);
  return started;
}
