import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Where a store is kept: a file or a server's address, and a namespace. */
export interface Place {
  readonly kind: 'sqlite' | 'redis' | 'ioredis' | 'postgres';
  readonly place: string;
  readonly namespace: string;
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** What `store-program.mjs` prints, run to its end. Rejects with what it says of an error. */
export async function inProcess(what: 'write' | 'leave', where: Place): Promise<string> {
  const child = start(what, where);
  let [printed, errors] = ['', ''];
  child.stdout!.on('data', (data) => (printed += data));
  child.stderr!.on('data', (data) => (errors += data));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ended with ${code}: ${errors}`);
  return printed.trim();
}

/** A change as the engine of another process was told of it. */
export interface Told {
  readonly revision: number;
  readonly action: string;
  readonly flag: string;
  /** The revision of its live state then, the flag's variant, and the time. */
  readonly at: number;
  readonly variant: string;
  readonly time: number;
}

/** An engine in another process; `flags` A and B serve ON unless killed. */
export async function engineInProcess(where: Place) {
  const child = start('engine', where);
  child.stderr!.pipe(process.stderr);
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? 'null');
  const { ready } = await next();
  return {
    ready: ready as string,
    next: next as () => Promise<Told>,
    /** Makes a change there: `kill A`. */
    change: (line: string) => void child.stdin!.write(`${line}\n`),
    async end() {
      child.stdin!.end();
      await once(child, 'close');
    },
  };
}

function start(what: string, { kind, place, namespace }: Place): ChildProcess {
  const child = spawn(process.execPath, [join(__dirname, 'store-program.mjs'), what, kind, place, namespace], {
    env: { ...process.env, NODE_ENV: 'test' },
  });
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}
