import { ts } from 'ts-morph';

/**
 * Whether an expression does nothing but give a value, so that it can go. Reading a property counts as that; `isQuestion`
 * says which calls do.
 */
export function isPure(
  node: ts.Node,
  isQuestion: (call: ts.CallExpression) => boolean,
  checker: ts.TypeChecker,
): boolean {
  const every = (part: ts.Node): boolean => !ts.forEachChild(part, (child) => !pure(child));
  const pure = (part: ts.Node): boolean => {
    if (ts.isFunctionExpression(part) || ts.isArrowFunction(part) || ts.isTypeNode(part)) return true;
    if (ts.isCallExpression(part)) return (isQuestion(part) || isRequire(part) || isFreeze(part)) && every(part);
    if (ts.isNewExpression(part)) return isFlagMade(part, checker);
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

/** `Object.freeze({ … })`, as variants are written where there are no enums. */
function isFreeze({ expression, arguments: [given] }: ts.CallExpression): boolean {
  return expression.getText() === 'Object.freeze' && given !== undefined && ts.isObjectLiteralExpression(given);
}

function isRequire({ expression, arguments: given }: ts.CallExpression): boolean {
  return ts.isIdentifier(expression) && expression.text === 'require' && given.every(ts.isStringLiteralLike);
}

/** `new Checkout()` of a class that extends FeatureFlag: it sets fields, and that is all. */
export function isFlagMade(node: ts.NewExpression, checker: ts.TypeChecker): boolean {
  const isFlag = (found: ts.Declaration | undefined): boolean => {
    if (!found || !ts.isClassDeclaration(found) || found.members.some(ts.isConstructorDeclaration)) return false;
    const [base] = found.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types ?? [];
    if (!base) return false;
    const isOurs = /^(?:FeatureFlag|Experiment)$/.test(base.expression.getText());
    return isOurs || isFlag(checker.getTypeAtLocation(base.expression).symbol?.valueDeclaration);
  };
  return !node.arguments?.length && isFlag(checker.getTypeAtLocation(node).symbol?.valueDeclaration);
}
