const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const { chownSync, existsSync, mkdtempSync, mkdirSync, readdirSync, rmSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { delimiter, join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/**
 * Starts a Redis and a PostgreSQL of the benchmark's own, as they are when installed (PostgreSQL with fsync, Redis with
 * its append-only file), unless REDIS_URL and DATABASE_URL name others. Gives their addresses, and what ends them.
 */
exports.startServers = async function startServers() {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-bench-'));
  const running = [];
  const end = async () => {
    for (const server of running) server.kill('SIGINT');
    await Promise.all(running.map((server) => server.exitCode ?? once(server, 'exit')));
    rmSync(folder, { recursive: true });
  };
  const env = { REDIS_URL: process.env.REDIS_URL, DATABASE_URL: process.env.DATABASE_URL, FOLDER: folder };
  try {
    env.REDIS_URL ??= await startRedis(folder, running);
    env.DATABASE_URL ??= await startPostgres(folder, running);
    return { env, end };
  } catch (error) {
    await end();
    throw error;
  }
};

async function startRedis(folder, running) {
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes' };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  running.push(spawn(find('redis-server', 'REDIS_URL'), args, { stdio: 'ignore' }));
  await accepting(port);
  return `redis://127.0.0.1:${port}`;
}

async function startPostgres(folder, running) {
  const port = await freePort();
  const data = join(folder, 'postgres');
  const program = find('postgres', 'DATABASE_URL');
  const as = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}; // it refuses to be run by root
  mkdirSync(data);
  execFileSync('chmod', ['755', folder]);
  if (as.uid) chownSync(data, as.uid, as.gid);
  const options = { cwd: data, stdio: 'ignore', ...as };
  execFileSync(find('initdb', 'DATABASE_URL'), ['-D', data, '-A', 'trust', '-U', 'postgres'], options);
  running.push(spawn(program, ['-D', data, '-p', String(port), '-k', data], options));
  await accepting(port);
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

const idOf = (option) => Number(execFileSync('id', [option, 'postgres']));

function find(program, variable) {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => b - a) : [];
  // Debian's own folder first: a lone `postgres` elsewhere on the path has no initdb beside it.
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...process.env.PATH.split(delimiter)];
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (!found) throw new Error(`${program} is not installed; install it, or set ${variable}`);
  return found;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function accepting(port) {
  for (const end = Date.now() + 20_000; ; await sleep(50)) {
    const socket = connect(port, '127.0.0.1');
    const error = await once(socket, 'connect').then(
      () => undefined,
      (reason) => reason,
    );
    socket.destroy();
    if (!error) return sleep(500); // PostgreSQL accepts before it answers
    if (Date.now() > end) throw error;
  }
}
