import type { Command } from 'commander';
import { parseInstant } from '../../config/instant';
import { optionsOf } from '../../config/options';
import { loadConfig } from '../config';
import { objectOf } from '../context';
import { flagOf } from '../engine';
import { Failure } from '../failure';
import { answer, examples } from '../output';
import { withRevision, type AtRevision } from '../simulate/revision';
import { inMarkdown, inWords } from '../simulate/report';
import { simulate as run } from '../simulate/simulation';
import { eachInFile, eachOf, type Somebody } from '../simulate/users';

interface Options {
  readonly users?: string;
  readonly count?: string;
  readonly against?: string;
  readonly at?: string;
  readonly app?: string;
  readonly markdown?: true;
}

/** `gatekeeper simulate FLAG --users FILE --against REVISION`: who moves from what to what. */
export function simulate(program: Command): void {
  program
    .command('simulate <flag>')
    .summary('how many get which variant, and who moves since a git revision')
    .description(
      "how many users get which variant under the working tree's rules, and with --against who moves from what to what " +
        'since a git revision; rules alone, without live control, as production decides them',
    )
    .option('--users <file>', 'one JSON object a line: a user, or {"user":…,"groups":…,"visitor":…}; - is stdin')
    .option('--count <number>', 'so many made-up users instead, with ids from 1 on and nothing else')
    .option('--against <revision>', 'a branch, a tag, a commit, HEAD~1')
    .option('--at <instant>', 'as if it were 2026-12-01 or 2026-12-01T09:00Z: for ramps and dates')
    .option('--app <json>', `facts about the process, instead of the config's: '{"isDev":false}'`)
    .option('--markdown', "print what a pull request's comment shows")
    .addHelpText(
      'after',
      examples(
        ['simulate CHECKOUT --users users.ndjson --against origin/main', 'what a pull request does to your users'],
        [
          'simulate CHECKOUT --count 1000000 --against HEAD --markdown',
          'what is not committed yet does to a million ids',
        ],
        ['simulate LAUNCH --count 10000 --at 2026-12-24', 'how far a ramp is by then'],
      ),
    )
    .action(async (name: string, options: Options, command: Command) => {
      const everybody = audience(options);
      const at = options.at === undefined ? undefined : instantOf(options.at);
      const app = options.app === undefined ? undefined : objectOf('--app', options.app);
      const loaded = await loadConfig(command);
      const flag = flagOf(loaded.config, name);
      const compare = async (before?: AtRevision) => {
        const given = { now: loaded.config, before, app, at: at ?? (optionsOf(loaded).now ?? Date.now)() };
        const kinds = [flag.unit, ...flag.rules.map(({ unit }) => unit)].filter((unit) => !PEOPLE.has(unit));
        const result = await run(name, given, (each) => everybody(kinds, each));
        const words = { against: options.against, users: options.users ?? `ids 1 to ${options.count}` };
        answer(command, result, () => (options.markdown ? inMarkdown : inWords)(result, words));
      };
      if (options.against === undefined) await compare();
      else await withRevision(options.against, loaded.file, compare);
    });
}

const PEOPLE: ReadonlySet<string> = new Set(['user', 'visitor', 'either']);

/** Who is asked about. */
function audience({ users, count }: Options) {
  if ((users === undefined) === (count === undefined)) throw new Failure('give either --users or --count');
  const number = Number(count?.replace(/[_,]/g, ''));
  if (users === undefined && !(Number.isInteger(number) && number > 0))
    throw new Failure(`--count ${count} is no count`);
  return (kinds: readonly string[], each: (somebody: Somebody) => void): Promise<void> =>
    users === undefined ? eachOf(number, kinds, each) : eachInFile(users, each);
}

function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (Number.isNaN(instant)) throw new Failure(`--at ${text} is no date; write 2026-12-01 or 2026-12-01T09:00Z`);
  return instant;
}
