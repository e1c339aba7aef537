import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, type Argument } from 'commander';
import { cleanup } from './commands/cleanup';
import { doctor } from './commands/doctor';
import { experiment } from './commands/experiment';
import { explain } from './commands/explain';
import { history } from './commands/history';
import { init } from './commands/init';
import { kill } from './commands/kill';
import { list } from './commands/list';
import { overrideLink } from './commands/override-link';
import { newFlag } from './commands/new';
import { pin } from './commands/pin';
import { refs } from './commands/refs';
import { restore } from './commands/restore';
import { revert } from './commands/revert';
import { rollout } from './commands/rollout';
import { show } from './commands/show';
import { simulate } from './commands/simulate';
import { unpin } from './commands/unpin';
import { PACKAGE } from './config';
import { exitCodes, failureOf } from './failure';
import { errorColor } from './output';

const commands = [
  init,
  newFlag,
  list,
  show,
  explain,
  kill,
  restore,
  pin,
  unpin,
  rollout,
  history,
  revert,
  overrideLink,
  simulate,
  doctor,
  experiment,
  refs,
  cleanup,
];

/** What the config and the libraries it imports print is no part of the answer. */
console.log = console.info = console.debug = console.error;

const HELP = `
Exit codes:
  0 fine    1 the answer is no, or a check failed    2 wrong use or config
  3 the store, git or another part of the environment failed
What a command does, with examples: npx gatekeeper help <command>
`;

const termOf = (argument: Argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`);

const program = new Command('gatekeeper')
  .description('Feature flags that live in your code: look at them, control them, and take them out again.')
  .version(JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')).version)
  .option('--config <file>', 'the config; else it is gatekeeper.config.* here or in src/')
  .option('--json', 'print JSON')
  .option('--no-color', 'print no colours (nor do pipes and NO_COLOR)')
  .configureOutput({
    outputError: (text, write) =>
      write(
        text
          .replace(/^error:/, errorColor.red('gatekeeper:'))
          .replace(/\n\(Did you mean (.*)\?\)/, '; did you mean $1?'),
      ),
  })
  .configureHelp({
    showGlobalOptions: true,
    minWidthToWrap: 20,
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(' '),
  })
  .addHelpText('after', HELP)
  .exitOverride();
for (const add of commands) add(program);

/** The config may have opened what would keep the process alive, so it ends by itself: once everything is printed. */
function end(exitCode: number): void {
  process.stdout.write('', () => process.exit(exitCode));
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) return end(error.exitCode === 0 ? exitCodes.fine : exitCodes.use); // it has said so
  const { message, exitCode } = failureOf(error);
  process.stderr.write(`${errorColor.red('gatekeeper:')} ${message}\n`);
  end(exitCode);
}

process.stdout.on('error', () => process.exit(exitCodes.fine)); // whoever read it has read enough
process.on('uncaughtException', fail); // such as a client of the config that nobody listens to
program.parseAsync().then(() => end(Number(process.exitCode ?? exitCodes.fine)), fail);
