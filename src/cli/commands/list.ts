import type { Command } from 'commander';
import { withEngine } from '../engine';
import { answer, color, examples, table } from '../output';
import { summary } from '../summary';

/** `gatekeeper list`: every flag in a line. */
export function list(program: Command): void {
  program
    .command('list')
    .summary('every flag in a line')
    .description('every flag: what it serves, who owns it, and what live control does to it')
    .option('--no-store', 'leave live control out: the flags as the code has them')
    .addHelpText('after', examples(['list', 'every flag'], ['list --json', 'the same for a script: an array']))
    .action((_, command: Command) =>
      withEngine(command, ({ engine }) => {
        const flags = engine.flags().map((flag) => summary(flag, engine.live.state.flags.get(flag.name)));
        answer(command, flags, () => {
          if (flags.length === 0) return 'No flags yet. Write one with: npx gatekeeper new MY_FLAG';
          const columns = [
            { title: 'FLAG' },
            { title: 'KIND' },
            { title: 'OWNER', flexible: 'cut' as const },
            { title: 'LIVE', flexible: 'cut' as const },
            { title: 'DESCRIPTION', flexible: 'cut' as const },
          ];
          return table(
            columns,
            flags.map(({ flag, kind, owner, live, description }) => [
              color.bold(flag),
              kind,
              owner ?? '-',
              live.length > 0 ? color.yellow(live.join(', ')) : '-',
              description,
            ]),
          );
        });
      }),
    );
}
