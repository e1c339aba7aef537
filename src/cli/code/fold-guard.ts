import { ts } from 'ts-morph';
import { METHODS, STATUS_CODES } from 'node:http';
import { literal } from './data';
import { bare, propertyOf } from './find-uses';
import { span, type Folding, type Left } from './fold';
import { removeItem } from './items';
import type { Values } from './values';

type Verdict = 'passes' | 'refuses';

/** Whether an expression is a guard of the flag, or a constant that is one, and lets everybody through or nobody. */
function guardOf(node: ts.Expression, values: Values): Verdict | undefined {
  const inner = bare(node);
  if (ts.isArrayLiteralExpression(inner) && inner.elements.length > 0)
    return inner.elements.every((one) => guardOf(one, values) === 'passes') ? 'passes' : undefined;
  if (ts.isIdentifier(inner)) {
    const declaration = values.names.symbolOf(inner)?.valueDeclaration;
    const isConstant =
      declaration &&
      ts.isVariableDeclaration(declaration) &&
      declaration.getSourceFile() === values.names.file &&
      declaration.parent.flags & ts.NodeFlags.Const;
    const isExported =
      declaration && ts.getCombinedModifierFlags(declaration as ts.VariableDeclaration) & ts.ModifierFlags.Export;
    const made = isConstant && !isExported ? (declaration as ts.VariableDeclaration).initializer : undefined;
    return made && guardOf(made, values) === 'passes' ? 'passes' : undefined;
  }
  if (!ts.isCallExpression(inner)) return undefined;
  const asked = values.question(inner);
  if (asked?.kind !== 'requireVariant' || values.flagOf(asked) !== values.target.flag) return undefined;
  const wanted = inner.arguments[1] && values.constant(inner.arguments[1]);
  return wanted && (wanted.value === values.target.keep ? 'passes' : 'refuses');
}

/** `router.use('/path', requireVariant('F', 'KEPT'))`, which does nothing any more. */
export function isGuardedRoute(node: ts.Expression, values: Values): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const guards = node.arguments.filter((one) => guardOf(one, values) === 'passes');
  const others = node.arguments.filter((one) => !guards.includes(one));
  return guards.length > 0 && others.every((one) => isPath(one, values)) && values.pure(node.expression.expression);
}

/** A name of a guard that lets everybody through: it goes from the list it is in. */
export function foldGuardName(node: ts.Identifier, folding: Folding): boolean {
  if (!listAround(node) || guardOf(node, folding.values) !== 'passes') return false;
  removeGuard(node, folding);
  return true;
}

/** Takes a guard out of the handlers it is one of; of a route that then has none, nothing is left. */
function removeGuard(guard: ts.Expression, folding: Folding): void {
  const { parent } = guard;
  const { values, edits } = folding;
  const list = listAround(guard)!;
  const others = list.filter((one) => guardOf(one as ts.Expression, values) !== 'passes');
  if (ts.isArrayLiteralExpression(parent) && others.length === 0) {
    if (listAround(parent)) return removeGuard(parent, folding);
    return folding.refuse(guard, 'nothing else is in this list: take it out by hand');
  }
  if (ts.isArrayLiteralExpression(parent)) return removeItem(guard, list, folding);
  const { expression: callee } = parent as ts.CallExpression;
  // Who else is given a guard may count its arguments.
  if (!ts.isPropertyAccessExpression(callee) || !ROUTES.has(callee.name.text))
    return edits.replace(guard.getStart(folding.file), guard.end, '(_req, _res, next) => next()');
  if (others.some((one) => !isPath(one as ts.Expression, values))) return removeItem(guard, list, folding);
  edits.replace(callee.expression.end, parent.end);
}

/** What takes handlers in Express. */
const ROUTES: ReadonlySet<string> = new Set(['use', 'all', ...METHODS.map((method) => method.toLowerCase())]);

function isPath(node: ts.Expression, values: Values): boolean {
  return values.plain(node) !== undefined || ts.isRegularExpressionLiteral(node);
}

/** `requireVariant('F', 'V')`: gone where everybody has V, else what answers in its place. */
export function foldGuard(call: ts.CallExpression, folding: Folding): Left | undefined {
  const verdict = guardOf(call, folding.values);
  if (!verdict) return undefined;
  const list = listAround(call);
  if (verdict === 'passes') {
    if (list) removeGuard(call, folding);
    else if (ts.isVariableDeclaration(call.parent) && isOnlyListed(call.parent, folding))
      folding.edits.replace(call.getStart(folding.file), call.end, 'undefined');
    else return call;
    return '';
  }
  const { parent } = call;
  const [, , given] = call.arguments;
  if (given && !ts.isObjectLiteralExpression(given)) return call;
  const otherwise = given && propertyOf(given, 'otherwise');
  if (otherwise) {
    folding.edits.keepOnly(span(call, folding), [span(otherwise, folding)]);
    return otherwise;
  }
  const answer = given ? answerOf(given, folding.values) : answerWith(404);
  if (!answer || !ts.isCallExpression(parent)) return call;
  // What would have come after it is never called.
  const last = parent.arguments.at(-1)!;
  const end = parent.arguments.includes(call) ? last.end : call.end;
  folding.edits.replace(call.getStart(folding.file), end, answer);
  return '(…)';
}

function listAround({ parent }: ts.Node): readonly ts.Node[] | undefined {
  if (ts.isArrayLiteralExpression(parent)) return parent.elements;
  return ts.isCallExpression(parent) ? parent.arguments : undefined;
}

function isOnlyListed({ name }: ts.VariableDeclaration, { values }: Folding): boolean {
  const symbol = ts.isIdentifier(name) ? values.names.symbolOf(name) : undefined;
  return (
    symbol !== undefined &&
    values.names.references(symbol).every((one) => listAround(one) !== undefined && guardOf(one, values) === 'passes')
  );
}

/** What the options of a guard make it answer. */
function answerOf(options: ts.ObjectLiteralExpression, values: Values): string | undefined {
  const plain = values.plain(options)?.value as { readonly [option: string]: unknown } | undefined;
  if (!plain || Object.keys(plain).some((option) => option !== 'status' && option !== 'redirect')) return undefined;
  const { redirect, status = redirect === undefined ? 404 : 302 } = plain;
  if (typeof status !== 'number' || (redirect !== undefined && typeof redirect !== 'string')) return undefined;
  return answerWith(status, redirect);
}

function answerWith(status: number, redirect?: string): string {
  const location = redirect === undefined ? '' : ` res.setHeader('Location', ${literal(redirect)});`;
  return `(_req, res) => { res.statusCode = ${status};${location} res.end(${literal(STATUS_CODES[status])}); }`;
}
