import type { Command } from 'commander';
import { addChangeOptions, change } from '../change';
import { flagOf, variantOf } from '../engine';
import { examples } from '../output';

/** `gatekeeper pin FLAG VARIANT`: one variant for everybody. */
export function pin(program: Command): void {
  addChangeOptions(program.command('pin <flag> <variant>'))
    .summary('serve one variant to everybody')
    .description('serve one variant to everybody whom no override caught')
    .addHelpText('after', examples(['pin CHECKOUT ONE_PAGE --reason "launch"', 'until: npx gatekeeper unpin CHECKOUT']))
    .action((name: string, variant: string, _, command: Command) =>
      change(command, ({ config }) => {
        variantOf(flagOf(config, name), variant);
        const done = `${name} is pinned to ${variant}`;
        return { action: 'pin', flag: name, done, make: (live, by) => live.pin(name, variant, by) };
      }),
    );
}
