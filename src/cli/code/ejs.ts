import type { Edit, Span } from './edits';

/** An EJS (or Eta) template as one program of JavaScript, and the way back from its positions. */
export interface Scriptlets {
  readonly code: string;
  /** A position in the template for one in the code. */
  toTemplate(position: number): number;
  /** Edits of the code as edits of the template. */
  edits(edits: readonly Edit[]): Edit[];
}

interface Tag extends Span {
  /** `<%`, `<%=`, `<%-`, `<%_`, `<%#`, `<%~`. */
  readonly opening: string;
  readonly inner: Span;
  readonly closing: string;
}

/** A piece of the template, and what it is in the code. */
interface Piece {
  readonly code: Span;
  readonly template: Span;
  readonly kind: 'text' | 'open' | 'code' | 'output' | 'close';
}

/** Stands for a piece of text that the template prints. */
const PRINTED = '$printed';

/** The line break and the semicolon in front of it. */
const BEFORE_PRINTED = 2;

/** The tags of a template. @throws SyntaxError where one has no end */
function tagsOf(text: string): Tag[] {
  const tags: Tag[] = [];
  const opening = /<%%|%%>|<%[-=_#~]?/g;
  for (let found; (found = opening.exec(text));) {
    if (found[0] === '<%%' || found[0] === '%%>') continue;
    const from = found.index + found[0].length;
    const to = text.indexOf('%>', from);
    if (to === -1) throw new SyntaxError(`the tag ${found[0]} at line ${lineOf(text, found.index)} has no end`);
    const trims = /[-_]/.test(text[to - 1] ?? '') && to - 1 >= from;
    const inner = { start: from, end: trims ? to - 1 : to };
    tags.push({
      start: found.index,
      end: to + 2,
      opening: found[0],
      inner,
      closing: text.slice(inner.end, to + 2),
    });
    opening.lastIndex = to + 2;
  }
  return tags;
}

/** The JavaScript of a template: scriptlets as they are, what is printed as calls. */
export function scriptletsOf(text: string): Scriptlets {
  let code = '';
  const pieces: Piece[] = [];
  const add = (made: string, template: Span, kind: Piece['kind']) => {
    pieces.push({ code: { start: code.length, end: code.length + made.length }, template, kind });
    code += made;
  };
  let at = 0;
  let closing = '%>';
  const printText = (end: number, opening = '<%') => {
    const piece = text.slice(at, end);
    const printed = trimmedBefore(piece.slice(trimmedAfter(piece, closing)), opening);
    add(printed === '' ? '' : `\n;${PRINTED}();`, { start: at, end }, 'text');
  };
  for (const tag of tagsOf(text)) {
    printText(tag.start, tag.opening);
    const { start, end } = tag.inner;
    const prints = /[-=~]$/.test(tag.opening);
    add(prints ? `\n;${PRINTED}(` : '\n', { start: tag.start, end: start }, 'open');
    if (tag.opening === '<%#') add('', tag.inner, 'text');
    else add(text.slice(start, end), tag.inner, prints ? 'output' : 'code');
    add(prints ? '\n);' : '\n', { start: end, end: tag.end }, 'close');
    at = tag.end;
    closing = tag.closing;
  }
  printText(text.length);

  // Edits begin and end in code: where they reach into what is printed, at the end of the code before or the start of that after.
  const codes = pieces.filter(({ kind }) => kind === 'code' || kind === 'output');
  const toTemplate = (position: number) => {
    const inside = codes.find(({ code: { start, end } }) => start <= position && position <= end);
    if (inside) return inside.template.start + position - inside.code.start;
    const piece = pieces.find(({ code: { start, end } }) => start <= position && position < end);
    const into = piece ? position - piece.code.start : 0;
    const isBefore = piece !== undefined && into <= BEFORE_PRINTED && !(piece.kind === 'open' && into === 0);
    const near = isBefore
      ? codes.findLast(({ code: { end } }) => end < position)
      : codes.find(({ code: { start } }) => start > position);
    if (near?.kind === 'output') throw new SyntaxError('an edit would take a tag apart');
    if (isBefore) return near?.template.end ?? 0;
    return near?.template.start ?? text.length;
  };
  return {
    code,
    toTemplate,
    edits: (edits) => edits.map((edit) => ({ ...edit, start: toTemplate(edit.start), end: toTemplate(edit.end) })),
  };
}

/** Takes out the tags in which edits have left nothing, where the template then prints what it printed. */
export function withoutEmptyTags(text: string, edited: readonly Span[]): string {
  let result = '';
  let at = 0;
  for (const tag of tagsOf(text)) {
    const isTouched = edited.some(({ start, end }) => start >= tag.start && end <= tag.end);
    const word = wordIn(tag, text);
    if (!isTouched || !(isEmpty(tag, text) || word !== undefined)) continue;
    result += trimmedBefore(text.slice(at, tag.start), tag.opening) + (word ?? '');
    at = tag.end;
    at += trimmedAfter(text.slice(at), tag.closing);
  }
  result += text.slice(at);
  // A tag that trims may have come next to what the tags between kept from it.
  return printedBy(result) === printedBy(text) ? result : text;
}

function isEmpty({ opening, inner }: Tag, text: string): boolean {
  return /^<%_?$/.test(opening) && /^[\s;]*$/.test(text.slice(inner.start, inner.end));
}

/** The word that a tag prints, where it prints one that needs no escaping. */
function wordIn({ opening, inner, closing }: Tag, text: string): string | undefined {
  if (closing !== '%>' || !/^<%[-=]$/.test(opening)) return undefined;
  const word = /^\s*(?:'([\w .,:!?()/-]*)'|"([\w .,:!?()/-]*)")\s*$/.exec(text.slice(inner.start, inner.end));
  return word ? (word[1] ?? word[2]) : undefined;
}

/** All that a template prints, with its code between. */
function printedBy(text: string): string {
  let printed = '';
  let at = 0;
  let closing = '%>';
  const add = (end: number, opening = '<%') => {
    const piece = text.slice(at, end);
    printed += trimmedBefore(piece.slice(trimmedAfter(piece, closing)), opening);
  };
  for (const tag of tagsOf(text)) {
    add(tag.start, tag.opening);
    if (!isEmpty(tag, text)) printed += wordIn(tag, text) ?? `\0${text.slice(tag.inner.start, tag.inner.end)}\0`;
    at = tag.end;
    closing = tag.closing;
  }
  add(text.length);
  return printed;
}

/** The text before a tag, without what its opening takes away. */
function trimmedBefore(text: string, opening: string): string {
  return opening === '<%_' ? text.replace(/[ \t]+$/, '') : text;
}

/** How much of the text after a tag its closing takes away. */
function trimmedAfter(text: string, closing: string): number {
  if (closing === '%>') return 0;
  return (closing === '_%>' ? /^[ \t]*(?:\r\n|\r|\n)?/ : /^(?:\r\n|\r|\n)?/).exec(text)![0].length;
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
