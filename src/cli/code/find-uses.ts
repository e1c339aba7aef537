import { ts } from 'ts-morph';
import { FUNCTIONS, LIVE, METHODS, POSITIONS, isGatekeeperName, type Kind } from './names';

/** A place in a program that names a flag. */
export interface Use {
  readonly kind: Kind;
  /** Undefined where the name is made as the program runs. */
  readonly flag: string | undefined;
  /** The whole of it: a call, an element, an entry of an object. */
  readonly node: ts.Node;
  /** Where the name is. */
  readonly name: ts.Node;
}

/** Every use in a file, told by names alone: what looks like one. */
export function findUses(file: ts.SourceFile): Use[] {
  const uses: Use[] = [];
  const add = (kind: Kind, node: ts.Node, name: ts.Node) => uses.push({ kind, node, name, flag: nameIn(name, file) });

  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) inCall(node);
    else if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) inElement(node);
    else if (ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) inProperty(node);
    else if (ts.isShorthandPropertyAssignment(node) && isRegistration(node, node.name))
      add('definition', node, node.name);
    ts.forEachChild(node, visit);
  };

  const inCall = (call: ts.CallExpression): void => {
    const { expression: callee, arguments: given } = call;
    const called = ts.isPropertyAccessExpression(callee)
      ? callee.name.text
      : ts.isIdentifier(callee)
        ? callee.text
        : '';
    const kind = FUNCTIONS.get(called);
    if (kind && (ts.isIdentifier(callee) || called === 'requireVariant')) {
      const named = given[POSITIONS.get(called) ?? 0];
      if (!named) return;
      if (ts.isObjectLiteralExpression(named)) {
        for (const entry of named.properties) if (entry.name) add(kind, entry, entry.name);
      } else if (ts.isArrayLiteralExpression(named)) for (const one of named.elements) add(kind, one, one);
      else add(kind, call, named);
      return;
    }
    if (!ts.isPropertyAccessExpression(callee)) return;
    const method = METHODS.get(called);
    const receiver = lastName(callee.expression);
    if (method && given[0]) {
      const isKnown =
        method === 'ff' || method === 'ffVariant' || isGatekeeperName(receiver) || isMaker(callee.expression);
      if (isKnown) for (const name of method === 'cacheKey' ? given : [given[0]]) add(method, call, name);
    } else if (LIVE.has(called) && receiver === 'live' && given[0]) add('live', call, given[0]);
  };

  const inElement = (element: ts.JsxOpeningElement | ts.JsxSelfClosingElement): void => {
    if (element.tagName.getText(file) !== 'Variant') return;
    const flag = attribute(element, 'flag');
    if (flag) add('<Variant>', ts.isJsxOpeningElement(element) ? element.parent : element, flag);
  };

  const inProperty = (property: ts.PropertyAssignment | ts.PropertyDeclaration): void => {
    const value = property.initializer && bare(property.initializer);
    if (!value) return;
    if (ts.isPropertyAssignment(property) && isRegistration(property, value))
      add('definition', property, property.name);
    if (property.name.getText(file) !== 'requires' || !ts.isArrayLiteralExpression(value)) return;
    for (const one of value.elements) {
      const flag = ts.isObjectLiteralExpression(one) ? propertyOf(one, 'flag') : undefined;
      if (flag) add('requires', one, flag);
    }
  };

  visit(file);
  return uses;
}

/** `FLAG: new SomeClass()` where flags are registered: in the `flags` of a `defineConfig`, or an object called flags. */
function isRegistration(property: ts.ObjectLiteralElementLike, value: ts.Expression): boolean {
  const object = property.parent;
  let holder: ts.Node = object.parent;
  while (ts.isAsExpression(holder) || ts.isSatisfiesExpression(holder)) holder = holder.parent;
  const isFlags =
    (ts.isPropertyAssignment(holder) || ts.isVariableDeclaration(holder)) && /flags$/i.test(holder.name.getText());
  return isFlags && (ts.isNewExpression(value) || ts.isIdentifier(value));
}

/** An expression without parentheses, `as` and `!`. */
export function bare(node: ts.Expression): ts.Expression {
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node)
  )
    node = node.expression;
  return node;
}

