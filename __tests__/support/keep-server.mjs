/**
 * Runs a server for as long as the process that wants it, however that one ends:
 * `node keep-server.mjs <pid> <options of spawn> <folder to remove at the end> <program> <arguments>`. Prints the server's pid.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [pid, options, folder, program, ...args] = process.argv.slice(2);
const server = spawn(program, args, { stdio: 'ignore', ...JSON.parse(options) });
server.on('spawn', () => console.log(server.pid));
server.on('close', () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  process.exit();
});

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill('SIGINT'));
setInterval(() => {
  try {
    process.kill(Number(pid), 0);
  } catch {
    server.kill('SIGINT');
  }
}, 500);
