import { color, count, counted, share, table, wrap } from '../output';
import type { Result } from './simulation';

/** What was asked for, as it was written. */
export interface Asked {
  readonly against: string | undefined;
  readonly users: string;
}

/** For a terminal. */
export function inWords(result: Result, asked: Asked): string {
  const { flag, users, moves, before, against } = result;
  const compared = against === null ? '' : `; this working tree against ${asked.against} (${against})`;
  const lines = [
    wrap(`${color.bold(flag)} for ${counted(users, 'user')} (${asked.users})${compared}`),
    '',
    distribution(result),
  ];
  if (against !== null && before === null) lines.push('', `${asked.against} does not have this flag: it is new.`);
  if (before !== null) lines.push('', moved(result));
  if (moves.length > 0)
    lines.push(
      table(
        [
          { title: '  FROM' },
          { title: '' },
          { title: 'TO' },
          { title: 'USERS', align: 'right' },
          { title: '', align: 'right' },
        ],
        moves.map(({ from, to, users: some }) => [`  ${from}`, '→', to, count(some), share(some, users)]),
      ),
    );
  for (const line of failed(result)) lines.push('', color.yellow(line));
  return lines.join('\n');
}

function distribution({ users, now, before }: Result): string {
  const right = 'right' as const;
  const titles = ['VARIANT', ...(before ? ['BEFORE', '', 'NOW', '', 'CHANGE'] : ['USERS', ''])];
  return table(
    titles.map((title, at) => ({ title, align: at > 0 ? right : undefined })),
    variants({ now, before }).map((variant) => {
      const is = now[variant] ?? 0;
      if (!before) return [variant, count(is), share(is, users)];
      const was = before[variant] ?? 0;
      return [variant, count(was), share(was, users), count(is), share(is, users), signed(is - was)];
    }),
  );
}

function variants({ now, before }: Pick<Result, 'now' | 'before'>): readonly string[] {
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(now)])];
}

function moved({ moves, users }: Pick<Result, 'moves' | 'users'>): string {
  const all = moves.reduce((sum, move) => sum + move.users, 0);
  if (all === 0) return 'Nobody moves.';
  return `${count(all)} of ${count(users)} ${all === 1 ? 'moves' : 'move'} (${share(all, users)}).`;
}

function failed({ errors, against }: Result): readonly string[] {
  const line = (some: number, where: string) =>
    some > 0 ? [`${counted(some, 'decision')} failed ${where} and got off; npx gatekeeper explain says why.`] : [];
  return [...line(errors.now, 'here'), ...line(errors.before, `at ${against}`)];
}

function signed(change: number): string {
  return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${count(Math.abs(change))}`;
}

/** For a pull request's comment. */
export function inMarkdown(result: Result, asked: Asked): string {
  const { flag, users, now, before, against, moves } = result;
  const cell = (some: number) => `${count(some)} (${share(some, users)})`;
  const heading = before === null ? `${counted(users, 'user')}` : moved(result).replace(/\.$/, '');
  const lines = [`### ${code(flag)}: ${heading}`, ''];
  if (before === null) {
    lines.push('| variant | users |', '|---|---:|');
    for (const variant of variants(result)) lines.push(`| ${code(variant)} | ${cell(now[variant] ?? 0)} |`);
  } else {
    lines.push(`| variant | at ${code(asked.against!)} (${against}) | here | change |`, '|---|---:|---:|---:|');
    for (const variant of variants(result)) {
      const [was, is] = [before[variant] ?? 0, now[variant] ?? 0];
      lines.push(`| ${code(variant)} | ${cell(was)} | ${cell(is)} | ${signed(is - was)} |`);
    }
  }
  if (moves.length > 0) lines.push('', '| from | to | users |', '|---|---|---:|');
  for (const { from, to, users: some } of moves) lines.push(`| ${code(from)} | ${code(to)} | ${cell(some)} |`);
  if (against !== null && before === null) lines.push('', `New: ${code(asked.against!)} does not have this flag.`);
  for (const line of failed(result)) lines.push('', `**${line}**`);
  return [...lines, '', `By the rules in code alone, without live control; users: ${code(asked.users)}.`].join('\n');
}

/** Code in a cell of a table. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
