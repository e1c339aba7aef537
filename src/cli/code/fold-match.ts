import { ts } from 'ts-morph';
import { literal } from './data';
import { bare, lastName } from './find-uses';
import { fold, isSimple, keep, span, type Folding, type Left, type Wanted } from './fold';
import type { Known, Values } from './values';

interface Branch {
  readonly patterns: readonly ts.Expression[];
  readonly handler: ts.Expression;
}

/** `match(gk.ffVariant('F')).with('A', () => x).otherwise(() => y)`: the handler that is called. */
export function foldMatch(call: ts.CallExpression, folding: Folding, wanted: Wanted): Left | undefined {
  const chain = chainOf(call);
  const known = chain && folding.values.value(chain.matched);
  if (!chain || !known) return undefined;
  const branch = branchFor(known, chain.branches, folding.values);
  if (branch === undefined || known.effects.length > 0) {
    folding.refuse(chain.matched, 'a match whose patterns are more than variants: take it apart first');
    return call;
  }
  const handler = bare(branch);
  const isFunction = ts.isArrowFunction(handler) || ts.isFunctionExpression(handler);
  if (!isFunction) {
    folding.edits.keepOnly(span(call, folding), [span(branch, folding)], { close: `(${literal(known.value)})` });
    fold(branch, folding);
    return '(…)';
  }
  const [parameter, ...others] = handler.parameters;
  if (others.length > 0 || (parameter && !ts.isIdentifier(parameter.name))) {
    folding.refuse(chain.matched, 'a match with a handler that takes what it matched apart');
    return call;
  }
  const symbol = parameter && folding.values.names.symbolOf(parameter.name as ts.Identifier);
  if (symbol) folding.values.given.set(symbol, { value: known.value, effects: [] });
  const isPlain = ts.isArrowFunction(handler) && !ts.isBlock(handler.body) && !handler.modifiers?.length;
  if (isPlain) {
    const body = handler.body as ts.Expression;
    const left = keep(call, [], body, folding, wanted);
    const isSafe =
      isSimple(left) ||
      (ts.isReturnStatement(call.parent) && call.parent.expression === call) ||
      ts.isVariableDeclaration(call.parent) ||
      ts.isExpressionStatement(call.parent);
    if (!isSafe) {
      const { start, end } = span(body, folding);
      folding.edits.replace(start, start, '(');
      folding.edits.replace(end, end, ')', 'close');
    }
    return left;
  }
  folding.edits.keepOnly(span(call, folding), [span(handler, folding)], {
    open: '(',
    close: parameter ? `)(${literal(known.value)})` : ')()',
  });
  fold(handler.body, folding);
  return '(…)';
}

function chainOf(
  call: ts.CallExpression,
): { readonly matched: ts.Expression; readonly branches: readonly Branch[] } | undefined {
  const branches: Branch[] = [];
  for (let at: ts.Expression = call; ts.isCallExpression(at);) {
    const { expression: callee, arguments: given } = at;
    if (ts.isIdentifier(callee))
      return callee.text === 'match' && given[0] ? { matched: given[0], branches } : undefined;
    if (!ts.isPropertyAccessExpression(callee)) return undefined;
    const method = callee.name.text;
    const handler = given.at(-1);
    if (at === call ? !/^(?:otherwise|exhaustive|run)$/.test(method) : method !== 'with' && method !== 'returnType')
      return undefined;
    if ((method === 'with' || method === 'otherwise') && handler)
      branches.unshift({ patterns: method === 'with' ? given.slice(0, -1) : [], handler });
    at = callee.expression;
  }
  return undefined;
}

/** The handler of the first branch that fits; undefined where that cannot be told. */
function branchFor(known: Known, branches: readonly Branch[], values: Values): ts.Expression | undefined {
  for (const { patterns, handler } of branches) {
    const fitting = patterns.map((pattern) => fits(pattern, known, values));
    if (fitting.includes(undefined)) return undefined;
    if (patterns.length === 0 || fitting.includes(true)) return handler;
  }
  return undefined;
}

function fits(pattern: ts.Expression, known: Known, values: Values): boolean | undefined {
  const constant = values.constant(pattern);
  if (constant) return typeof constant.value === 'object' ? undefined : constant.value === known.value;
  if (ts.isPropertyAccessExpression(pattern)) {
    const { text } = pattern.name;
    if (text === '_' || text === 'any') return true;
    return text === 'string' ? typeof known.value === 'string' : undefined;
  }
  if (!ts.isCallExpression(pattern)) return undefined;
  const parts = pattern.arguments.map((one) => fits(one, known, values));
  if (parts.includes(undefined)) return undefined;
  const called = lastName(pattern.expression);
  if (called === 'union') return parts.includes(true);
  return called === 'not' && parts.length === 1 ? !parts[0] : undefined;
}
