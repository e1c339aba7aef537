import { ts } from 'ts-morph';
import { isPackage } from './answers';
import { attribute } from './find-uses';
import { fold, foldExpression, foldInside, span, type Folding, type Left } from './fold';
import { isSameText } from './jsx-text';
import type { Span } from './edits';
import { textsIn } from './fold-statements';
import { dedent, indentAt, wholeLines } from './lines';

/** `<Variant flag="F" is="V">…</Variant>`: its children, or nothing. */
export function foldElement(node: ts.JsxElement | ts.JsxSelfClosingElement, folding: Folding): Left | undefined {
  const opening = ts.isJsxElement(node) ? node.openingElement : node;
  const { values, edits } = folding;
  const wanted = variantOf(opening, folding);
  if (wanted === undefined) return undefined;
  const inJsx = ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent);
  const children = ts.isJsxElement(node)
    ? node.children.filter((one) => !ts.isJsxText(one) || one.text.trim() !== '')
    : [];
  if (wanted !== values.target.keep || children.length === 0) {
    folding.removed.push(node);
    if (inJsx && isSameText(node, shownIn(folding))) removeChild(node, folding);
    else if (inJsx) edits.replace(node.getStart(folding.file), node.end, '{null}');
    else edits.replace(node.getStart(folding.file), node.end, 'null');
    return 'null';
  }
  const element = node as ts.JsxElement;
  const [only, ...others] = children;
  const isElement =
    only &&
    others.length === 0 &&
    (ts.isJsxElement(only) || ts.isJsxSelfClosingElement(only) || ts.isJsxFragment(only));
  if (isElement) {
    edits.keepOnly(span(node, folding), [span(only, folding)]);
    return foldExpression(only, folding);
  }
  const { openingElement, closingElement } = element;
  const inner = folding.text.slice(openingElement.end, closingElement.pos);
  const isBare = inJsx && isSameText(element, shownIn(folding));
  const [open, close] = isBare ? ['', ''] : ['<>', '</>'];
  // White space with a line break in it is nothing in JSX.
  const [before = ''] = isBare ? (/^\s*[\r\n]\s*/.exec(inner) ?? []) : [];
  const [after = ''] = isBare ? (/[\r\n]\s*$/.exec(inner) ?? []) : [];
  const start = openingElement.getStart(folding.file);
  const first = openingElement.end + before.length;
  edits.replace(start, first, open);
  edits.replace(closingElement.pos - after.length, closingElement.end, close, 'close');
  if (before) {
    const width = indentAt(folding.text, first).length - indentAt(folding.text, start).length;
    for (const one of dedent(
      folding.text,
      { start: first, end: closingElement.pos - after.length },
      width,
      () => false,
    ))
      edits.replace(one.start, one.end);
  }
  for (const child of element.children) fold(child, folding);
  return '<>';
}

/** The variant that a `<Variant>` of the flag is for. */
function variantOf(opening: ts.JsxOpeningLikeElement, folding: Folding): unknown {
  const { values } = folding;
  const [flag, is] = [attribute(opening, 'flag'), attribute(opening, 'is')];
  const isIt = flag && is && isOurs(opening, folding) && values.constant(flag)?.value === values.target.flag;
  return isIt ? values.constant(is)?.value : undefined;
}

function isOurs({ tagName }: ts.JsxOpeningLikeElement, { values }: Folding): boolean {
  if (!ts.isIdentifier(tagName) || tagName.text !== 'Variant') return false;
  const declarations = values.names.symbolOf(tagName)?.declarations ?? [];
  const from = declarations[0] && ts.findAncestor(declarations[0], ts.isImportDeclaration)?.moduleSpecifier;
  return from !== undefined && ts.isStringLiteral(from) && isPackage(from.text);
}

/** `{flag && <A />}` among other children is `<A />`, or nothing. */
export function foldJsxExpression(node: ts.JsxExpression, folding: Folding): void {
  const { expression } = node;
  if (!expression) return;
  const inJsx = ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent);
  if (!inJsx) return foldInside(node, folding);
  const shown = shownBy(expression, folding);
  if (shown === 'nothing') {
    folding.removed.push(node);
    if (isSameText(node, shownIn(folding))) return removeChild(node, folding);
    return folding.edits.replace(expression.getStart(folding.file), expression.end, 'null');
  }
  if (shown && (ts.isJsxElement(shown) || ts.isJsxSelfClosingElement(shown) || ts.isJsxFragment(shown))) {
    folding.edits.keepOnly(span(node, folding), [span(shown, folding)]);
    dedentTo(node, span(shown, folding), folding);
    return void foldExpression(shown, folding);
  }
  const known = wordsShownBy(expression, folding);
  if (known !== undefined && isSameText(node, shownIn(folding)))
    return folding.edits.replace(node.getStart(folding.file), node.end, known);
  foldInside(node, folding);
}

