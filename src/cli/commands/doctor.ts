import type { Command } from 'commander';
import { unknownName } from '../../errors';
import { figureInWords, type Figure } from '../../lifecycle/figures';
import { hygieneOf, type Hygiene } from '../../lifecycle/hygiene';
import type { FlagLifecycle } from '../../lifecycle/lifecycle';
import { inMarkdown } from '../../lifecycle/markdown';
import { SHOWN, TARGETS, type Lifecycle, type Targets } from '../../lifecycle/policy';
import { days } from '../../lifecycle/words';
import { withEngine, type Opened } from '../engine';
import { Failure, exitCodes } from '../failure';
import { gitDates } from '../git-dates';
import { answer, color, examples, remark, table, width, widthOf, wrap, type Column } from '../output';

/** So many changes are looked through for since when something is as it is. */
const CHANGES = 10_000;

/** `gatekeeper doctor`: where each flag is in its life, and the team's figures. */
export function doctor(program: Command): void {
  program
    .command('doctor')
    .summary('which flags are stale, why, and what to do about each')
    .description(
      'Where each flag is in its life (draft, active, rolled out, stale, archived) and why, what else is wrong with it, ' +
        'and the figures of the team against its targets. Ages come from git where a class states no created.',
    )
    .option('--ci', 'end with 1 where a target is missed')
    .option('--markdown', 'print the report as Markdown, for a pull request or a wiki')
    .option('--target <name=number>', `another target: ${targetsInWords()}`, withTarget)
    .option('--no-store', 'judge by the code and git alone')
    .addHelpText(
      'after',
      examples(
        ['doctor', 'every flag, the stale ones first'],
        ['doctor --ci', 'in CI, once a day: fails from the day a flag is stale'],
        ['doctor --ci --target active=40 --target age=60', 'with targets of your own'],
        ['doctor --markdown > flags.md', 'the report as a file'],
      ),
    )
    .action((options: Options, command: Command) =>
      withEngine(command, async (opened) => {
        const hygiene = await examine(opened, options);
        answer(command, hygiene, () => (options.markdown ? inMarkdown(hygiene) : inWords(hygiene)));
        if (options.ci && hygiene.figures.some(({ met }) => !met)) process.exitCode = exitCodes.no;
      }),
    );
}

interface Options {
  readonly ci?: true;
  readonly markdown?: true;
  readonly target?: Partial<Targets>;
  readonly store: boolean;
}

async function examine({ engine, ...loaded }: Opened, { target, store }: Options): Promise<Hygiene> {
  const [{ dates, problem }, counts, changes] = await Promise.all([
    gitDates(loaded),
    engine.live.counts(),
    engine.live.history({ limit: CHANGES }),
  ]);
  const { ignored, store: kept } = engine.status();
  const { state } = engine.live;
  const now = engine.now();
  const hygiene = hygieneOf(engine.flags(), { now, live: state.flags, changes, counts, ignored, dates }, target);
  if (problem !== undefined && hygiene.ageless > 0) remark(`ages are not known: ${problem}`);
  if (!hygiene.counted && store) remark(`which flags are not used is not known: ${uncounted(kept)}`);
  return hygiene;
}

function uncounted(store: string): string {
  return store === 'memory'
    ? 'this config keeps its counts in the memory of each process'
    : 'the store has counted no decisions';
}

function targetsInWords(): string {
  const { active, stale, age, unowned } = TARGETS;
  return `active (fewer than ${active}), stale (at most ${stale}), age (under ${age} days on average), unowned (at most ${unowned})`;
}

function withTarget(given: string, targets: Partial<Targets> = {}): Partial<Targets> {
  const [, name = '', number] = /^([^=]*)=(\d+(?:\.\d+)?)$/.exec(given) ?? [];
  if (number === undefined) throw new Failure(`--target ${given} is no target; write --target active=30`);
  if (!Object.hasOwn(TARGETS, name))
    throw new Failure(
      unknownName('target', name, Object.keys(TARGETS), `there are ${Object.keys(TARGETS).join(', ')}`),
    );
  return { ...targets, [name]: Number(number) };
}

