import { ts } from 'ts-morph';
import { isPackage } from './answers';
import { attribute } from './find-uses';
import { fold, foldExpression, foldInside, span, type Folding, type Left } from './fold';
import { dedent, indentAt, wholeLines } from './lines';

/** `<Variant flag="F" is="V">…</Variant>`: its children, or nothing. */
export function foldElement(node: ts.JsxElement | ts.JsxSelfClosingElement, folding: Folding): Left | undefined {
  const opening = ts.isJsxElement(node) ? node.openingElement : node;
  const [flag, is] = [attribute(opening, 'flag'), attribute(opening, 'is')];
  const { values, edits } = folding;
  if (!flag || !is || !isOurs(opening, folding) || values.constant(flag)?.value !== values.target.flag)
    return undefined;
  const wanted = values.constant(is)?.value;
  if (wanted === undefined) return undefined;
  const inJsx = ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent);
  const children = ts.isJsxElement(node)
    ? node.children.filter((one) => !ts.isJsxText(one) || one.text.trim() !== '')
    : [];
  if (wanted !== values.target.keep || children.length === 0) {
    folding.removed.push(node);
    if (inJsx) removeChild(node, folding);
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
  const [open, close] = inJsx ? ['', ''] : ['<>', '</>'];
  const inner = folding.text.slice(openingElement.end, closingElement.pos);
  // White space with a line break in it is nothing in JSX.
  const [before = ''] = inJsx ? (/^\s*[\r\n]\s*/.exec(inner) ?? []) : [];
  const [after = ''] = inJsx ? (/[\r\n]\s*$/.exec(inner) ?? []) : [];
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
    return removeChild(node, folding);
  }
  if (shown && (ts.isJsxElement(shown) || ts.isJsxSelfClosingElement(shown) || ts.isJsxFragment(shown))) {
    folding.edits.keepOnly(span(node, folding), [span(shown, folding)]);
    return void foldExpression(shown, folding);
  }
  const known = textShownBy(expression, folding);
  if (known !== undefined && /^[\w.,:!?-]+(?: [\w.,:!?-]+)*$/.test(known))
    return folding.edits.replace(node.getStart(folding.file), node.end, known);
  foldInside(node, folding);
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
