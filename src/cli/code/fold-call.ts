import { ts } from 'ts-morph';
import { textOfName } from './find-uses';
import type { Folding, Left } from './fold';
import { removeItem } from './items';
import { POSITIONS } from './names';
import type { Values } from './values';

/** Calls that take flags among other things: overrides in tests, keys of page caches. */
export function foldCall(call: ts.CallExpression, folding: Folding): Left | undefined {
  const { values } = folding;
  const asked = values.question(call);
  if (!asked) return undefined;
  const { flag, keep } = values.target;
  if (asked.kind === 'cacheKey') {
    for (const name of call.arguments)
      if (values.constant(name)?.value === flag) removeItem(name, call.arguments, folding);
    return undefined;
  }
  const position = POSITIONS.get(asked.called) ?? 0;
  const named = call.arguments[position];
  if (asked.called === 'allCombinations' && named && ts.isArrayLiteralExpression(named) && named.elements.length > 1)
    for (const name of named.elements)
      if (values.constant(name)?.value === flag) removeItem(name, named.elements, folding);
  if (asked.kind !== 'test' && asked.called !== 'overrideLink') return undefined;
  const entry = named && entryOf(named, values);
  if (!entry || values.constant(entry.initializer)?.value !== keep) return undefined;
  const { properties } = entry.parent;
  const isDropped =
    properties.length === 1 && asked.called === 'testGatekeeper' && call.arguments.length === position + 1;
  if (isDropped) removeItem(named, call.arguments, folding);
  else removeItem(entry, properties, folding);
  return undefined;
}

/** The flag's entry in an object of overrides. */
function entryOf(
  named: ts.Expression,
  { target }: Values,
): (ts.PropertyAssignment & { parent: ts.ObjectLiteralExpression }) | undefined {
  if (!ts.isObjectLiteralExpression(named)) return undefined;
  const isIt = (one: ts.ObjectLiteralElementLike): one is ts.PropertyAssignment =>
    ts.isPropertyAssignment(one) && textOfName(one.name) === target.flag;
  return named.properties.find(isIt) as ReturnType<typeof entryOf>;
}

/** `test('…', () => { testGatekeeper(config, { F: 'THE_OTHER' }) … })`: a test of code that goes; or a `describe` of such. */
export function isGoneTest({ expression }: ts.ExpressionStatement, values: Values): boolean {
  if (!ts.isCallExpression(expression)) return false;
  if (rootName(expression) === 'describe') {
    const about = expression.arguments.at(-1);
    const body = about && ts.isFunctionLike(about) && (about as ts.ArrowFunction).body;
    const tests = body && ts.isBlock(body) ? body.statements.filter(hasTest) : [];
    return tests.length > 0 && tests.every((one) => ts.isExpressionStatement(one) && isGoneTest(one, values));
  }
  if (!TEST.test(rootName(expression))) return false;
  const asksForOther = (node: ts.Node): boolean => {
    const asked = ts.isCallExpression(node) ? values.question(node) : undefined;
    if (asked?.called === 'testGatekeeper' || asked?.called === 'overrideCookie') {
      const named = asked.call.arguments[POSITIONS.get(asked.called) ?? 0];
      const entry = named && entryOf(named, values);
      const wanted = entry && values.constant(entry.initializer)?.value;
      if (wanted !== undefined && wanted !== values.target.keep) return true;
    }
    return ts.forEachChild(node, asksForOther) ?? false;
  };
  return expression.arguments.some(asksForOther);
}

const TEST = /^(?:test|it)$/;

function hasTest(node: ts.Node): boolean {
  const isTest = ts.isCallExpression(node) && TEST.test(rootName(node));
  return isTest || (ts.forEachChild(node, (one) => hasTest(one) || undefined) ?? false);
}

/** `test` of `test(…)`, `test.only(…)` and `test.each(…)(…)`. */
function rootName(node: ts.Expression): string {
  while (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) node = node.expression;
  return ts.isIdentifier(node) ? node.text : '';
}
