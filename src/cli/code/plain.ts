import { ts } from 'ts-morph';
import type { Data } from './data';
import { bare, textOfName } from './find-uses';
import type { Names } from './names-in';

/** The value of what is written out as a literal. */
export function plainValue(node: ts.Expression, names: Names): { readonly value: Data } | undefined {
  const inner = bare(node);
  if (ts.isStringLiteralLike(inner)) return { value: inner.text };
  if (ts.isNumericLiteral(inner)) return { value: Number(inner.text) };
  if (inner.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (inner.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (inner.kind === ts.SyntaxKind.NullKeyword) return { value: null };
  if (ts.isIdentifier(inner) && inner.text === 'undefined') return { value: undefined };
  if (
    ts.isPrefixUnaryExpression(inner) &&
    inner.operator === ts.SyntaxKind.MinusToken &&
    ts.isNumericLiteral(inner.operand)
  )
    return { value: -Number(inner.operand.text) };
  if (ts.isArrayLiteralExpression(inner)) {
    const items = inner.elements.map((one) => plainValue(one, names));
    return items.every((one) => one !== undefined) ? { value: items.map(({ value }) => value) } : undefined;
  }
  if (ts.isObjectLiteralExpression(inner)) {
    const entries = inner.properties.map((one) => {
      const key = ts.isPropertyAssignment(one) ? (textOfName(one.name) ?? numberOf(one.name)) : undefined;
      const value = ts.isPropertyAssignment(one) ? plainValue(one.initializer, names) : undefined;
      return key === undefined || key === '__proto__' || value === undefined
        ? undefined
        : ([key, value.value] as const);
    });
    return entries.every((one) => one !== undefined) ? { value: Object.fromEntries(entries) } : undefined;
  }
  return ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner) ? member(inner, names) : undefined;
}

/** A member of an enum, or of a constant object that stands for one. */
function member(
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  names: Names,
): { readonly value: Data } | undefined {
  const { checker } = names;
  const found = checker.getConstantValue(node);
  if (found !== undefined) return { value: found };
  const type = checker.getTypeAtLocation(node);
  if (type.isStringLiteral()) return { value: type.value };
  // What is imported from where no types are, but is called as this flag's variants are.
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const symbol = names.symbolOf(node.expression);
  const declaration = symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  const value = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer;
  if (value && ts.isObjectLiteralExpression(bare(value))) {
    const entry = (bare(value) as ts.ObjectLiteralExpression).properties.find(
      (one) => one.name && textOfName(one.name) === node.name.text,
    );
    return entry && ts.isPropertyAssignment(entry) && ts.isStringLiteralLike(entry.initializer)
      ? { value: entry.initializer.text }
      : undefined;
  }
  return undefined;
}

function numberOf(name: ts.PropertyName): string | undefined {
  return ts.isNumericLiteral(name) ? name.text : undefined;
}
