import { ts } from 'ts-morph';
import { bare, lastName } from './find-uses';
import { FUNCTIONS, MAKERS, METHODS, isGatekeeperName, type Kind } from './names';
import type { Names } from './names-in';

/** Whether something is of this package: proved by its type, told by its name where there are no types, or neither. */
export type Proof = 'type' | 'name' | 'other' | 'unknown';

/** A call of this package that names a flag. */
export interface Question {
  readonly kind: Kind;
  readonly called: string;
  readonly call: ts.CallExpression;
  /** What `ff` is called on. */
  readonly receiver: ts.Expression | undefined;
  readonly proof: Proof;
}

/** What a call asks of this package, or undefined where it has nothing to do with it. */
export function questionOf(call: ts.CallExpression, names: Names): Question | undefined {
  const callee = call.expression;
  if (ts.isPropertyAccessExpression(callee)) {
    const kind = METHODS.get(callee.name.text);
    if (kind)
      return {
        kind,
        called: callee.name.text,
        call,
        receiver: callee.expression,
        proof: proofOfMethod(callee, names),
      };
  }
  const called = lastName(callee);
  const kind = FUNCTIONS.get(called);
  if (!kind) return undefined;
  return { kind, called, call, receiver: undefined, proof: proofOfFunction(callee, names) };
}

function proofOfMethod(access: ts.PropertyAccessExpression, names: Names): Proof {
  const symbol = names.checker.getSymbolAtLocation(access.name);
  if (symbol?.declarations?.length) return symbol.declarations.some(isOurs) ? 'type' : 'other';
  return isGatekeeperByName(access.expression, names) ? 'name' : 'unknown';
}

function proofOfFunction(callee: ts.Expression, names: Names): Proof {
  const at = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  let symbol = names.checker.getSymbolAtLocation(at);
  const [declaration] = symbol?.declarations ?? [];
  if (declaration && isImportOfOurs(declaration)) return 'type';
  if (symbol && fromRequire(symbol)) return 'name';
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = names.checker.getAliasedSymbol(symbol);
  if (symbol?.declarations?.length) return symbol.declarations.some(isOurs) ? 'type' : 'other';
  return 'unknown';
}

/** `const { requireVariant } = require('gatekeeper-flags/express')` */
function fromRequire(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
    return (
      variable?.initializer !== undefined && /\brequire\(\s*['"]gatekeeper-flags/.test(variable.initializer.getText())
    );
  });
}

function isImportOfOurs(declaration: ts.Declaration): boolean {
  const from = ts.findAncestor(declaration, ts.isImportDeclaration)?.moduleSpecifier;
  return from !== undefined && ts.isStringLiteral(from) && isPackage(from.text);
}

export function isPackage(specifier: string): boolean {
  return specifier === 'gatekeeper-flags' || specifier.startsWith('gatekeeper-flags/');
}

const OURS = new Set(['Gatekeeper', 'Client', 'requireVariant', 'Variant', ...FUNCTIONS.keys()]);

/** Declared in a file of this package, as what it is called there. */
function isOurs(declaration: ts.Declaration): boolean {
  const { fileName } = declaration.getSourceFile();
  const inPackage = /\/gatekeeper-flags\/|\/(?:dist|src)\/(?:gatekeeper|client|express|testing)\b/.test(fileName);
  const named = ts.findAncestor(declaration, (node) => {
    const { name } = node as ts.NamedDeclaration;
    return name !== undefined && ts.isIdentifier(name) && OURS.has(name.text);
  });
  return inPackage && named !== undefined;
}

/** `gk`, `req.gk`, `engine.for(…)`, or a constant that is one. */
function isGatekeeperByName(node: ts.Expression, names: Names): boolean {
  const inner = bare(node);
  if (ts.isAwaitExpression(inner)) return isGatekeeperByName(inner.expression, names);
  if (ts.isCallExpression(inner)) return MAKERS.has(lastName(inner.expression));
  if (isGatekeeperName(lastName(inner))) return true;
  if (!ts.isIdentifier(inner)) return false;
  const declaration = names.symbolOf(inner)?.valueDeclaration;
  const from = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return from !== undefined && isGatekeeperByName(from, names);
}
