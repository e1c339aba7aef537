import { ts } from 'ts-morph';
import { goesOn } from './ends';
import { foldExpression, foldInside, span, type Folding } from './fold';
import { keptClauses } from './fold-switch';
import { isGuardedRoute } from './fold-guard';
import { isGoneTest } from './fold-call';
import { dedent, indentAt, lineStart, wholeLines } from './lines';
import type { Span } from './edits';
import type { Values } from './values';

type Statements = readonly ts.Statement[];

/** Folds the statements of a block, one after the other, and takes out what is no longer reached. */
export function foldList(folding: Folding, statements: Statements): void {
  let reached = true;
  for (const statement of statements) {
    if (!reached && !isDeclaredAhead(statement)) remove(statement, folding);
    else foldStatement(statement, folding);
    if (goesOn(statement) && !goesOn(statement, folding.values)) reached = false;
  }
}

/** What counts wherever it stands. */
function isDeclaredAhead(statement: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement)
  );
}

function foldStatement(statement: ts.Statement, folding: Folding): void {
  if (ts.isIfStatement(statement)) return foldIf(statement, folding);
  if (ts.isSwitchStatement(statement)) return foldSwitch(statement, folding);
  if (ts.isExpressionStatement(statement)) return foldEffect(statement, folding);
  if (ts.isBlock(statement)) return foldList(folding, statement.statements);
  if (ts.isWhileStatement(statement)) return foldWhile(statement, folding);
  foldInside(statement, folding);
  if (ts.isTryStatement(statement) && statement.catchClause && statement.finallyBlock)
    if (isEmptied(statement.finallyBlock, folding))
      folding.edits.replace(statement.catchClause.end, statement.finallyBlock.end);
  const isTried = ts.isTryStatement(statement) && !statement.finallyBlock && inList(statement);
  if (isTried && isEmptied(statement.tryBlock, folding)) remove(statement, folding);
}

/** Whether all that a branch did has gone. In a template, what is between the tags is printed, too. */
function isEmptied(branch: ts.Statement, { removed, isTemplate }: Folding): boolean {
  const statements = ts.isBlock(branch) ? branch.statements : [branch];
  return !isTemplate && statements.length > 0 && statements.every((one) => removed.includes(one));
}

