import type { Command } from 'commander';
import { addChangeOptions, change } from '../change';
import { flagOf } from '../engine';
import { examples } from '../output';

/** `gatekeeper unpin FLAG`: takes a pin back. */
export function unpin(program: Command): void {
  addChangeOptions(program.command('unpin <flag>'))
    .summary('end a pin')
    .description('end a pin: its rules decide again')
    .addHelpText(
      'after',
      examples(['unpin CHECKOUT --reason "back to the rollout"', 'after: npx gatekeeper pin CHECKOUT']),
    )
    .action((name: string, _, command: Command) =>
      change(command, ({ config }) => {
        flagOf(config, name);
        const done = `${name} is no longer pinned: its rules decide`;
        return { action: 'unpin', flag: name, done, make: (live, by) => live.unpin(name, by) };
      }),
    );
}
