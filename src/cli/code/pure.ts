import { ts } from 'ts-morph';

/**
 * Whether an expression does nothing but give a value, so that it can go. Reading a property counts as that; `isQuestion`
 * says which calls do.
 */
export function isPure(node: ts.Node, isQuestion: (call: ts.CallExpression) => boolean = () => false): boolean {
  const every = (part: ts.Node): boolean => !ts.forEachChild(part, (child) => !pure(child));
  const pure = (part: ts.Node): boolean => {
    if (ts.isFunctionExpression(part) || ts.isArrowFunction(part) || ts.isTypeNode(part)) return true;
    if (ts.isCallExpression(part)) return (isQuestion(part) || isRequire(part)) && every(part);
    if (ts.isNewExpression(part)) return ts.isIdentifier(part.expression) && isFlagClassName(part) && every(part);
    if (ts.isBinaryExpression(part) && isAssignment(part.operatorToken.kind)) return false;
    if (ts.isPrefixUnaryExpression(part) || ts.isPostfixUnaryExpression(part))
      return (
        part.operator !== ts.SyntaxKind.PlusPlusToken && part.operator !== ts.SyntaxKind.MinusMinusToken && every(part)
      );
    if (
      ts.isDeleteExpression(part) ||
      ts.isAwaitExpression(part) ||
      ts.isYieldExpression(part) ||
      ts.isTaggedTemplateExpression(part) ||
      ts.isSpreadElement(part) ||
      ts.isClassExpression(part) ||
      ts.isJsxElement(part)
    )
      return false;
    return every(part);
  };
  return pure(node);
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isRequire({ expression, arguments: given }: ts.CallExpression): boolean {
  return ts.isIdentifier(expression) && expression.text === 'require' && given.every(ts.isStringLiteralLike);
}

/** `new Checkout()` of a class in this file that extends FeatureFlag: it sets fields, and that is all. */
function isFlagClassName({ expression, arguments: given = ts.factory.createNodeArray() }: ts.NewExpression): boolean {
  const { statements } = expression.getSourceFile();
  const isFlag = (name: string): boolean => {
    const found = statements.find((one) => ts.isClassDeclaration(one) && one.name?.text === name);
    const { heritageClauses = [], members = [] } = (found ?? {}) as Partial<ts.ClassDeclaration>;
    const [base] = heritageClauses.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types ?? [];
    const from = base?.expression.getText() ?? '';
    return (
      !members.some(ts.isConstructorDeclaration) &&
      (/^(?:FeatureFlag|Experiment)$/.test(from) || (from !== '' && from !== name && isFlag(from)))
    );
  };
  return given.length === 0 && isFlag(expression.getText());
}
