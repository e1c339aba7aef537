import type { Command } from 'commander';
import { addChangeOptions, change } from '../change';
import { Failure } from '../failure';
import { examples } from '../output';

/** `gatekeeper revert REVISION`: takes a change of the history back. */
export function revert(program: Command): void {
  addChangeOptions(program.command('revert <revision>'))
    .summary('take a change of the history back')
    .description('take a change back, unless the same thing was changed since; revisions: npx gatekeeper history')
    .addHelpText('after', examples(['revert 12 --reason "wrong flag"', 'what change 12 did is undone']))
    .action((given: string, _, command: Command) => {
      const revision = Number(given);
      if (!Number.isInteger(revision) || revision < 1)
        throw new Failure(`${given} is no revision; see: npx gatekeeper history`);
      return change(command, () => ({
        action: 'revert',
        done: `Change ${revision} is taken back`,
        make: (live, by) => live.revert(revision, by),
      }));
    });
}
