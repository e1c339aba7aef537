import type { Command } from 'commander';
import type { Change } from '../../stores/live-control';
import { withSharedEngine } from '../change';
import { flagOf } from '../engine';
import { Failure } from '../failure';
import { answer, examples, table, type Column } from '../output';

/** `gatekeeper history [FLAG]`: who changed what, and why. */
export function history(program: Command): void {
  program
    .command('history [flag]')
    .summary('who changed what live, and why')
    .description('who changed what live, and why; the newest first')
    .option('--limit <count>', 'at most so many', '20')
    .addHelpText('after', examples(['history', 'of everything'], ['history CHECKOUT --limit 100', 'of one flag']))
    .action((flag: string | undefined, { limit }: { limit: string }, command: Command) => {
      const most = Number(limit);
      if (!Number.isInteger(most) || most < 1) throw new Failure(`--limit ${limit} is no count`);
      return withSharedEngine(command, async ({ config, engine }) => {
        if (flag !== undefined) flagOf(config, flag);
        const changes = await engine.live.history({ flag, limit: most });
        answer(command, changes, () => inWords(changes));
      });
    });
}

function inWords(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing was changed yet.';
  const columns: Column[] = [
    { title: 'REVISION', align: 'right' },
    { title: 'WHEN (UTC)' },
    { title: 'WHO', flexible: 'cut' },
    { title: 'WHAT', flexible: 'wrap' },
    { title: 'WHY', flexible: 'wrap' },
  ];
  return table(
    columns,
    changes.map((change) => [
      String(change.revision),
      new Date(change.at).toISOString().slice(0, 16).replace('T', ' '),
      change.actor,
      what(change),
      change.reason,
    ]),
  );
}

/** As one would type it, where there is a command for it. */
function what({ action, flag, segment, field, value, count }: Change): string {
  const [, of = ''] = field ?? [];
  const rollout = (then: string) => `rollout ${flag} "${of}" ${then}`;
  if (action === 'set-rollout') return rollout(`${value} %`);
  if (action === 'reset-rollout') return rollout('reset');
  if (action === 'hold-ramp') return rollout(`held at ${value} %`);
  if (action === 'approve-ramp') return rollout(`up to ${value} %`);
  if (segment !== undefined) return `${action} ${segment}: ${count} ids`;
  return [action, flag, of, action === 'pin' || action === 'add-user' ? value : ''].filter(Boolean).join(' ');
}
