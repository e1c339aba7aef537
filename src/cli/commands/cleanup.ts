import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { unknownName } from '../../errors';
import { showChanges, writeChanges } from '../changes';
import { isClean, wasEver } from '../code/git-state';
import { needTypeScript } from '../code/need';
import type { Note, Plan } from '../code/plan';
import { loadConfig, type LoadedConfig } from '../config';
import { variantOf } from '../engine';
import { Failure, exitCodes } from '../failure';
import { answer, color, counted, examples, step, width, wrap } from '../output';

interface Options {
  readonly keep: string;
  readonly write?: true;
  readonly force?: true;
  readonly leaveTemplates?: true;
  readonly leaveDynamic?: true;
  readonly leaveOutside?: true;
}

/** `gatekeeper cleanup FLAG --keep VARIANT`: takes a flag out of the code. */
export function cleanup(program: Command): void {
  program
    .command('cleanup <flag>')
    .summary('take a flag and every use of it out of the code')
    .description(
      'Takes a flag out of the code, as if everybody had one variant: checks and all that hangs on them, guards, hooks, ' +
        'EJS conditions, overrides in tests, the class and its enum, and imports that nothing uses any more. Shows the ' +
        'diff; writes with --write, all of it or nothing, and only what still type-checks. What it cannot prove it ' +
        'lists, and refuses. It looks at the files of this folder that git does not ignore.',
    )
    .requiredOption('--keep <variant>', 'the variant that everybody gets from now on')
    .option('--write', 'write it, where everything here is committed')
    .option('--force', 'write it also where something is not committed')
    .option('--leave-templates', 'leave uses in Pug, Nunjucks, Handlebars and Eta as they are')
    .option('--leave-dynamic', 'leave flags that are named as the program runs as they are')
    .option('--leave-outside', 'leave uses of that name in other folders of the repository as they are')
    .addHelpText(
      'after',
      examples(
        ['cleanup CHECKOUT --keep ONE_PAGE', 'shows what would change'],
        ['cleanup CHECKOUT --keep ONE_PAGE --write', 'changes it'],
      ),
    )
    .action(async (name: string, options: Options, command: Command) => {
      needTypeScript();
      const { planCleanup } = require('../code/plan') as typeof import('../code/plan');
      const loaded = await loadConfig(command);
      const flag = loaded.config.compiled.get(name);
      if (!flag) return nothing(name, loaded, command);
      const keep = variantOf(flag, options.keep);
      const folder = process.cwd();
      const { file: config } = loaded;
      const plan = planCleanup({ folder, config, flag: name, keep, variants: flag.variants, tell: step });
      step();
      const refusals = refusalsOf(plan, options);
      const dirty = options.write && !options.force && isClean(folder) !== true;
      const written = Boolean(options.write) && refusals.length === 0 && !dirty;
      if (written) writeChanges(plan.changes.map((change) => ({ ...change, file: resolve(folder, change.file) })));
      if (refusals.length > 0 || dirty) process.exitCode = exitCodes.no;
      const shown = { flag: name, keep, written, ...plan, refusals };
      answer(command, shown, () => inWords(shown, dirty ? whyDirty(folder) : '', options));
    });
}

/** The flag is not in the config: taken out already, gone with uses left, or mistyped. */
function nothing(name: string, { config, file }: LoadedConfig, command: Command): void {
  const { scan } = require('../code/scan') as typeof import('../code/scan');
  const left = scan(process.cwd()).uses.filter(({ flag }) => flag === name);
  const names = [...config.compiled.keys()];
  if (left.length > 0) {
    const places = left.map((use) => `  ${use.file}:${use.line}:${use.column}`).join('\n');
    throw new Failure(`${name} is not in the config any more, but in use:\n${places}`, exitCodes.no);
  }
  const message = unknownName('flag', name, names);
  if (message.includes('did you mean') && !wasEver(name, process.cwd(), relative(process.cwd(), file)))
    throw new Failure(message);
  answer(command, { flag: name, written: false, changes: [] }, () => `Nothing to do: ${name} is in no code here.`);
}

interface Refusal {
  readonly title: string;
  readonly notes: readonly Note[];
}

/** Why nothing may be written. */
function refusalsOf(plan: Plan, { leaveTemplates, leaveDynamic, leaveOutside }: Options): Refusal[] {
  const refusals: Refusal[] = [
    { title: 'Cannot be taken out by machine', notes: plan.refused },
    {
      title: 'In templates that are not edited (change them by hand, or use --leave-templates)',
      notes: leaveTemplates ? [] : plan.templates,
    },
    {
      title: 'May ask for it by a name made as the program runs (look at it, then use --leave-dynamic)',
      notes: leaveDynamic ? [] : plan.dynamic,
    },
    {
      title: 'In the same repository, but not in this folder (run it above, or use --leave-outside)',
      notes: leaveOutside ? [] : plan.outside,
    },
    { title: 'Would no longer type-check', notes: plan.errors.map((why) => ({ at: '', why })) },
  ];
  return refusals.filter(({ notes }) => notes.length > 0);
}

function whyDirty(folder: string): string {
  return isClean(folder) === undefined
    ? 'Not written: this is no git repository. To write all the same: --force'
    : 'Not written: something here is not committed. Commit it first, or use --force';
}

type Shown = Plan & {
  readonly written: boolean;
  readonly flag: string;
  readonly refusals: readonly Refusal[];
  readonly keep: string;
};

function inWords(
  { changes, refusals, mentions, written, flag, keep }: Shown,
  dirty: string,
  { write }: Options,
): string {
  const columns = width();
  const line = ({ at, why }: Note) => wrap(`  ${at && `${at}  `}${why}`, columns, '    ');
  const list = ({ title, notes }: Refusal) => [wrap(color.red(title), columns), ...notes.map(line)].join('\n');
  const files = counted(changes.length, 'file');
  const end = () => {
    if (refusals.length > 0) return color.red('Refused: nothing was written.');
    if (dirty) return color.red(wrap(dirty, columns));
    if (written) return `${color.green('Written')}: ${files}; ${flag} is gone, and everybody has ${keep}.`;
    return `${files} would change. To write it: npx gatekeeper cleanup ${flag} --keep ${keep} --write`;
  };
  const parts = [
    !write || written
      ? showChanges(changes.map((change) => ({ ...change, file: resolve(change.file) }))).trimEnd()
      : '',
    refusals.length === 0 && mentions.length > 0
      ? list({ title: color.yellow('Still named in'), notes: mentions })
      : '',
    ...refusals.map(list),
    end(),
  ];
  return parts.filter(Boolean).join('\n\n');
}
