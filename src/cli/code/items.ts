import { ts } from 'ts-morph';
import type { Folding } from './fold';
import { lineStart, wholeLines } from './lines';

/** Takes one out of a list that commas separate: an argument, an entry, a name in braces. */
export function removeItem(item: ts.Node, list: readonly ts.Node[], { edits, text, file }: Folding): void {
  const at = list.indexOf(item);
  const next = list[at + 1];
  const previous = list[at - 1];
  const comma = /^\s*,/.exec(text.slice(item.end))?.[0].length ?? 0;
  const start = item.getStart(file);
  const { parent } = item;
  if (list.length === 1 && (ts.isObjectLiteralExpression(parent) || ts.isArrayLiteralExpression(parent)))
    return edits.replace(parent.getStart(file) + 1, parent.end - 1);
  const hasOwnLine =
    text.slice(lineStart(text, start), start).trim() === '' &&
    /^[ \t]*(?:\/\/[^\r\n]*)?(?:[\r\n]|$)/.test(text.slice(item.end + comma));
  if (hasOwnLine) {
    const lines = wholeLines(text, item, file, item.end + comma);
    return edits.replace(lines.start, lines.end);
  }
  if (next) return edits.replace(start, next.getStart(file));
  if (!previous) return edits.replace(start, item.end + comma);
  // With the comma before it, unless the one before goes too and takes it along.
  const isGone = edits.covers({ start: previous.getStart(file), end: previous.end });
  edits.replace(isGone ? start : previous.end, item.end);
}
