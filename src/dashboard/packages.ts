import { GatekeeperError } from '../errors';

const PACKAGES = ['express', 'helmet', 'preact', 'preact-render-to-string', '@picocss/pico', 'htmx.org', 'uplot'];

/** @throws GatekeeperError `package-missing`, with the command that installs what is missing */
export function checkPackages(): void {
  const missing = PACKAGES.filter((name) => !isInstalled(name));
  if (missing.length > 0)
    throw new GatekeeperError('package-missing', `the dashboard needs more packages: npm install ${missing.join(' ')}`);
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
