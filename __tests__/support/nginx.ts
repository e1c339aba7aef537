import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { debianProgram } from './debian-program';
import { freePort } from './servers';

/** The one at NGINX_PATH or on PATH, or Debian's. */
const program = process.env.NGINX_PATH ?? debianProgram(['nginx'], 'nginx');

const running = new Set<() => Promise<void>>();
// Whatever a test file has started ends with it, also where a test failed.
afterAll(() => Promise.all([...running].map((stop) => stop())));

/**
 * Starts nginx with a page cache (`proxy_cache pages`) on a free port, and gives its origin. `locations` stands within
 * the one `server`; the header `X-Cache` of its answers says HIT or MISS.
 */
export async function startNginx(locations: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configFor(port, locations));
  const nginx = spawn(program, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(nginx, 'close');
  running.add(async () => {
    nginx.kill();
    await gone;
    rmSync(folder, { recursive: true });
  });

  const printed: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(nginx.stderr).on('line', (line) => {
      printed.push(line);
      if (line.includes('start worker process ')) resolve();
    });
    gone.then(() => reject(new Error(`nginx ended:\n${printed.join('\n')}`)), reject);
  });
  return `http://127.0.0.1:${port}`;
}

function configFor(port: number, locations: string): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  return `
    daemon off;
    worker_processes 1;
    pid nginx.pid;
    error_log stderr notice;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {}
    http {
      access_log off;
      ${folders.join(' ')}
      proxy_cache_path cache keys_zone=pages:1m;
      server {
        listen 127.0.0.1:${port};
        proxy_cache pages;
        add_header X-Cache $upstream_cache_status always;
        ${locations}
      }
    }`;
}
