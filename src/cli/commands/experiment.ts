import type { Command } from 'commander';
import { optionsOf } from '../../config/options';
import { analyse } from '../../experiments/report/analyse';
import { reportMarkdown } from '../../experiments/report/markdown';
import { experimentSize } from '../../experiments/report/size';
import { REASONS } from '../../experiments/report/words';
import { isNotComputable } from '../../experiments/stats/outcome';
import { loadConfig } from '../config';
import { quietEngine } from '../engine';
import { reportInWords, sizeInWords } from '../experiment/in-words';
import { Failure } from '../failure';
import { answer, examples } from '../output';

interface SizeOptions {
  readonly baseline: string;
  readonly mde: string;
  readonly sd?: string;
  readonly power: string;
  readonly alpha: string;
  readonly treatments: string;
  readonly share?: string;
  readonly perDay?: string;
}

/** `gatekeeper experiment size | results`: how large and long one has to be, and what came of it. */
export function experiment(program: Command): void {
  const group = program
    .command('experiment')
    .summary('how large an experiment has to be, and what came of it')
    .description('experiments: how large and long one has to be, and the verdict on it with its numbers');
  group
    .command('size')
    .summary('how large and long an experiment has to be')
    .description('how many units an experiment takes, and, with --per-day, how many weeks that is; needs no config')
    .requiredOption('--baseline <rate>', 'what the control does: 10% convert, or with --sd its mean')
    .requiredOption('--mde <percent>', 'the relative change that is worth finding: 5%')
    .option('--sd <number>', 'the standard deviation of one unit, where the metric is no conversion')
    .option('--power <percent>', 'how many such effects are found', '80%')
    .option('--alpha <percent>', 'how many experiments without effect may be called different', '5%')
    .option('--treatments <count>', 'arms beside the control', '1')
    .option('--share <percent>', "each treatment's share of all units; equal shares unless said")
    .option('--per-day <units>', 'new units a day, of all arms')
    .addHelpText(
      'after',
      examples(
        ['experiment size --baseline 10% --mde 5% --per-day 2000', '10 % convert; 10.5 % would be worth finding'],
        ['experiment size --baseline 31.50 --sd 44 --mde 3%', 'revenue per user'],
      ),
    )
    .action((options: SizeOptions, command: Command) => {
      const question = questionOf(options);
      const size = experimentSize(question);
      if (isNotComputable(size)) throw new Failure(`there is no such size: ${REASONS[size.notComputable]}`);
      answer(command, size, () => sizeInWords(size, question));
    });
  group
    .command('results <experiment>')
    .summary('the verdict on an experiment, why, and its numbers')
    .description(
      'the verdict on an experiment, why, and its numbers, from the sink that the config names; too early, it shows none',
    )
    .option('--markdown', 'print the report as Markdown, for a pull request or a wiki')
    .addHelpText(
      'after',
      examples(
        ['experiment results CHECKOUT_TEST', 'what to do, and why'],
        ['experiment results CHECKOUT_TEST --json', 'all numbers, for a script'],
      ),
    )
    .action((name: string, { markdown }: { markdown?: true }, command: Command) => results(command, name, markdown));
}

function questionOf({ baseline, sd, mde, power, alpha, treatments, share, perDay }: SizeOptions) {
  return {
    baseline: sd === undefined ? percentOf('--baseline', baseline) : numberOf('--baseline', baseline),
    effect: percentOf('--mde', mde),
    power: percentOf('--power', power),
    alpha: percentOf('--alpha', alpha),
    treatments: numberOf('--treatments', treatments),
    ...(sd !== undefined && { sd: numberOf('--sd', sd) }),
    ...(share !== undefined && { share: percentOf('--share', share) }),
    ...(perDay !== undefined && { perDay: numberOf('--per-day', perDay) }),
  };
}

function numberOf(option: string, text: string): number {
  const number = /^\d[\d,_]*(\.\d+)?$/.test(text) ? Number(text.replace(/[,_]/g, '')) : NaN;
  if (Number.isNaN(number)) throw new Failure(`${option} ${text} is no number`);
  return number;
}

/** `5%` as 0.05; a number alone could mean either. */
function percentOf(option: string, text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?) ?%$/.exec(text) ?? [];
  if (digits === undefined) throw new Failure(`${option} ${text} is no percentage, such as 5%`);
  return Number(digits) / 100;
}

async function results(command: Command, name: string, markdown: true | undefined): Promise<void> {
  const { config } = await loadConfig(command);
  const { sink } = optionsOf({ config });
  if (!sink)
    throw new Failure(
      'this config keeps exposures in the memory of each process, which no other process sees; give defineConfig a sink, ' +
        'such as sqliteSink or postgresSink',
    );
  const engine = quietEngine(config, { sink });
  try {
    await engine.ready;
    const report = await analyse(engine, name);
    answer(command, report, () => (markdown ? reportMarkdown(report) : reportInWords(report)));
  } finally {
    await engine.close();
  }
}
