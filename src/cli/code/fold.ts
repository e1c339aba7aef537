import { ts } from 'ts-morph';
import { literal } from './data';
import { Edits, type Span } from './edits';
import { bare, isReference } from './find-uses';
import { foldCall } from './fold-call';
import { foldGuard, foldGuardName } from './fold-guard';
import { foldElement, foldJsxExpression } from './fold-jsx';
import { foldMatch } from './fold-match';
import { removeItem } from './items';
import { foldList } from './fold-statements';
import { EQUALITY, type Known, type Values } from './values';

/** What an expression is wanted for: its value, whether it is true, or only what it does. */
export type Wanted = 'value' | 'truth' | 'nothing';

/** A file in which the flag's checks are folded away. */
export interface Folding {
  readonly file: ts.SourceFile;
  readonly text: string;
  readonly values: Values;
  readonly edits: Edits;
  /** The scriptlets of a template: its line breaks are not ours. */
  readonly isTemplate: boolean;
  /** Says that something cannot be done, and why. */
  refuse(node: ts.Node, reason: string): void;
  /** What is removed as a whole, so that nothing outside may use what it declares. */
  readonly removed: ts.Node[];
}

/** The part of an expression that is left in its place, or the text that took it. */
export type Left = ts.Expression | string;

export function foldFile(folding: Folding): void {
  foldList(folding, folding.file.statements);
}

export function span(node: ts.Node, folding: Folding): Span {
  return { start: node.getStart(folding.file), end: node.end };
}

/** Folds whatever is inside of a node. */
export function foldInside(node: ts.Node, folding: Folding): void {
  ts.forEachChild(node, (child) => fold(child, folding));
}

export function fold(node: ts.Node, folding: Folding): void {
  if (ts.isTypeNode(node) || (ts.isIdentifier(node) && !isReference(node))) return;
  if (ts.isBlock(node) || ts.isModuleBlock(node)) return foldList(folding, node.statements);
  if (ts.isCaseClause(node)) {
    foldExpression(node.expression, folding);
    return foldList(folding, node.statements);
  }
  if (ts.isDefaultClause(node)) return foldList(folding, node.statements);
  if (ts.isStatement(node)) return foldList(folding, [node]);
  if (ts.isShorthandPropertyAssignment(node)) return foldShorthand(node, folding);
  if (ts.isSpreadAssignment(node) && addsNothing(node.expression, folding.values))
    return removeItem(node, node.parent.properties, folding);
  if (ts.isSpreadElement(node) && ts.isArrayLiteralExpression(node.parent) && addsNone(node.expression, folding.values))
    return removeItem(node, node.parent.elements, folding);
  if (ts.isJsxExpression(node)) return foldJsxExpression(node, folding);
  if (ts.isJsxAttribute(node) || ts.isJsxAttributes(node)) return foldInside(node, folding);
  if (ts.isExpression(node)) return void foldExpression(node, folding);
  foldInside(node, folding);
}

/** Folds an expression, and says what is left in its place. */
export function foldExpression(node: ts.Expression, folding: Folding, wanted: Wanted = 'value'): Left {
  const { values, edits } = folding;
  if (ts.isIdentifier(node) && foldGuardName(node, folding)) return '';
  const known = values.value(node);
  if (known && !staysIn(node, known)) return replace(node, known, folding, wanted);
  if (wanted === 'truth') {
    const truth = values.truth(node);
    if (truth && !known) return replace(node, truth, folding, wanted);
  }
  if (known) return node;

  if (ts.isParenthesizedExpression(node)) {
    const left = foldExpression(node.expression, folding, wanted);
    if (left !== node.expression && isSimple(left) && !needsParentheses(left, node.parent)) {
      edits.keepOnly(span(node, folding), [span(node.expression, folding)]);
      return left;
    }
    return node;
  }
  if (ts.isConditionalExpression(node)) {
    const condition = values.truth(node.condition);
    if (condition)
      return keep(node, condition.effects, condition.value ? node.whenTrue : node.whenFalse, folding, wanted);
    foldExpression(node.condition, folding, 'truth');
    foldExpression(node.whenTrue, folding, wanted);
    foldExpression(node.whenFalse, folding, wanted);
    return node;
  }
  if (ts.isBinaryExpression(node)) return foldBinary(node, folding, wanted);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    foldExpression(node.operand, folding, 'truth');
    return node;
  }
  if (ts.isTemplateExpression(node)) return foldTemplate(node, folding);
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
    for (const parameter of node.parameters) fold(parameter, folding);
    const left = foldExpression(node.body, folding);
    const startsAsBlock =
      typeof left === 'string' ? left.startsWith('{') : leftmost(left) === '{' && left !== node.body;
    if (startsAsBlock) {
      edits.before(node.body.getStart(folding.file), '(');
      edits.replace(node.body.end, node.body.end, ')', 'close');
    }
    return node;
  }
  if (ts.isCallExpression(node)) {
    const left = foldMatch(node, folding, wanted) ?? foldGuard(node, folding) ?? foldCall(node, folding);
    if (left !== undefined) return left;
  }
  if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node)) {
    const left = foldElement(node, folding);
    if (left !== undefined) return left;
  }
  foldInside(node, folding);
  return node;
}

