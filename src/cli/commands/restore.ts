import type { Command } from 'commander';
import { addChangeOptions, change } from '../change';
import { flagOf } from '../engine';
import { examples } from '../output';

/** `gatekeeper restore FLAG`: takes a kill back. */
export function restore(program: Command): void {
  addChangeOptions(program.command('restore <flag>'))
    .summary('end a kill')
    .description('end a kill: its rules decide again')
    .addHelpText(
      'after',
      examples(['restore CHECKOUT --reason "payments work again"', 'after: npx gatekeeper kill CHECKOUT']),
    )
    .action((name: string, _, command: Command) =>
      change(command, ({ config }) => {
        flagOf(config, name);
        const done = `${name} is no longer killed: its rules decide`;
        return { action: 'restore', flag: name, done, make: (live, by) => live.restore(name, by) };
      }),
    );
}
