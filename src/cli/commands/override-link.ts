import type { Command } from 'commander';
import { optionsOf } from '../../config/options';
import { overrideLink as linkTo } from '../../express/override-link';
import { flagOf, variantOf, withEngine } from '../engine';
import { systemUser } from '../change';
import { Failure } from '../failure';
import { answer, examples, remark } from '../output';

const SECONDS: { readonly [unit: string]: number } = { m: 60, h: 3600, d: 86_400 };

/** `gatekeeper override-link FLAG VARIANT`: a link that shares a variant. */
export function overrideLink(program: Command): void {
  program
    .command('override-link <flag> <variant>')
    .summary('a link that shares a variant')
    .description('a link that gives a variant to whoever opens it and confirms, in their browser')
    .option('--url <page>', 'the page it opens', 'http://localhost:3000/')
    .option('--expires <time>', 'when it ends: 30m, 12h, 7d', '1d')
    .option('--actor <name>', 'who made it (default: the user of this system)')
    .addHelpText(
      'after',
      `\nIt is signed with the config's secret, so run it with the environment variables\nof the app that is to open it.\n${examples(
        ['override-link CHECKOUT ONE_PAGE --url https://shop.example', 'for a colleague, until tomorrow'],
        ['override-link CHECKOUT ONE_PAGE --expires 7d', 'for a week'],
      )}`,
    )
    .action((name: string, variant: string, given: Options, command: Command) => {
      const { url, expires, actor = systemUser() } = given;
      const expiresIn = secondsOf(expires);
      if (!URL.canParse(url) || !/^https?:/.test(url)) throw new Failure(`--url ${url} is no address; write https://…`);
      return withEngine(command, ({ config, engine }) => {
        variantOf(flagOf(config, name), variant);
        const link = linkTo(engine, { [name]: variant }, { baseUrl: url, expiresIn, by: actor });
        const ends = new Date(engine.now() + expiresIn * 1000).toISOString();
        const { environment } = optionsOf(engine);
        answer(command, { link, flag: name, variant, environment, ends }, () => link);
        if (!command.optsWithGlobals().json) remark(`For the environment ${environment}, until ${ends}.`);
      });
    });
}

interface Options {
  readonly url: string;
  readonly expires: string;
  readonly actor?: string;
}

function secondsOf(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * (SECONDS[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw new Failure(`--expires ${text} is no time; write 30m, 12h or 7d`);
}
