import type { Command } from 'commander';
import { show, unknownName } from '../../errors';
import type { Flag } from '../../flag';
import { addChangeOptions, change, type Made } from '../change';
import { flagOf } from '../engine';
import { Failure } from '../failure';
import { examples } from '../output';

interface Options {
  readonly reset?: true;
  readonly hold?: true;
  readonly approve?: true;
}

/** `gatekeeper rollout FLAG RULE PERCENT`: moves a percentage, or a ramp. */
export function rollout(program: Command): void {
  addChangeOptions(program.command('rollout <flag> <rule> [percent]'))
    .summary('serve another percentage')
    .description("serve another percentage than the code's; rules and their percentages: npx gatekeeper show FLAG")
    .option('--reset', "go back to the code's percentage or ramp")
    .option('--hold', 'keep a ramp at the percentage it has now')
    .option('--approve', 'let a guarded ramp go as far as the percentage')
    .addHelpText(
      'after',
      examples(
        ['rollout CHECKOUT growth 50 --reason "no errors at 25"', 'half of those the rule "growth" is for'],
        ['rollout CHECKOUT growth --reset --reason "back to the code"', 'what the code says'],
        ['rollout LAUNCH everybody --hold --reason "support is busy"', 'the ramp goes no further'],
      ),
    )
    .action((name: string, rule: string, percent: string | undefined, options: Options, command: Command) => {
      const { action, done, make } = planOf(name, rule, percent, options);
      return change(command, ({ config }) => {
        checkRule(flagOf(config, name), rule);
        return { action, flag: name, done: `${name}, rule ${rule}: ${done}`, make };
      });
    });
}

/** The one thing that is asked for. */
function planOf(
  flag: string,
  rule: string,
  percent: string | undefined,
  { reset, hold, approve }: Options,
): Omit<Made, 'flag'> {
  const without = [reset && '--reset', hold && '--hold'].filter(Boolean);
  if (without.length + (percent === undefined ? 0 : 1) !== 1 || (approve && percent === undefined))
    throw new Failure('give one of: a percentage, a percentage with --approve, --reset, --hold');
  if (reset)
    return {
      action: 'reset-rollout',
      done: 'what the code says',
      make: (live, by) => live.resetRollout(flag, rule, by),
    };
  if (hold) return { action: 'hold-ramp', done: 'held where it is', make: (live, by) => live.holdRamp(flag, rule, by) };
  const number = percentOf(percent!);
  if (approve)
    return {
      action: 'approve-ramp',
      done: `approved up to ${number} %`,
      make: (live, by) => live.approveRamp(flag, rule, number, by),
    };
  return { action: 'set-rollout', done: `${number} %`, make: (live, by) => live.setRollout(flag, rule, number, by) };
}

function percentOf(text: string): number {
  const number = /^\d+(\.\d+)?\s*%?$/.test(text) ? Number.parseFloat(text) : NaN;
  if (number <= 100) return number;
  throw new Failure(`${show(text)} is no percentage; write 0 to 100`);
}

function checkRule(flag: Flag, rule: string): void {
  const rules = [...flag.rules.map(({ name }) => name), ...flag.rollouts.keys()];
  if (!rules.includes(rule))
    throw new Failure(unknownName(`rule of ${flag.name}`, rule, rules, `see: npx gatekeeper show ${flag.name}`));
}
