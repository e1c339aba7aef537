import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than it takes to install a server and start it, on a busy machine. */
export const LONGEST_START = 300_000;

/** A kind of server, and how it is run. */
export interface Kind {
  readonly name: 'redis' | 'postgres';
  /** The environment variable that may hold an address, and the addresses tried where it is not set. */
  readonly variable: string;
  readonly usual: readonly string[];
  /** What people are told to install. */
  readonly package: string;
  /** The program's path, on this machine or installed now; throws where there is none. */
  program(): string;
  /** Makes a new data folder ready. */
  prepare(program: string, data: string): void;
  args(data: string, port: number): readonly string[];
  /** For `spawn`: whom the program runs as. */
  readonly as: { readonly uid?: number; readonly gid?: number };
  /** The port inside a container of compose.yaml. */
  readonly containerPort: number;
  address(port: number): string;
  /** Resolves where a usable server answers. */
  ask(url: string): Promise<unknown>;
}

/** The address of the one server that all tests of a run share: given, found running, or started until the run ends. */
export async function sharedServer(kind: Kind): Promise<string> {
  const given = process.env[kind.variable];
  if (given) {
    await kind.ask(given).catch((error) => {
      throw new Error(`${kind.variable} is set, but that server cannot be used: ${error.message}`);
    });
    return given;
  }
  for (const url of kind.usual) if (await answers(kind, url)) return url;
  return started(kind);
}

/** Jest's own process: workers are forked by it. */
const runner = process.send ? process.ppid : process.pid;

/** Starts a server, unless another test file of this run has; whoever makes its folder is the one to start it. */
async function started(kind: Kind): Promise<string> {
  const folder = join(tmpdir(), `gatekeeper-flags-${kind.name}-${runner}`);
  const address = join(folder, 'address');
  for (;;) {
    try {
      mkdirSync(folder);
      break;
    } catch {
      if (existsSync(address)) return readFileSync(address, 'utf8');
      await sleep(50);
    }
  }
  try {
    const url = await startShared(kind, folder);
    writeFileSync(`${address}.new`, url);
    renameSync(`${address}.new`, address);
    return url;
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

async function startShared(kind: Kind, folder: string): Promise<string> {
  const port = await freePort();
  const url = kind.address(port);
  const program = programOrDocker(kind);
  const data = join(folder, 'data');
  if (program === 'docker') {
    const publish = `127.0.0.1:${port}:${kind.containerPort}`;
    await keep(runner, {}, folder, program, [...COMPOSE, 'run', '--rm', '-T', '--publish', publish, kind.name]);
  } else {
    kind.prepare(program, data);
    await keep(runner, { ...kind.as, cwd: data }, folder, program, kind.args(data, port));
  }
  await untilUsable(kind, url);
  return url;
}

const COMPOSE = [
  'compose',
  '--file',
  join(__dirname, '../../compose.yaml'),
  '--project-name',
  'gatekeeper-flags-tests',
];

function programOrDocker(kind: Kind): string {
  try {
    return kind.program();
  } catch {
    try {
      execFileSync('docker', [...COMPOSE, 'pull', kind.name], { stdio: 'pipe' });
      return 'docker';
    } catch {
      throw new Error(`these tests need ${kind.package}: install it, start Docker, or set ${kind.variable}`);
    }
  }
}

/** Runs a program until the process `pid` is gone, and gives its own pid. */
async function keep(
  pid: number,
  options: object,
  folder: string,
  program: string,
  args: readonly string[],
): Promise<number> {
  const script = join(__dirname, 'keep-server.mjs');
  const keeper = spawn(process.execPath, [script, String(pid), JSON.stringify(options), folder, program, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'], // what it inherited, jest would wait for
    detached: true,
  });
  const [line] = await Promise.race([once(createInterface(keeper.stdout), 'line'), once(keeper, 'exit')]);
  keeper.stdout.destroy();
  keeper.unref();
  if (typeof line !== 'string') throw new Error(`${program} does not start`);
  return Number(line);
}

async function untilUsable(kind: Kind, url: string): Promise<void> {
  for (const end = Date.now() + 60_000; ; await sleep(30)) {
    if (await answers(kind, url)) return;
    if (Date.now() > end) throw new Error(`no usable server at ${url}`);
  }
}

function answers(kind: Kind, url: string): Promise<boolean> {
  return kind.ask(url).then(
    () => true,
    () => false,
  );
}

/** A server of a test's own, for what shared ones must be spared; it ends with the test file. */
export interface OwnServer {
  readonly url: string;
  /** Starts it, on the data that it had before it was killed. */
  start(): Promise<void>;
  /** Stops it from running (SIGSTOP): connections stay, and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
}

const running = new Set<() => Promise<void>>();
afterAll(() => Promise.all([...running].map((end) => end())));

/** A server of one's own, started. */
export async function ownServer(kind: Kind): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), `gatekeeper-flags-own-${kind.name}-`));
  const data = join(folder, 'data');
  const program = kind.program();
  const port = await freePort();
  const url = kind.address(port);
  let pid = 0;
  let paused: readonly number[] = [];

  execFileSync('chmod', ['755', folder]);
  kind.prepare(program, data);
  const server: OwnServer = {
    url,
    async start() {
      pid = await keep(process.pid, { ...kind.as, cwd: data }, '', program, kind.args(data, port));
      await untilUsable(kind, url);
    },
    pause() {
      paused = family(pid);
      for (const one of paused) process.kill(one, 'SIGSTOP');
    },
    resume() {
      for (const one of paused) process.kill(one, 'SIGCONT');
      paused = [];
    },
    async kill() {
      for (const one of family(pid)) process.kill(one, 'SIGKILL');
      while (isRunning(pid)) await sleep(10);
    },
  };
  running.add(async () => {
    if (isRunning(pid)) await server.kill();
    rmSync(folder, { recursive: true });
  });
  await server.start();
  return server;
}

/** A process and its children: PostgreSQL has one for each connection. */
function family(pid: number): readonly number[] {
  const parents = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = parents
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return [pid, ...pairs.filter(([, parent]) => parent === pid).map(([child]) => child!)];
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