/** An `if` on something else that decides nothing any more. */
function dropEmptied(node: ts.IfStatement, folding: Folding): void {
  const { thenStatement, elseStatement, expression } = node;
  const hasElse = elseStatement !== undefined && !isEmptied(elseStatement, folding);
  if (isEmptied(thenStatement, folding) && !hasElse && inList(node)) {
    if (folding.values.pure(expression)) return remove(node, folding);
    if (/^(?:\{|function\b|class\b)/.test(expression.getText(folding.file))) return;
    folding.edits.keepOnly(span(node, folding), [span(expression, folding)], { close: ';' });
  } else if (elseStatement && !hasElse) folding.edits.replace(thenStatement.end, node.end);
}

function foldIf(node: ts.IfStatement, folding: Folding): void {
  const known = folding.values.truth(node.expression);
  const { thenStatement, elseStatement } = node;
  if (!known) {
    foldExpression(node.expression, folding, 'truth');
    foldBranch(thenStatement, folding);
    if (elseStatement) foldBranch(elseStatement, folding);
    return dropEmptied(node, folding);
  }
  let decided = known.value ? thenStatement : elseStatement;
  let gone = known.value ? elseStatement : thenStatement;
  // What is kept may be decided itself, as an `else if` on the same flag is.
  for (;;) {
    if (gone) folding.removed.push(gone);
    if (!decided || !ts.isIfStatement(decided)) break;
    const next = folding.values.truth(decided.expression);
    if (!next || next.effects.length > 0) break;
    const { thenStatement: yes, elseStatement: no }: ts.IfStatement = decided;
    [decided, gone] = next.value ? [yes, no] : [no, yes];
  }
  const kept = decided;
  const { parent } = node;
  const isElse = ts.isIfStatement(parent) && parent.elseStatement === node;
  const isEmpty = !kept || (ts.isBlock(kept) && kept.statements.length === 0) || ts.isEmptyStatement(kept);
  if (known.effects.length > 0) return keepEffects(node, known.effects, isEmpty ? undefined : kept, folding);
  if (!inList(node)) {
    if (isEmpty && isElse) {
      folding.removed.push(node);
      return folding.edits.replace(parent.thenStatement.end, node.end);
    }
    if (isEmpty) return folding.edits.replace(node.getStart(folding.file), node.end, '{}');
    const danglesElse =
      ts.isIfStatement(parent) && parent.thenStatement === node && parent.elseStatement && !ts.isBlock(kept);
    folding.edits.keepOnly(span(node, folding), [span(kept, folding)], danglesElse ? { open: '{ ', close: ' }' } : {});
    return foldBranch(kept, folding);
  }
  if (isEmpty) return remove(node, folding);
  unwrap(node, [kept], folding);
}

/** `if (f() && gk.ff(…)) …`: `f();` stays, then what is kept. */
function keepEffects(
  node: ts.IfStatement,
  effects: readonly ts.Expression[],
  kept: ts.Statement | undefined,
  folding: Folding,
): void {
  for (const effect of effects) foldExpression(effect, folding, 'nothing');
  const [first] = effects;
  const isTaken = /^(?:\{|function\b|class\b)/.test(first!.getText(folding.file));
  if (isTaken) return folding.refuse(first!, 'what is asked besides the flag cannot stand alone');
  if (kept && inList(node)) return unwrap(node, [kept], folding, effects);
  const braces = inList(node) ? ['', ''] : ['{ ', ' }'];
  const spans = [...effects, ...(kept ? [kept] : [])].map((one) => span(one, folding));
  folding.edits.keepOnly(span(node, folding), spans, {
    open: braces[0],
    between: '; ',
    close: (kept ? '' : ';') + braces[1],
  });
  if (kept) foldBranch(kept, folding);
}

/** The statement of an `if`, `else` or loop, which is not one of a list. */
function foldBranch(statement: ts.Statement, folding: Folding): void {
  if (ts.isBlock(statement)) foldList(folding, statement.statements);
  else foldStatement(statement, folding);
}

function foldWhile(node: ts.WhileStatement, folding: Folding): void {
  const known = folding.values.truth(node.expression);
  if (known && !known.value && known.effects.length === 0 && inList(node)) return remove(node, folding);
  foldExpression(node.expression, folding, 'truth');
  foldBranch(node.statement, folding);
}

function foldSwitch(node: ts.SwitchStatement, folding: Folding): void {
  const kept = keptClauses(node, folding.values);
  const known = folding.values.value(node.expression);
  if (!kept || !known) return foldInside(node, folding);
  if (kept.trouble)
    return folding.refuse(node.expression, 'a case with a break in its middle: let it end with its only break');
  if (known.effects.length > 0)
    return folding.refuse(node.expression, 'what the switch asks does more than asking; give it a variable');
  for (const clause of node.caseBlock.clauses)
    for (const statement of clause.statements)
      if (!kept.statements.some((one) => contains(statement, one))) folding.removed.push(statement);
  if (!inList(node)) {
    folding.edits.keepOnly(span(node, folding), runs(kept.statements, folding), {
      open: '{ ',
      between: ' ',
      close: ' }',
    });
    return foldList(folding, kept.statements);
  }
  if (kept.statements.length === 0) return remove(node, folding);
  unwrap(node, kept.statements, folding);
}

/** Leaves some of a statement's inner statements in its place: those of blocks without their braces, where that can be. */
function unwrap(node: ts.Statement, kept: Statements, folding: Folding, effects: readonly ts.Expression[] = []): void {
  const { file, text, edits } = folding;
  const [block] = kept;
  const isBlock = kept.length === 1 && block !== undefined && ts.isBlock(block);
  const statements = isBlock ? block.statements : kept;
  const needsBraces = clashes(statements, node, folding);
  const whole = span(node, folding);
  const first = effects.map((one) => span(one, folding));
  if (needsBraces && isBlock) {
    edits.keepOnly(whole, [...first, span(block, folding)], { between: '; ' });
    return foldList(folding, statements);
  }
  const pieces = isBlock ? [insideOf(block, folding)] : runs(statements, folding);
  const braces = needsBraces ? { open: '{ ', close: ' }' } : {};
  const newline = folding.isTemplate ? ' ' : `${/\r\n/.test(text) ? '\r\n' : '\n'}${indentAt(text, whole.start)}`;
  edits.keepOnly(whole, [...first, ...pieces], { ...braces, between: first.length > 0 ? `;${newline}` : newline });
  const before = text.slice(0, whole.start).trimEnd();
  if (
    /^(?:[(\[`+\-]|\/(?![/*]))/.test(text.slice((first[0] ?? pieces[0]!).start)) &&
    before !== '' &&
    !/[;{}]$/.test(before)
  )
    edits.before(whole.start, ';');
  if (!folding.isTemplate && lineStart(text, pieces[0]!.start) !== lineStart(text, whole.start)) {
    const width = indentAt(text, pieces[0]!.start).length - indentAt(text, whole.start).length;
    const isText = textsIn(node, file);
    for (const piece of pieces) for (const one of dedent(text, piece, width, isText)) edits.replace(one.start, one.end);
  }
  foldList(folding, statements);
}

/** What is between the braces of a block, comments too. */
function insideOf(block: ts.Block, folding: Folding): Span {
  const start = block.getStart(folding.file) + 1;
  const inner = folding.text.slice(start, block.end - 1);
  // In a template, what is between two tags is printed.
  if (folding.isTemplate && /^\s*(?:;|$)/.test(inner)) return { start, end: block.end - 1 };
  const end = folding.isTemplate ? block.end - 1 : start + inner.trimEnd().length;
  return { start: start + inner.length - inner.trimStart().length, end };
}

/** Statements that follow each other as one piece of text. */
function runs(statements: Statements, { file, text }: Folding): Span[] {
  const found: Span[] = [];
  for (const [at, statement] of statements.entries()) {
    const previous = statements[at - 1];
    const follows = previous?.parent === statement.parent && previous.end === statement.pos;
    if (follows) found[found.length - 1] = { start: found.at(-1)!.start, end: endOf(statement) };
    else found.push({ start: statement.getStart(file), end: endOf(statement) });
  }
  function endOf(statement: ts.Statement): number {
    return statement.end + /^(?:[ \t]*\/\/[^\r\n]*)?/.exec(text.slice(statement.end))![0].length;
  }
  return found;
}

/** Whether names declared in statements would meet the same names outside, once they have no block of their own. */
function clashes(statements: Statements, node: ts.Statement, { values, file, removed }: Folding): boolean {
  const own = statements.flatMap(declaredBy);
  if (own.length === 0) return false;
  const names = new Set(own.map(({ text }) => text));
  const symbols = new Set(own.map((one) => values.names.symbolOf(one)));
  const home = ts.findAncestor(node.parent, (one) => ts.isFunctionLike(one) || ts.isSourceFile(one)) ?? file;
  const find = (one: ts.Node): boolean | undefined => {
    if (ts.isStatement(one) && removed.includes(one)) return undefined;
    if (
      ts.isIdentifier(one) &&
      names.has(one.text) &&
      !isPropertyName(one) &&
      !symbols.has(values.names.symbolOf(one))
    ) {
      const from = values.names.symbolOf(one)?.declarations?.[0];
      // The same name in another block of its own is no matter.
      const block =
        from &&
        ts.findAncestor(
          from.parent,
          (at) => ts.isBlock(at) || ts.isSourceFile(at) || ts.isFunctionLike(at) || ts.isCaseBlock(at),
        );
      return !block || contains(block, node) || isUnwrapped(block, values);
    }
    return ts.forEachChild(one, find);
  };
  return find(home) ?? false;
}

/** Whether a block may lose its braces, too. */
function isUnwrapped({ parent }: ts.Node, values: Values): boolean {
  if (ts.isIfStatement(parent)) return values.truth(parent.expression) !== undefined;
  const holder = ts.isCaseOrDefaultClause(parent) ? parent.parent.parent : parent;
  return ts.isSwitchStatement(holder) && values.value(holder.expression) !== undefined;
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node)
  );
}

/** The names that statements declare for their block. */
function declaredBy(statement: ts.Statement): ts.Identifier[] {
  if (ts.isVariableStatement(statement)) {
    if ((statement.declarationList.flags & ts.NodeFlags.BlockScoped) === 0) return [];
    return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name));
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
  return isNamed && statement.name ? [statement.name] : [];
}

export function namesOf(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((one) => (ts.isBindingElement(one) ? namesOf(one.name) : []));
}

function foldEffect(node: ts.ExpressionStatement, folding: Folding): void {
  const { values } = folding;
  const { expression } = node;
  if (isGuardedRoute(expression, values) || isGoneTest(node, values)) return remove(node, folding);
  const known = values.truth(expression);
  const asked = ts.isCallExpression(expression) ? values.question(expression) : undefined;
  if (asked?.kind === 'override' && asked.receiver && values.flagOf(asked) === values.target.flag)
    return remove(node, folding);
  if (known && known.effects.length === 0) return remove(node, folding);
  if (ts.isConditionalExpression(expression)) {
    const condition = values.truth(expression.condition);
    const part = condition?.value ? expression.whenTrue : expression.whenFalse;
    if (condition?.effects.length === 0 && values.pure(part)) return remove(node, folding);
  }
  const left = foldExpression(expression, folding, 'nothing');
  if (left !== expression) guardStart(node, left, folding);
}

/** A statement that now begins otherwise must not be taken for a block, or for the rest of the one before. */
function guardStart(node: ts.ExpressionStatement, left: ts.Expression | string, { edits, text, file }: Folding): void {
  const start = node.getStart(file);
  const end = text[node.end - 1] === ';' ? node.end - 1 : node.end;
  const before = text.slice(0, start).trimEnd();
  const first = typeof left === 'string' ? left : left.getText(file);
  const isTaken = /^(?:\{|function\b|class\b)/.test(first);
  // The brace before it may go, and what then comes before it has no semicolon either.
  const mayJoin = !/[;{}]$/.test(before) || (before.endsWith('{') && end === node.end);
  const goesOn = (isTaken || /^[([`]/.test(first)) && before !== '' && mayJoin;
  if (isTaken || goesOn) edits.before(start, `${goesOn ? ';' : ''}${isTaken ? '(' : ''}`);
  if (isTaken) edits.replace(end, end, ')', 'close');
}

/** Takes a statement out, with its lines and the comment above it. */
export function remove(node: ts.Statement, folding: Folding): void {
  const { edits, text, file } = folding;
  folding.removed.push(node);
  if (!inList(node)) return edits.replace(node.getStart(file), node.end, '{}');
  if (folding.isTemplate) return edits.replace(node.getStart(file), node.end);
  const { start, end } = wholeLines(text, node, file);
  const before = text.slice(0, start).trimEnd();
  const joins = /^\s*[(\[`+\-/]/.test(text.slice(end)) && !/^\s*\/[/*]/.test(text.slice(end));
  edits.replace(start, end, joins && before !== '' && !/[;{}]$/.test(before) ? ';' : '');
}

/** Whether a statement is one of several, rather than the branch of an `if` or the body of a loop. */
function inList({ parent }: ts.Statement): boolean {
  return ts.isSourceFile(parent) || ts.isBlock(parent) || ts.isModuleBlock(parent) || ts.isCaseOrDefaultClause(parent);
}

/** Whether a position is in the middle of a text that goes over lines: a template, JSX, a comment is not one. */
export function textsIn(node: ts.Node, file: ts.SourceFile): (position: number) => boolean {
  const spans: Span[] = [];
  const visit = (one: ts.Node): void => {
    const isText =
      ts.isNoSubstitutionTemplateLiteral(one) ||
      ts.isTemplateHead(one) ||
      ts.isTemplateMiddleOrTemplateTail(one) ||
      ts.isStringLiteral(one);
    if (isText) spans.push({ start: one.getStart(file), end: one.end });
    ts.forEachChild(one, visit);
  };
  visit(node);
  return (position) => spans.some(({ start, end }) => start < position && position < end);
}
