import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NEEDED = ['gatekeeper-flags', 'ts-pattern'];
const INSTALLERS = [
  ['pnpm-lock.yaml', 'pnpm add'],
  ['yarn.lock', 'yarn add'],
  ['bun.lock', 'bun add'],
  ['', 'npm install'],
] as const;

/** The command that installs what the project's package.json does not have yet, if anything. */
export function toInstall(folder: string): string | undefined {
  const { dependencies, devDependencies, name } = packageOf(folder);
  const missing = NEEDED.filter((one) => one !== name && !dependencies?.[one] && !devDependencies?.[one]);
  const [, install] = INSTALLERS.find(([lock]) => existsSync(join(folder, lock)))!;
  return missing.length > 0 ? `${install} ${missing.join(' ')}` : undefined;
}

/** Whether Node takes a .js (and TypeScript a .ts) file for an ES module. */
export function isModule(file: string): boolean {
  return packageOf(dirname(file)).type === 'module';
}

interface Package {
  readonly name?: string;
  readonly type?: string;
  readonly dependencies?: { readonly [name: string]: string };
  readonly devDependencies?: { readonly [name: string]: string };
}

/** The nearest package.json; empty where there is none, or none that can be read. */
function packageOf(folder: string): Package {
  const file = join(folder, 'package.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return existsSync(file) || folder === dirname(folder) ? {} : packageOf(dirname(folder));
  }
}
