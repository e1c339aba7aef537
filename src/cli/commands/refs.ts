import type { Command } from 'commander';
import { unknownName } from '../../errors';
import type { Found, Scan } from '../code/scan';
import { needTypeScript } from '../code/need';
import { loadConfig } from '../config';
import { answer, color, counted, cut, examples, progress, width, wrap } from '../output';
import { Failure, exitCodes } from '../failure';

/** So many files take a moment. */
const MANY = 1000;

/** What a flag is there for: other uses only define, require or test it. */
const OTHER = new Set(['definition', 'requires', 'test', 'live', 'override']);

/** `gatekeeper refs [FLAG]`: where flags are used, and where not. */
export function refs(program: Command): void {
  program
    .command('refs [flag]')
    .summary('every use of a flag in the code and the templates')
    .description(
      'Every use of a flag, or of all: in TypeScript, JavaScript, JSX, EJS, Pug, Nunjucks, Handlebars and Eta, by file and ' +
        'line. Then the flags that nothing uses, uses of flags that no longer exist, and names that are made as the ' +
        'program runs. Looks at the files of this folder that git does not ignore.',
    )
    .addHelpText(
      'after',
      examples(
        ['refs', 'all flags'],
        ['refs CHECKOUT', 'one of them'],
        ['refs CHECKOUT --json', 'the same for a script'],
      ),
    )
    .action(async (asked: string | undefined, _, command: Command) => {
      needTypeScript();
      const { config } = await loadConfig(command);
      const flags = [...config.compiled.keys()];
      const found = scanHere();
      const isUsed = (name: string) => found.uses.some(({ flag, kind }) => flag === name && kind !== 'definition');
      if (asked !== undefined && !flags.includes(asked) && !isUsed(asked))
        throw new Failure(unknownName('flag', asked, flags, 'see: npx gatekeeper list'));
      const list = listOf(found, flags, asked);
      if (found.problems.length > 0) process.exitCode = exitCodes.no;
      answer(command, list, () => inWords(list, asked));
    });
}

interface List {
  readonly flags: readonly { readonly flag: string; readonly uses: readonly Found[] }[];
  readonly neverUsed: readonly string[];
  readonly unknown: readonly (Found & { readonly message: string })[];
  readonly dynamic: readonly Found[];
  readonly problems: Scan['problems'];
  readonly files: number;
}

function scanHere(): Scan {
  const { scan } = require('../code/scan') as typeof import('../code/scan');
  let bar: ReturnType<typeof progress> | undefined;
  const found = scan(process.cwd(), (done, all) => (bar ??= progress('files', all > MANY ? all : 0)).advance(done));
  bar?.stop();
  return found;
}

function listOf({ uses, problems, files }: Scan, flags: readonly string[], asked: string | undefined): List {
  const wanted = asked === undefined ? flags : flags.filter((flag) => flag === asked);
  const isGone = ({ flag, kind }: Found) => flag !== undefined && !flags.includes(flag) && kind !== 'definition';
  return {
    flags: wanted.map((flag) => ({ flag, uses: uses.filter((use) => use.flag === flag) })),
    neverUsed: wanted.filter((name) => !uses.some(({ flag, kind }) => flag === name && !OTHER.has(kind))),
    unknown: uses
      .filter((use) => isGone(use) && (asked === undefined || use.flag === asked))
      .map((use) => ({ ...use, message: unknownName('flag', use.flag, flags) })),
    dynamic: uses.filter(({ flag }) => flag === undefined),
    problems,
    files,
  };
}

function inWords({ flags, neverUsed, unknown, dynamic, problems, files }: List, asked: string | undefined): string {
  const sections = [
    ...flags.map(({ flag, uses }) =>
      section(
        color.bold(flag),
        uses.map((use) => [use, use.kind]),
      ),
    ),
    neverUsed.length > 0 && `${color.bold(color.yellow('Never used'))}\n  ${neverUsed.join('\n  ')}`,
    section(
      color.bold(color.red('Not in the config')),
      unknown.map((use) => [use, use.message]),
    ),
    asked === undefined
      ? section(
          color.bold(color.yellow('Named as the program runs')),
          dynamic.map((use) => [use, use.text]),
        )
      : dynamic.length > 0 &&
        color.dim(
          wrap(
            `${counted(dynamic.length, 'more place')} may name it as the program runs: npx gatekeeper refs`,
            width(),
          ),
        ),
    problems.length > 0 &&
      `${color.bold(color.red('Not read'))}\n${problems.map(({ file, reason }) => `  ${file} ${reason}`).join('\n')}`,
    color.dim(`${counted(files, 'file')}${asked === undefined ? `, ${counted(flags.length, 'flag')}` : ''}`),
  ];
  return sections.filter(Boolean).join('\n\n');
}

function section(title: string, uses: readonly (readonly [Found, string])[]): string {
  if (uses.length === 0) return '';
  const places = uses.map(([{ file, line, column }]) => `${file}:${line}:${column}`);
  const column = Math.min(Math.max(...places.map(({ length }) => length)), Math.floor(width() * 0.6));
  const lines = uses.map(([, text], at) => {
    const place = places[at]!;
    const room = width() - 4 - Math.max(column, place.length);
    if (room >= 12) return `  ${place.padEnd(column)}  ${color.dim(cut(text, room))}`;
    return `  ${place}\n    ${color.dim(cut(text, width() - 4))}`;
  });
  return `${title}\n${lines.join('\n')}`;
}
