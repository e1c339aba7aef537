import { relative } from 'node:path';
import type { Command } from 'commander';
import { confirmed, showChanges, writeChanges } from '../changes';
import { toInstall } from '../init/package';
import { missing } from '../init/plan';
import { answer, color, examples } from '../output';

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
      const changes = missing(given, command.optsWithGlobals().config);
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

const NOT_WRITTEN = 'Nothing was written. To write it: npx gatekeeper init --write';

function nextSteps(install: string | undefined): string {
  const steps = [
    ...(install === undefined ? [] : [`install what is used:  ${color.bold(install)}`]),
    `use the flag in a handler:  ${color.bold(`req.gk.ff('WELCOME', 'WARM')`)}`,
    `see why somebody gets what:  ${color.bold('npx gatekeeper explain WELCOME --user 7')}`,
    `write a flag of your own:  ${color.bold('npx gatekeeper new MY_FLAG')}`,
  ];
  return ['Written. Now', ...steps.map((step, at) => `  ${at + 1}. ${step}`)].join('\n');
}
