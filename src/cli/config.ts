import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { createJiti } from 'jiti';
import type { Config } from '../config';
import { GatekeeperError, show } from '../errors';
import { Failure } from './failure';
import { byTypeScript, type TransformOptions } from './transpile';

/** A config, and the file it stands in. */
export interface LoadedConfig {
  readonly config: Config<any>;
  /** Absolute. */
  readonly file: string;
}

/** The folder of this package: what the config imports from `gatekeeper-flags` is this very copy. */
export const PACKAGE = join(__dirname, '../..');
const EXTENSIONS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];

/** The config that a command was pointed at by --config, or the one of the current folder. */
export async function loadConfig(command: Command): Promise<LoadedConfig> {
  const file = findConfig(process.cwd(), command.optsWithGlobals().config);
  return { config: await importConfig(file), file };
}

/**
 * The file that has the config: `given`, or the one `gatekeeper.config.*` in `folder` or its `src`.
 * @throws Failure where there is none, or more than one
 */
export function findConfig(folder: string, given?: string): string {
  if (given !== undefined) {
    const file = resolve(folder, given);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Failure(`there is no file ${given}`);
    return file;
  }
  const [file, ...others] = configsIn(folder);
  if (!file)
    throw new Failure(
      'no gatekeeper.config.ts (or .mts, .cts, .js, .mjs, .cjs) here or in src/; go to its folder, name it with --config, ' +
        'or begin with: npx gatekeeper init',
    );
  if (others.length > 0) {
    const names = [file, ...others].map((one) => relative(folder, one));
    throw new Failure(
      `${names.length} configs: ${names.join(', ')}; name one with --config, or delete what is not used`,
    );
  }
  return file;
}

/** Every file that may be meant by "the config" in `folder`. */
export function configsIn(folder: string): readonly string[] {
  const names = EXTENSIONS.map((extension) => `gatekeeper.config.${extension}`);
  return [folder, join(folder, 'src')]
    .flatMap((place) => names.map((name) => join(place, name)))
    .filter((file) => existsSync(file));
}

/**
 * Runs a config file: TypeScript with enums, CommonJS or ESM, with the paths of its tsconfig.json.
 * @throws Failure where it does not parse, throws, or exports no config
 */
export function importConfig(file: string, shown?: string): Promise<Config<any>> {
  const real = realpathSync(file);
  return run(readFileSync(real, 'utf8'), real, shown ?? relative(process.cwd(), file));
}

/** Likewise a text that is not written yet, as if it stood in `file`. */
export function evaluated(text: string, file: string): Promise<Config<any>> {
  return run(text, file, relative(process.cwd(), file), {});
}

/** Never by Node itself, which would look up this package from where the config is, and may find another copy. */
async function run(text: string, file: string, shown: string, cache?: Record<string, never>): Promise<Config<any>> {
  const jiti = jitiFor(file);
  const how = { id: file, filename: file, ext: extname(file), async: true, forceTranspile: true };
  let exported: any;
  try {
    exported = await jiti.evalModule(text.replace(/^\ufeff/, ''), { ...how, ...(cache && { cache }) });
  } catch (error) {
    throw new Failure(`${shown} ${whatFailed(error)}`);
  }
  const { config, default: other } = exported ?? {};
  const found = [exported, config, other, other?.config, other?.default].find(isConfig);
  if (found) return found;
  throw new Failure(
    `${shown} exports no config; write: export const config = defineConfig({ … }), and: export default config`,
  );
}

/** What runs a config; where its tsconfig.json cannot be read, without the paths of that. */
function jitiFor(file: string): ReturnType<typeof createJiti> {
  const babel = createJiti(file, { fsCache: false });
  const transform = (given: TransformOptions) => ({ code: byTypeScript(given, file) ?? babel.transform(given) });
  const options = {
    ...{ alias: entries(), interopDefault: false, transform },
    fsCache: false, // which would leave files behind
  };
  try {
    return createJiti(file, { ...options, tsconfigPaths: tsconfigFor(file) });
  } catch {
    return createJiti(file, options);
  }
}

function isConfig(value: any): value is Config<any> {
  return value?.compiled instanceof Map && typeof value.options === 'object';
}

/** Entry → its file in this copy of the package, so that the config and the command line share one instance of each. */
function entries(): Record<string, string> {
  const own = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const paths = Object.entries<string>(own.exports);
  return Object.fromEntries(paths.map(([entry, path]) => [join(own.name, entry), join(PACKAGE, path)]));
}

/** The nearest tsconfig.json; jiti itself would give up on a config whose tsconfig has none above it. */
function tsconfigFor(file: string): string | false {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = join(folder, 'tsconfig.json');
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return false;
  }
}

/** `does not parse: Unexpected token (accounts.ts:3:7)`, or the first line of what it threw. */
function whatFailed(error: unknown): string {
  if (error instanceof GatekeeperError) return `has ${error.message}`;
  if (!(error instanceof Error)) return `threw ${show(error)}`;
  const [, what, file, place] = /^ParseError: ([^\n]*?)\s*\n\s*(.+?):(\d+:\d+)/.exec(error.message) ?? [];
  if (file !== undefined) return `does not parse: ${what} (${relative(process.cwd(), file)}:${place})`;
  return `threw ${error.name}: ${error.message.split('\n')[0]}`;
}