/** The value of an attribute, `flag="F"` or `flag={F}`. */
export function attribute(element: ts.JsxOpeningLikeElement, name: string): ts.Expression | undefined {
  for (const one of element.attributes.properties) {
    if (!ts.isJsxAttribute(one) || one.name.getText() !== name || !one.initializer) continue;
    return ts.isJsxExpression(one.initializer) ? one.initializer.expression : one.initializer;
  }
  return undefined;
}

/** The value of a property of an object literal. */
export function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const one of object.properties)
    if (ts.isPropertyAssignment(one) && textOfName(one.name) === name) return one.initializer;
  return undefined;
}

/** The last name of `a.b.c` or of `c`. */
export function lastName(node: ts.Expression): string {
  const inner = bare(node);
  if (ts.isIdentifier(inner)) return inner.text;
  return ts.isPropertyAccessExpression(inner) ? inner.name.text : '';
}

function isMaker(node: ts.Expression): boolean {
  const inner = bare(node);
  return (
    ts.isCallExpression(inner) &&
    /^(?:for|forUser|fresh|currentGatekeeper|testGatekeeper)$/.test(lastName(inner.expression))
  );
}

/** Whether an identifier stands for a value, rather than naming a property, a declaration or a label. */
export function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isMetaProperty(parent)) return parent.name !== node;
  if (
    ts.isBindingElement(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isParameter(parent) ||
    ts.isVariableDeclaration(parent)
  )
    return parent.initializer === node;
  if (ts.isPropertyDeclaration(parent) || ts.isEnumMember(parent)) return parent.initializer === node;
  return (
    !(
      ts.isFunctionLike(parent) ||
      ts.isClassLike(parent) ||
      ts.isEnumDeclaration(parent) ||
      ts.isInterfaceDeclaration(parent) ||
      ts.isTypeAliasDeclaration(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isImportClause(parent) ||
      ts.isNamespaceImport(parent) ||
      ts.isExportSpecifier(parent) ||
      ts.isJsxAttribute(parent) ||
      ts.isJsxOpeningLikeElement(parent) ||
      ts.isJsxClosingElement(parent) ||
      ts.isLabeledStatement(parent) ||
      ts.isBreakOrContinueStatement(parent) ||
      ts.isTypeNode(parent) ||
      ts.isQualifiedName(parent)
    ) ||
    (ts.isArrowFunction(parent) && parent.body === node)
  );
}

/** A name that is written as an identifier, a string or `['a string']`. */
export function textOfName(name: ts.Node): string | undefined {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) return name.text;
  if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return undefined;
}

/** The flag's name, where a string, a constant of the file or a constant's property says it. */
function nameIn(node: ts.Node, file: ts.SourceFile): string | undefined {
  const isKey = (ts.isIdentifier(node) && ts.isObjectLiteralElement(node.parent)) || ts.isComputedPropertyName(node);
  if (isKey) return textOfName(node);
  return ts.isExpression(node) ? constantText(node, file) : undefined;
}

function constantText(node: ts.Expression, file: ts.SourceFile): string | undefined {
  const inner = bare(node);
  if (ts.isStringLiteralLike(inner)) return inner.text;
  if (ts.isIdentifier(inner)) {
    const value = constantsOf(file).get(inner.text);
    return value && ts.isStringLiteralLike(value) ? value.text : undefined;
  }
  if (!ts.isPropertyAccessExpression(inner) || !ts.isIdentifier(inner.expression)) return undefined;
  const object = constantsOf(file).get(inner.expression.text);
  const value = object && ts.isObjectLiteralExpression(object) ? propertyOf(object, inner.name.text) : undefined;
  return value && ts.isStringLiteralLike(bare(value)) ? (bare(value) as ts.StringLiteral).text : undefined;
}

const constants = new WeakMap<ts.SourceFile, ReadonlyMap<string, ts.Expression>>();

/** What the constants at the top of a file are. */
function constantsOf(file: ts.SourceFile): ReadonlyMap<string, ts.Expression> {
  const known = constants.get(file);
  if (known) return known;
  const found = new Map<string, ts.Expression>();
  for (const statement of file.statements)
    if (ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.Const)
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && initializer) found.set(name.text, bare(initializer));
  constants.set(file, found);
  return found;
}
