import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import type { FileChange } from '../changes';
import { configsIn, findConfig } from '../config';
import { usesModule } from '../edit/modules';
import { parse } from '../edit/parse';
import { styleOf } from '../edit/style';
import { Failure, exitCodes } from '../failure';
import { findApp, sourcesIn, type FoundApp } from './find-app';
import { firstConfig } from './first-config';
import { mounted } from './mount';
import { isModule } from './package';

const ENTRY = 'gatekeeper-flags/express';

/**
 * What an app has not got yet of config and middleware: the changes that add it.
 * @throws Failure where there is no one place to add it
 */
export function missing(given: string | undefined, config: string | undefined): readonly FileChange[] {
  const cwd = process.cwd();
  const sources = given === undefined ? sourcesIn(cwd) : [fileOf(given)];
  const isMounted = sources.some((file) => {
    const text = readFileSync(file, 'utf8');
    return text.includes(ENTRY) && usesModule(parse(text, file), ENTRY);
  });
  const existing = config === undefined && configsIn(cwd).length === 0 ? undefined : findConfig(cwd, config);
  if (isMounted && existing) return [];
  if (existing) checkExports(existing);
  const app = findApp(sources);
  const file = existing ?? join(placeFor(app), `gatekeeper.config${extname(app.file).replace(/x$/, '')}`);
  const changes: FileChange[] = [];
  if (!existing) changes.push({ file, before: undefined, after: configFor(app) });
  if (!isMounted) changes.push({ file: app.file, before: app.text, after: mounted(app, file, isModule(app.file)) });
  for (const change of changes) checked(change);
  return changes;
}

/** @throws Failure where the middleware could not import the config */
function checkExports(file: string): void {
  const text = readFileSync(file, 'utf8');
  const names =
    /export\s+(const|let|var)\s+config\b|export\s*\{[^}]*\bconfig\b|exports\.config\b|exports\s*=\s*\{[^}]*\bconfig\b/;
  if (!names.test(text))
    throw new Failure(
      `${relative(process.cwd(), file)} exports nothing called config; write: export const config = defineConfig({ … })`,
    );
}

function fileOf(given: string): string {
  const file = resolve(given);
  if (existsSync(file)) return file;
  throw new Failure(`there is no file ${given}`);
}

/** `src` where the app is in it, so that what is built stays as it was; else here, where commands look. */
function placeFor({ file }: FoundApp): string {
  const cwd = process.cwd();
  return relative(cwd, file).split(/[\\/]/)[0] === 'src' ? join(cwd, 'src') : cwd;
}

function configFor({ text, program, file }: FoundApp): string {
  const style = styleOf(text, program, file);
  const erasable =
    /"erasableSyntaxOnly"\s*:\s*true/.test(tsconfigFor(dirname(file))) || /from ['"]\.[^'"]*\.ts['"]/.test(text);
  return firstConfig({ ...style, enums: !erasable }, new Date().toISOString().slice(0, 10));
}

function tsconfigFor(folder: string): string {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  return folder === dirname(folder) || folder === process.cwd() ? '' : tsconfigFor(dirname(folder));
}

/** @throws Failure where what would be written does not parse: nothing is then written */
function checked({ file, after }: FileChange): void {
  try {
    parse(after, file);
  } catch {
    const way = `write it by hand: app.use(gatekeeper(config)), with gatekeeper from '${ENTRY}'`;
    throw new Failure(
      `${relative(process.cwd(), file)} is written in a way that cannot be added to; ${way}`,
      exitCodes.no,
    );
  }
}
