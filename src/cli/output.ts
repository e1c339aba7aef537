import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { createColors } from 'picocolors';

const { env, stdout, stderr } = process;
const wanted = !env.NO_COLOR && env.TERM !== 'dumb' && !process.argv.includes('--no-color');

/** Colours for what goes to stdout; none where it is piped, under NO_COLOR, or with --no-color. */
export const color = createColors(wanted && Boolean(stdout.isTTY));
/** Likewise for stderr. */
export const errorColor = createColors(wanted && Boolean(stderr.isTTY));

/** The columns there are: the terminal's, and 80 where there is none. */
export function width(): number {
  return stdout.columns || Number(env.COLUMNS) || 80;
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
  const [start = ''] = /^ */.exec(text) ?? [];
  const lines = [start];
  for (const word of text.slice(start.length).split(' ')) {
    const line = lines.at(-1)!;
    const joint = line.trim() === '' ? '' : ' ';
    if (joint && widthOf(line) + 1 + widthOf(word) > columns) lines.push(indent + word);
    else lines[lines.length - 1] = line + joint + word;
  }
  return lines.join('\n');
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be narrower than its texts where the terminal is: they are then cut, or go on in further lines. */
  readonly flexible?: 'cut' | 'wrap';
}

/** Rows under titles, as wide as the terminal at most where columns are flexible; the last one gives way first. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))));
  let excess = stdout.isTTY || env.COLUMNS ? widths.reduce((sum, one) => sum + one + 2, -2) - width() : 0;
  for (let at = columns.length - 1; at >= 0; at--) {
    if (!columns[at]!.flexible || excess <= 0) continue;
    const words = columns[at]!.flexible === 'wrap' ? rows.flatMap((row) => row[at]!.split(' ')) : [];
    const narrowest = Math.min(widths[at]!, Math.max(NARROW, ...words.map(widthOf)));
    const narrower = Math.max(narrowest, widths[at]! - excess);
    excess -= widths[at]! - narrower;
    widths[at] = narrower;
  }
  const lines = (cells: readonly string[]): readonly string[] => {
    const fitted = cells.map((cell, at) =>
      columns[at]!.flexible === 'wrap' ? wrap(cell, widths[at]).split('\n') : [cut(cell, widths[at]!)],
    );
    const height = Math.max(...fitted.map((one) => one.length));
    return Array.from({ length: height }, (_, line) =>
      fitted
        .map((one, at) => pad(one[line] ?? '', widths[at]!, columns[at]!.align))
        .join('  ')
        .trimEnd(),
    );
  };
  return [...lines(columns.map(({ title }) => title)).map(color.dim), ...rows.flatMap(lines)].join('\n');
}

/** No column is made narrower than this, nor than a word of one that goes on in further lines. */
const NARROW = 10;

function pad(text: string, columns: number, align: Column['align']): string {
  const room = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return align === 'right' ? room + text : text + room;
}

/** A progress bar on stderr, or nothing where that is no terminal or the total is 0; `share` shows percentages alone. */
export function progress(what: string, total: number, shown: 'count' | 'share' = 'count'): ProgressBar {
  if (!stderr.isTTY || total === 0) return { advance() {}, stop() {} };
  const format = `${what} {bar} {percentage} %${shown === 'count' ? '  {value} of {total}' : ''}`;
  const bar = new SingleBar({
    format,
    stream: stderr,
    clearOnComplete: true,
    linewrap: true, // nothing of the terminal is changed that Ctrl+C would leave so
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    formatValue: (value) => count(value),
  });
  bar.start(total, 0);
  return { advance: (to) => bar.update(to), stop: () => bar.stop() };
}

/** Says on a terminal what takes its time just now, in the place of what was said before; with nothing to say, takes it back. */
export function step(text = ''): void {
  if (stderr.isTTY) stderr.write(`\r\x1b[K${errorColor.dim(cut(text, width() - 1))}`);
}

export interface ProgressBar {
  advance(to: number): void;
  stop(): void;
}

/** `1,000,000` */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** `1 file`, `1,000 files` */
export function counted(number: number, one: string): string {
  return `${count(number)} ${one}${number === 1 ? '' : 's'}`;
}

/** `33.3 %` of a whole; three digits, so that little is not nothing. */
export function share(part: number, whole: number): string {
  return `${((100 * part) / (whole || 1)).toLocaleString('en', { maximumSignificantDigits: 3 })} %`;
}

/** The examples at the end of a command's help: what one types, and what it is for. */
export function examples(...pairs: readonly (readonly [line: string, why: string])[]): string {
  return `\nExamples:\n${pairs.map(([line, why]) => `  $ npx gatekeeper ${line}\n      ${why}`).join('\n')}\n`;
}
