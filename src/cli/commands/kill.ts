import type { Command } from 'commander';
import { addChangeOptions, change } from '../change';
import { flagOf } from '../engine';
import { examples } from '../output';

/** `gatekeeper kill FLAG`: serves its `off` to everybody. */
export function kill(program: Command): void {
  addChangeOptions(program.command('kill <flag>'))
    .summary('serve its off variant to everybody at once')
    .description('serve its off variant to everybody at once, overrides included')
    .addHelpText(
      'after',
      examples(['kill CHECKOUT --reason "payments fail"', 'until: npx gatekeeper restore CHECKOUT']),
    )
    .action((name: string, _, command: Command) =>
      change(command, ({ config }) => {
        const { off } = flagOf(config, name);
        const done = `${name} is killed: everybody gets ${off}`;
        return { action: 'kill', flag: name, done, make: (live, by) => live.kill(name, by) };
      }),
    );
}