/** Data in a variable that stays is not written out again wherever it is read. */
function staysIn(node: ts.Expression, known: Known): boolean {
  if (!known.stays) return false;
  const inner = bare(node);
  if (ts.isIdentifier(inner)) return true;
  const isPath = ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner);
  return isPath && staysIn(inner.expression, known);
}

/** Puts what is known in the place of an expression, with what must still be evaluated before it. */
function replace(node: ts.Expression, { value, effects }: Known, folding: Folding, wanted: Wanted): Left {
  const text = fitting(node, literal(value));
  const whole = span(node, folding);
  if (effects.length === 0) {
    folding.edits.replace(whole.start, whole.end, text);
    return text;
  }
  const isLast = wanted === 'nothing';
  const several = !isLast || effects.length > 1;
  const pieces = effects.map((one) => span(one, folding));
  const close = `${isLast ? '' : `, ${text}`}${several ? ')' : ''}`;
  folding.edits.keepOnly(whole, pieces, { open: several ? '(' : '', between: ', ', close });
  for (const effect of effects) foldExpression(effect, folding, 'nothing');
  return isLast && effects.length === 1 ? effects[0]! : '(…)';
}

/** A literal as it can stand where `node` does: `450.toFixed()` is no number, and `- -1` no decrement. */
function fitting(node: ts.Expression, text: string): string {
  const { parent } = node;
  const isObject =
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === node;
  const isOperand = ts.isPrefixUnaryExpression(parent) || ts.isBinaryExpression(parent);
  return (isObject && /^[-\d{]/.test(text)) || (isOperand && text.startsWith('-')) ? `(${text})` : text;
}

/** Leaves one part of an expression, and before it what must still be evaluated. */
export function keep(
  node: ts.Expression,
  effects: readonly ts.Expression[],
  part: ts.Expression,
  folding: Folding,
  wanted: Wanted,
): Left {
  const pieces = [...effects, part].map((one) => span(one, folding));
  const wrap = effects.length > 0 ? { open: '(', between: ', ', close: ')' } : {};
  folding.edits.keepOnly(span(node, folding), pieces, wrap);
  for (const effect of effects) foldExpression(effect, folding, 'nothing');
  const left = foldExpression(part, folding, wanted);
  return effects.length > 0 ? '(…)' : left;
}

function foldBinary(node: ts.BinaryExpression, folding: Folding, wanted: Wanted): Left {
  const { values } = folding;
  const { left, right } = node;
  const kind = node.operatorToken.kind;
  const isOr = kind === ts.SyntaxKind.BarBarToken;
  if (isOr || kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    const first = values.truth(left);
    if (first && first.value !== isOr) return keep(node, first.effects, right, folding, wanted);
    if (first) return keep(node, [], left, folding, wanted); // it ends here
    const second = values.truth(right);
    if (second && second.effects.length === 0) {
      const asBoolean = typeof values.value(right)?.value === 'boolean' && values.isBoolean(left);
      const isNeutral = second.value !== isOr && (wanted !== 'value' || asBoolean);
      if (isNeutral || wanted === 'nothing') return keep(node, [], left, folding, wanted);
    }
    // `(a && true) && b`
    const inner = bare(left);
    const isSame = ts.isBinaryExpression(inner) && inner.operatorToken.kind === kind;
    const last = isSame ? values.truth(inner.right) : undefined;
    if (isSame && last?.effects.length === 0 && last.value !== isOr) keep(left, [], inner.left, folding, 'value');
    else foldExpression(left, folding, wanted === 'truth' ? 'truth' : 'value');
    foldExpression(right, folding, wanted);
    return node;
  }
  if (kind === ts.SyntaxKind.QuestionQuestionToken) {
    const first = values.value(left);
    if (first)
      return first.value == null
        ? keep(node, first.effects, right, folding, wanted)
        : keep(node, [], left, folding, wanted);
  }
  if (kind === ts.SyntaxKind.CommaToken) {
    if (values.value(left)?.effects.length === 0) return keep(node, [], right, folding, wanted);
    foldExpression(left, folding, 'nothing');
    foldExpression(right, folding, wanted);
    return node;
  }
  const isData = (side: ts.Expression) => {
    const value = values.value(side)?.value;
    return typeof value === 'object' && value !== null;
  };
  if (EQUALITY.has(kind) && (isData(left) || isData(right)))
    folding.refuse(node, 'compares the payload itself with something: a copy of it would be another object');
  foldInside(node, folding);
  return node;
}

/** `${…}` with what is known written into the text around it. */
function foldTemplate(node: ts.TemplateExpression, folding: Folding): Left {
  for (const { expression, literal: after } of node.templateSpans) {
    const known = folding.values.value(expression);
    const isText = known && !known.stays && known.effects.length === 0 && typeof known.value !== 'object';
    const left = isText ? undefined : foldExpression(expression, folding);
    const plain = typeof left === 'object' && left !== expression && ts.isStringLiteral(left) ? left.text : undefined;
    if (!isText && plain === undefined) continue;
    const text = String(plain ?? known?.value).replace(/[\\`]|\$(?=\{)/g, '\\$&');
    const dollar = folding.text.lastIndexOf('${', expression.getStart(folding.file));
    folding.edits.replace(dollar, after.getStart(folding.file) + 1, text);
  }
  return node;
}

/** `...(gk.ff(…) && { … })` and `...(gk.ff(…) ? { … } : {})`, where nothing comes of it. */
function addsNothing(node: ts.Expression, values: Values): boolean {
  const known = values.value(node);
  if (known) return known.effects.length === 0 && (known.value === false || known.value == null);
  const part = decidedPart(node, values);
  return part !== undefined && ts.isObjectLiteralExpression(part) && part.properties.length === 0;
}

function addsNone(node: ts.Expression, values: Values): boolean {
  const part = decidedPart(node, values);
  return part !== undefined && ts.isArrayLiteralExpression(part) && part.elements.length === 0;
}

function decidedPart(node: ts.Expression, values: Values): ts.Expression | undefined {
  const inner = bare(node);
  const condition = ts.isConditionalExpression(inner) ? values.truth(inner.condition) : undefined;
  if (!condition || condition.effects.length > 0) return undefined;
  const { whenTrue, whenFalse } = inner as ts.ConditionalExpression;
  return bare(condition.value ? whenTrue : whenFalse);
}

function foldShorthand(node: ts.ShorthandPropertyAssignment, folding: Folding): void {
  const known = folding.values.value(node.name);
  if (!known || known.stays) return;
  folding.edits.replace(node.name.end, node.name.end, `: ${literal(known.value)}`, 'close');
  // The name stays as a property; what it referred to is no longer used here.
  replacedNames.add(node.name);
}

/** Names that are left in the text, but no longer refer to a variable. */
export const replacedNames = new WeakSet<ts.Node>();

/** Whether something needs no parentheses wherever it stands. */
export function isSimple(left: Left): boolean {
  if (typeof left === 'string') return !/^[-{]/.test(left);
  return (
    ts.isIdentifier(left) ||
    ts.isLiteralExpression(left) ||
    ts.isCallExpression(left) ||
    ts.isPropertyAccessExpression(left) ||
    ts.isElementAccessExpression(left) ||
    ts.isTemplateExpression(left) ||
    ts.isParenthesizedExpression(left) ||
    ts.isArrayLiteralExpression(left) ||
    ts.isJsxElement(left) ||
    ts.isJsxSelfClosingElement(left) ||
    ts.isJsxFragment(left) ||
    left.kind === ts.SyntaxKind.TrueKeyword ||
    left.kind === ts.SyntaxKind.FalseKeyword ||
    left.kind === ts.SyntaxKind.NullKeyword ||
    left.kind === ts.SyntaxKind.ThisKeyword
  );
}

/** Whether there is a call in what `new` would then be of: `new (make())()`. */
function isCalled(left: Left): boolean {
  let at = left as ts.Node;
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = at.expression;
  return typeof left === 'string' || ts.isCallExpression(at);
}

/** What is simple elsewhere: `(1).toFixed()`, `new (make())()`. */
function needsParentheses(left: Left, parent: ts.Node): boolean {
  if (ts.isNewExpression(parent)) return isCalled(left);
  return ts.isPropertyAccessExpression(parent) && typeof left === 'object' && ts.isNumericLiteral(left);
}

/** The first character of an expression. */
function leftmost(node: ts.Node): string {
  return node.getText()[0]!;
}
