import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * The path of the first of `names` that is on PATH. Where none is, installs Debian's package of that name, as root.
 * Call it while a test file loads: installing takes longer than tests and hooks may.
 */
export function debianProgram(names: readonly string[], packageName: string): string {
  const found = find(names);
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    const install = `apt-get -qq update && apt-get -qq install --yes --no-install-recommends ${packageName}`;
    // Under a lock, since another test file may be at it.
    execFileSync('flock', [join(tmpdir(), 'gatekeeper-flags-apt.lock'), 'sh', '-c', install], { stdio: 'pipe' });
  }
  const installed = find(names);
  if (!installed) throw new Error(`none of ${names.join(', ')} is on PATH; install ${packageName}`);
  return installed;
}

function find(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