const PAINT: { readonly [S in Lifecycle]: (text: string) => string } = {
  stale: color.red,
  'rolled out': color.yellow,
  draft: color.dim,
  active: color.green,
  archived: color.dim,
};

function inWords(hygiene: Hygiene): string {
  if (hygiene.flags.length === 0) return 'No flags yet. Write one with: npx gatekeeper new MY_FLAG';
  const sections = SHOWN.filter((state) => hygiene.states[state] > 0).map((state) => {
    const flags = hygiene.flags.filter((flag) => flag.state === state);
    const title = PAINT[state](color.bold(`${state.toUpperCase()} (${flags.length})`));
    const due = flags.filter(({ next, remarks }) => next || remarks.length > 0);
    const others = flags.filter((flag) => !due.includes(flag));
    const parts = [[title, ...due.map(entry)].join('\n'), ...(others.length > 0 ? [rows(others)] : [])];
    return parts.join(due.length > 0 ? '\n\n' : '\n');
  });
  return [...sections, summary(hygiene)].join('\n\n');
}

/** A flag that somebody should look at. */
function entry({ flag, reasons, next, remarks, owner, kind, age, permanent }: FlagLifecycle): string {
  const facts = [age !== undefined && days(age), owner, kind, permanent && kind !== 'permission' && 'permanent'];
  const text = (what: string, mark = ' ') => wrap(`  ${mark} ${what}`, width(), '    ');
  return [
    wrap(`${color.bold(flag)}  ${color.dim(facts.filter(Boolean).join(', '))}`.trimEnd(), width(), '    '),
    ...reasons.map((reason) => text(reason.text)),
    ...(next ? [text(color.cyan(next.run), '→'), text(color.dim(`or ${next.or}`))] : []),
    ...remarks.map((one) => text(one.text, color.yellow('!'))),
  ].join('\n');
}

/** Flags with which all is well. */
function rows(flags: readonly FlagLifecycle[]): string {
  const columns: Column[] = [
    { title: 'FLAG', flexible: 'wrap' },
    { title: 'AGE', align: 'right' },
    { title: 'OWNER', flexible: 'wrap' },
    { title: 'KIND' },
    { title: 'WHY', flexible: 'wrap' },
  ];
  const cells = flags.map(({ flag, age, owner = '-', kind = '-', reasons }) => [
    color.bold(flag),
    ...[age === undefined ? '-' : days(age), owner, kind, reasons.map(({ text }) => text).join('; ')],
  ]);
  const used = columns.map((_, at) => cells.some((row) => row[at] !== '-'));
  return table(
    columns.filter((_, at) => used[at]),
    cells.map((row) => row.filter((_, at) => used[at])),
  );
}

function summary({ figures, permanent, ageless }: Hygiene): string {
  const lines = figures.map((figure) => figureInWords(figure));
  const column = (at: number) => Math.max(...lines.map((line) => widthOf(line[at]!)));
  const [first, second] = [column(0), column(1)];
  const rows = lines.map(([title, value, target], at) => {
    const mark = figures[at]!.met ? color.green('✓') : color.red('✗');
    return `${mark} ${title.padEnd(first)}  ${value.padStart(second)}  ${color.dim(target)}`;
  });
  const notes = [
    permanent > 0 &&
      `Not counted in active and age: ${permanent} that ${permanent === 1 ? 'is' : 'are'} meant to stay.`,
    ageless > 0 && `Of ${ageless}, the age is not known.`,
  ].filter((note) => note !== false);
  return [...rows, ...(notes.length > 0 ? [color.dim(wrap(notes.join(' ')))] : []), '', verdict(figures)].join('\n');
}

function verdict(figures: readonly Figure[]): string {
  const missed = figures.filter(({ met }) => !met).length;
  if (missed === 0) return color.green('Every target is met.');
  return color.red(missed === 1 ? 'One target is missed.' : `${missed} targets are missed.`);
}
