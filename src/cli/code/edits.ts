/** A piece of text put in the place of `[start, end)`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Which of two edits at one place comes first: what closes, before what opens. */
  readonly side: 'open' | 'close';
}

/** A piece of source text, such as a node of its syntax tree. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The splices of one file. What is not named by one keeps its bytes. */
export class Edits {
  readonly list: Edit[] = [];

  replace(start: number, end: number, text = '', side: Edit['side'] = 'open'): void {
    if (end > start || text !== '') this.list.push({ start, end, text, side });
  }

  /** Puts a text before whatever is done to what follows. */
  before(position: number, text: string): void {
    this.replace(position, position, text, 'close');
  }

  /** Deletes all of a span but some pieces of it, and puts texts around and between them. */
  keepOnly({ start, end }: Span, pieces: readonly Span[], { open = '', between = '', close = '' } = {}): void {
    if (pieces.length === 0) return this.replace(start, end, open + close);
    let at = start;
    for (const [index, piece] of pieces.entries()) {
      this.replace(at, piece.start, index === 0 ? open : between);
      at = piece.end;
    }
    this.replace(at, end, close, 'close');
  }

  /** Takes back what was done inside of a span, but not inside of some pieces of it. */
  forget(whole: Span, pieces: readonly Span[]): void {
    const isIn = (edit: Edit, { start, end }: Span) => edit.start >= start && edit.end <= end;
    const isKept = (edit: Edit) =>
      pieces.some(
        (piece) => isIn(edit, piece) && (edit.start > piece.start || edit.end > edit.start) && edit.start < piece.end,
      );
    const left = this.list.filter((edit) => !isIn(edit, whole) || isKept(edit));
    this.list.splice(0, this.list.length, ...left);
  }

  /** Whether all of a span goes, or is replaced. */
  covers({ start, end }: Span): boolean {
    return this.list.some((edit) => edit.end > edit.start && edit.start <= start && edit.end >= end);
  }
}

/** In the order in which they are applied, without those inside of others. */
function inOrder(edits: readonly Edit[]): Edit[] {
  const numbered = edits.map((edit, order) => ({ edit, order }));
  numbered.sort(
    (a, b) =>
      a.edit.start - b.edit.start ||
      sideOf(a.edit) - sideOf(b.edit) ||
      (a.edit.side === 'close' ? b.order - a.order : a.order - b.order),
  );
  const kept: Edit[] = [];
  let end = -1;
  for (const { edit } of numbered) {
    const last = kept.at(-1);
    if (edit.start < end && last) {
      // Overlapping deletions are one; what is inside of one goes with it.
      if (edit.end > end) kept[kept.length - 1] = { ...last, end: (end = edit.end), text: last.text + edit.text };
      continue;
    }
    if (last && edit.start === last.start && edit.end > edit.start && last.end > last.start) continue;
    kept.push(edit);
    end = Math.max(end, edit.end);
  }
  return kept;
}

/** What is only put in comes before what is taken out, or it would go with it. */
function sideOf({ start, end, side }: Edit): number {
  if (end > start) return 2;
  return side === 'close' ? 0 : 1;
}

/** Edits, and what takes out the blank line that would be left at the end of a block where several things before it went. */
export function withoutBlankEnds(text: string, edits: readonly Edit[]): Edit[] {
  const found = [...edits];
  let [start, end] = [-1, -1];
  for (const edit of inOrder(edits)) {
    if (edit.start !== end) start = edit.start;
    end = edit.text === '' ? edit.end : -1;
    const blank = /\n([ \t]*(?:\r\n|\n))$/.exec(text.slice(0, start))?.[1];
    if (blank && text[end - 1] === '\n' && /^[ \t]*\}/.test(text.slice(end)))
      found.push({ start: start - blank.length, end: start, text: '', side: 'open' });
  }
  return found;
}

/** The text with the edits made. `moved` is told where in the result each of them lies. */
export function apply(text: string, edits: readonly Edit[], moved?: (span: Span) => void): string {
  let result = '';
  let at = 0;
  for (const edit of inOrder(edits)) {
    result += text.slice(at, edit.start);
    moved?.({ start: result.length, end: result.length + edit.text.length });
    result += edit.text;
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at);
}
