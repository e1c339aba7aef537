import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { confirmed, showChanges, writeChanges, type FileChange } from '../changes';
import { configsIn, findConfig } from '../config';
import { usesModule } from '../edit/modules';
import { parse } from '../edit/parse';
import { styleOf } from '../edit/style';
import { Failure, exitCodes } from '../failure';
import { findApp, sourcesIn, type FoundApp } from '../init/find-app';
import { firstConfig } from '../init/first-config';
import { mounted } from '../init/mount';
import { isModule, toInstall } from '../init/package';
import { answer, color, examples } from '../output';

const ENTRY = 'gatekeeper-flags/express';

/** `gatekeeper init`: flags for an Express app that has none yet. */
export function init(program: Command): void {
  program
    .command('init')
    .summary('add a config, the middleware and an example flag to an Express app')
    .description(
      'add a config with an example flag, and the middleware, to the Express app of this folder (CommonJS or ES modules, ' +
        'JavaScript or TypeScript); shows what it would write, and writes it after a yes or with --write',
    )
    .argument('[app]', 'the file that calls express(), where that is not clear')
    .option('--write', 'write without asking')
    .addHelpText(
      'after',
      examples(
        ['init', 'shows the changes, and asks'],
        ['init --write', 'writes them at once; done twice it changes nothing'],
        ['init server/app.ts', 'for one of several apps'],
      ),
    )
    .action(async (given: string | undefined, { write }: { write?: true }, command: Command) => {
      const changes = planned(given, command.optsWithGlobals().config);
      const install = toInstall(process.cwd());
      const shown = changes.map(({ file, before }) => ({
        file: relative(process.cwd(), file),
        isNew: before === undefined,
      }));
      if (changes.length === 0)
        return answer(
          command,
          { changes: [], written: false, install },
          () => 'Nothing to do: the config and the middleware are there.',
        );
      const isJson = Boolean(command.optsWithGlobals().json);
      if (!isJson) process.stdout.write(`${showChanges(changes)}\n`);
      const written = write ?? (!isJson && (await confirmed('Write this?')));
      if (written) writeChanges(changes);
      answer(command, { changes: shown, written, install }, () => (written ? nextSteps(install) : NOT_WRITTEN));
    });
}

const NOT_WRITTEN = 'Nothing was written. To write it: gatekeeper init --write';

/** What is missing. */
function planned(given: string | undefined, config: string | undefined): readonly FileChange[] {
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

function nextSteps(install: string | undefined): string {
  const steps = [
    ...(install === undefined ? [] : [`install what is used:  ${color.bold(install)}`]),
    `use the flag in a handler:  ${color.bold(`req.gk.ff('WELCOME', 'WARM')`)}`,
    `see why somebody gets what:  ${color.bold('npx gatekeeper explain WELCOME --user 7')}`,
    `write a flag of your own:  ${color.bold('npx gatekeeper new MY_FLAG')}`,
  ];
  return ['Written. Now', ...steps.map((step, at) => `  ${at + 1}. ${step}`)].join('\n');
}
