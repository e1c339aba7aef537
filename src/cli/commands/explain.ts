import type { Command } from 'commander';
import type { Decision } from '../../decide';
import { addContextOptions, contextOf } from '../context';
import { flagOf, variantOf, withEngine } from '../engine';
import { exitCodes } from '../failure';
import { answer, color, examples, width, wrap } from '../output';

/** `gatekeeper explain FLAG --user …`: what somebody gets, and why. */
export function explain(program: Command): void {
  addContextOptions(program.command('explain <flag>'))
    .summary('what somebody gets, and why')
    .description('what somebody gets now, and why: every step of the decision')
    .option('--is <variant>', 'exit with 1 unless it is this variant')
    .option('--no-store', 'leave live control out')
    .addHelpText(
      'after',
      examples(
        [`explain CHECKOUT --user '{"id":7,"plan":"growth"}'`, 'user 7; write what your rules look at'],
        [`explain CHECKOUT --user 7 --groups '{"company":{"size":40}}'`, 'with their company'],
        ['explain CHECKOUT --user 7 --is ONE_PAGE --json', 'for a script: fails unless user 7 has ONE_PAGE'],
      ),
    )
    .action((name: string, { is }: { is?: string }, command: Command) =>
      withEngine(command, ({ config, engine }) => {
        const flag = flagOf(config, name);
        if (is !== undefined) variantOf(flag, is);
        const decision: Decision = engine.for(contextOf(command)).explain(name);
        answer(command, decision, () => inWords(decision));
        if (is !== undefined && decision.variant !== is) process.exitCode = exitCodes.no;
      }),
    );
}

function inWords({ flag, variant, reason, rule, steps }: Decision): string {
  const by = rule === undefined ? reason : `${reason}: ${rule}`;
  const tried = steps.map(({ step, rule, matched, detail }) => {
    const mark = matched ? color.green('✓') : color.dim('·');
    return wrap(`  ${mark} ${rule ?? step}: ${detail}`, width(), '    ');
  });
  return [`${color.bold(flag)} is ${color.bold(variant)} (${by})`, '', ...tried].join('\n');
}
