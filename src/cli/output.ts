import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { createColors } from 'picocolors';

const { env, stdout, stderr } = process;
const coloured = Boolean(stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' && !process.argv.includes('--no-color'));

/** Colours for what goes to stdout; none where it is piped, under NO_COLOR, or with --no-color. */
export const color = createColors(coloured);

/** The columns there are: the terminal's, and 80 where there is none. */
export function width(): number {
  return stdout.columns || 80;
}

/** Prints the answer of a command: with --json `value`, else the text that `inWords` gives. */
export function answer(command: Command, value: unknown, inWords: () => string): void {
  const text = command.optsWithGlobals().json ? JSON.stringify(value, null, 2) : inWords();
  stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** A remark beside the answer: one line on stderr. */
export function remark(text: string): void {
  stderr.write(`${text}\n`);
}

/** How many columns of a terminal a text takes, colours not counted. */
export function widthOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text.replace(ANSI, ''))) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}
const graphemes = new Intl.Segmenter();
const ANSI = /\x1b\[[\d;]*m/g;
const WIDE =
  /^[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff01-\uff60]/u;

/** The text, or as much of it as fits into so many columns, with an ellipsis. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let cutText = '';
  for (const { segment } of graphemes.segment(text.replace(ANSI, ''))) {
    if (widthOf(cutText + segment) > columns - 1) break;
    cutText += segment;
  }
  return `${cutText.trimEnd()}…`;
}

/** The text in lines of at most so many columns, each but the first indented; what has no space to break at stays whole. */
export function wrap(text: string, columns = width(), indent = ''): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.trim() !== '' && widthOf(line) + 1 + widthOf(word) > columns) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Takes what room the others leave, and is cut where that is too little; of several, the last. */
  readonly flexible?: boolean;
}

/** Rows under titles, as wide as the terminal at most where a column is flexible. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))));
  const flexible = columns.findLastIndex((column) => column.flexible);
  const total = widths.reduce((sum, one) => sum + one + 2, -2);
  if (flexible >= 0 && total > width()) widths[flexible] = Math.max(8, widths[flexible]! - (total - width()));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => fit(cell, widths[at]!, columns[at]!.align))
      .join('  ')
      .trimEnd();
  return [color.dim(line(columns.map(({ title }) => title))), ...rows.map(line)].join('\n');
}

function fit(text: string, columns: number, align: Column['align']): string {
  const shown = cut(text, columns);
  const room = ' '.repeat(columns - widthOf(shown));
  return align === 'right' ? room + shown : shown + room;
}

/** A progress bar on stderr, or nothing where that is no terminal. */
export function progress(what: string, total: number): { advance(to: number): void; stop(): void } {
  if (!stderr.isTTY) return { advance() {}, stop() {} };
  const format = `${what} {bar} {percentage} %  {value} of {total}`;
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true, hideCursor: true, barsize: 24 });
  bar.start(total, 0);
  return { advance: (to) => bar.update(to), stop: () => bar.stop() };
}

/** The examples at the end of a command's help: what one types, and what it is for. */
export function examples(...pairs: readonly (readonly [line: string, why: string])[]): string {
  return `\nExamples:\n${pairs.map(([line, why]) => `  $ gatekeeper ${line}\n      ${why}`).join('\n')}\n`;
}
