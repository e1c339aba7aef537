import { ts } from 'ts-morph';
import type { Span } from './edits';

/** The white space at the beginning of the line of a position. */
export function indentAt(text: string, position: number): string {
  const start = lineStart(text, position);
  return /^[ \t]*/.exec(text.slice(start, start + 200))![0];
}

export function lineStart(text: string, position: number): number {
  return Math.max(text.lastIndexOf('\n', position - 1), text.lastIndexOf('\r', position - 1)) + 1;
}

/** The lines of a statement or of an entry, where it has lines of its own; with the comments that belong to it. */
export function wholeLines(text: string, node: ts.Node, file: ts.SourceFile, end = node.end): Span {
  let start = withComments(text, node, file);
  const first = lineStart(text, start);
  const after = /^[ \t]*(?:\/\/[^\r\n]*)?(?:\r\n|\n|\r|$)/.exec(text.slice(end));
  if (text.slice(first, start).replace('\uFEFF', '').trim() !== '' || !after) {
    const gap = /^[ \t]*/.exec(text.slice(end))![0].length;
    const isAlone = /[\r\n]/.test(text[end + gap] ?? '\n');
    const before = isAlone ? /[ \t]*$/.exec(text.slice(first, start))![0].length : 0;
    return { start: start - before, end: isAlone ? end : end + gap };
  }
  start = text[first] === '\uFEFF' ? first + 1 : first;
  let stop = end + after[0].length;
  // Of two blank lines around it, or one at the edge of a block, one goes too.
  const blank = /^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(stop))?.[0];
  const before = text.slice(0, start);
  const isBlankBefore = /(?:^\uFEFF?|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)$/.test(before) || /^\uFEFF?$/.test(before);
  const isEdge = isBlankBefore || /[{[(]\s*$/.test(before);
  if (blank && isEdge) stop += blank.length;
  else if (isBlankBefore && /^\s*(?:[}\])]|$)/.test(text.slice(stop)))
    start -= /[ \t]*(?:\r\n|\n|\r)$/.exec(before)?.[0].length ?? 0;
  return { start, end: stop };
}

/** What a comment says to tools about more than the next line: pragmas, licences, regions. */
const OF_FILE =
  /^\/\/\/|@license|copyright|@(?:ts-(?:no)?check|jsx|jest-|vitest-|flow|format|fileoverview|packageDocumentation)|eslint-(?:enable|env|disable(?!-next-line|-line))|#(?:end)?region|\b(?:c8|v8|istanbul) ignore (?:start|stop|file)/i;

/** Where the comments begin that stand right above a node, without a blank line between. */
function withComments(text: string, node: ts.Node, file: ts.SourceFile): number {
  let start = node.getStart(file);
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  // Above the first import stands what the file is about.
  const isTop = node === file.statements[0] && (ts.isImportDeclaration(node) || /\brequire\(/.test(node.getText(file)));
  for (const comment of comments.toReversed()) {
    const between = text.slice(comment.end, start);
    const own = text.slice(lineStart(text, comment.pos), comment.pos).trim() === '';
    const isHeader = isTop || OF_FILE.test(text.slice(comment.pos, comment.end));
    if (!own || isHeader || (between.match(/\r\n|\n|\r/g) ?? []).length > 1) break;
    start = comment.pos;
  }
  return start;
}

/** What takes `width` characters of white space from the lines of a span, but for those inside of texts. */
export function dedent(text: string, span: Span, width: number, isText: (position: number) => boolean): Span[] {
  const found: Span[] = [];
  if (width <= 0) return found;
  for (let at = span.start; ;) {
    const next = /\r\n|\n|\r/.exec(text.slice(at, span.end));
    if (!next) return found;
    at += next.index + next[0].length;
    const room = /^[ \t]*/.exec(text.slice(at, at + width))![0].length;
    if (room > 0 && !isText(at)) found.push({ start: at, end: at + room });
  }
}