/** Says of the children of an element what text is left in their place; undefined where they stay, or are more than text. */
function shownIn(folding: Folding): (child: ts.JsxChild) => string | undefined {
  return (child) => {
    if (ts.isJsxElement(child) || ts.isJsxSelfClosingElement(child)) return textOfVariant(child, folding);
    if (!ts.isJsxExpression(child) || !child.expression) return undefined;
    return shownBy(child.expression, folding) === 'nothing' ? '' : wordsShownBy(child.expression, folding);
  };
}

/** What a `<Variant>` leaves in its place, where its children are text at an edge. */
function textOfVariant(node: ts.JsxElement | ts.JsxSelfClosingElement, folding: Folding): string | undefined {
  const opening = ts.isJsxElement(node) ? node.openingElement : node;
  const is = variantOf(opening, folding);
  if (is === undefined) return undefined;
  const children = ts.isJsxElement(node) ? node.children : [];
  if (is !== folding.values.target.keep) return '';
  const edges = [children[0], children.at(-1)].filter((one) => one && ts.isJsxText(one));
  return edges.some((one) => (one as ts.JsxText).text.trim() !== '')
    ? children.map((one) => (ts.isJsxText(one) ? one.text : 'x')).join('')
    : undefined;
}

/** Takes the lines of what is left of a node back to where the node stood. */
function dedentTo(node: ts.Node, left: Span, { text, file, edits }: Folding): void {
  const width = indentAt(text, left.start).length - indentAt(text, node.getStart(file)).length;
  for (const one of dedent(text, left, width, textsIn(node, file))) edits.replace(one.start, one.end);
}

/** The words that a decided choice shows, where they can stand in JSX as they are. */
function wordsShownBy(node: ts.Expression, folding: Folding): string | undefined {
  const known = textShownBy(node, folding);
  return known !== undefined && /^[\w.,:!?-]+(?: [\w.,:!?-]+)*$/.test(known) ? known : undefined;
}

/** The text that a decided choice shows. */
function textShownBy(node: ts.Expression, folding: Folding): string | undefined {
  const known = folding.values.value(node);
  if (known)
    return typeof known.value === 'string' && known.effects.length === 0 && !known.stays ? known.value : undefined;
  const part = decided(node, folding);
  return part && ts.isStringLiteral(part) ? part.text : undefined;
}

/** What a decided choice shows: an element, or nothing. Undefined where there is no choice, or more to it. */
function shownBy(node: ts.Expression, folding: Folding): ts.Expression | 'nothing' | undefined {
  const { values } = folding;
  if (ts.isParenthesizedExpression(node)) return shownBy(node.expression, folding);
  const known = values.value(node);
  if (known)
    return known.effects.length === 0 && (typeof known.value === 'boolean' || known.value == null)
      ? 'nothing'
      : undefined;
  const part = decided(node, folding);
  if (!part) return undefined;
  const inner = shownBy(part, folding);
  if (inner) return inner;
  const plain = values.plain(part);
  if (plain && (plain.value == null || typeof plain.value === 'boolean')) return 'nothing';
  let element = part;
  while (ts.isParenthesizedExpression(element)) element = element.expression;
  return element;
}

function decided(node: ts.Expression, { values }: Folding): ts.Expression | undefined {
  if (ts.isConditionalExpression(node)) {
    const condition = values.truth(node.condition);
    return condition?.effects.length === 0 ? (condition.value ? node.whenTrue : node.whenFalse) : undefined;
  }
  if (!ts.isBinaryExpression(node)) return undefined;
  const left = values.value(node.left);
  if (!left || left.effects.length > 0) return undefined;
  const isAnd = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  const isOr = node.operatorToken.kind === ts.SyntaxKind.BarBarToken;
  return (isAnd && left.value) || (isOr && !left.value) ? node.right : undefined;
}

function removeChild(node: ts.Node, { edits, text, file }: Folding): void {
  const start = node.getStart(file);
  const lines = wholeLines(text, node, file);
  const hasOwnLines = lines.start < start && /[\r\n]$/.test(text.slice(0, lines.end));
  if (hasOwnLines) edits.replace(lines.start, lines.end);
  else edits.replace(start, node.end);
}
