import { ts } from 'ts-morph';

type Name = ts.Identifier | ts.PrivateIdentifier;

/** Who refers to what in one file. */
export class Names {
  private readonly byKey = new Map<ts.Symbol, Name[]>();

  constructor(
    readonly file: ts.SourceFile,
    readonly checker: ts.TypeChecker,
  ) {
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
        const symbol = this.symbolOf(node);
        const known = symbol && this.byKey.get(symbol);
        if (known) known.push(node);
        else if (symbol) this.byKey.set(symbol, [node]);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }

  symbolOf(node: Name): ts.Symbol | undefined {
    const { parent } = node;
    if (ts.isShorthandPropertyAssignment(parent) && parent.name === node)
      return this.checker.getShorthandAssignmentValueSymbol(parent);
    if (ts.isExportSpecifier(parent)) return this.checker.getExportSpecifierLocalTargetSymbol(parent);
    // In `{ a: b }` of a pattern, `a` is a property of what is taken apart.
    if (ts.isBindingElement(parent) && parent.propertyName === node) return undefined;
    return this.checker.getSymbolAtLocation(node);
  }

  /** All that refers to a symbol, its declarations left out. */
  references(symbol: ts.Symbol): readonly Name[] {
    return (this.byKey.get(symbol) ?? []).filter((one) => !isDeclared(one));
  }

  /** Whether a variable has the value of its declaration and no other. */
  isNeverWritten(symbol: ts.Symbol): boolean {
    return !this.references(symbol).some(isWritten);
  }
}

/** Whether the identifier is the name in a declaration. */
function isDeclared(node: Name): boolean {
  const { parent } = node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isBindingElement(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isFunctionExpression(parent) ||
      ts.isClassDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isClassExpression(parent) ||
      ts.isEnumDeclaration(parent) ||
      ts.isInterfaceDeclaration(parent) ||
      ts.isTypeAliasDeclaration(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isImportClause(parent) ||
      ts.isNamespaceImport(parent) ||
      ts.isTypeParameterDeclaration(parent)) &&
    (parent.name === node || (ts.isImportSpecifier(parent) && parent.propertyName === node))
  );
}

function isWritten(node: Name): boolean {
  let target: ts.Node = node;
  for (let { parent } = node as ts.Node; parent; target = parent, parent = parent.parent) {
    if (ts.isBinaryExpression(parent))
      return (
        parent.left === target &&
        parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
        parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
      );
    if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
      return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
    if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === target;
    const isPattern =
      ts.isArrayLiteralExpression(parent) ||
      ts.isObjectLiteralExpression(parent) ||
      ts.isShorthandPropertyAssignment(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isSpreadElement(parent) ||
      ts.isSpreadAssignment(parent) ||
      ts.isParenthesizedExpression(parent);
    if (!isPattern) return false;
  }
  return false;
}
