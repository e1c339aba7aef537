import { ts } from 'ts-morph';
import type { Data } from './data';
import { bare, findUses, propertyOf, textOfName } from './find-uses';
import type { Folding } from './fold';
import { removeItem } from './items';
import { wholeLines } from './lines';
import { Values } from './values';
import type { Names } from './names-in';
import type { Target } from './target';

/** `FLAG: new Flag()`, or `FLAG` alone for a constant of that name. */
export type Entry = ts.PropertyAssignment | ts.ShorthandPropertyAssignment;

/** The class of a registered flag, in whatever file it stands. */
export function classOf(entry: Entry, names: Names): ts.ClassDeclaration | undefined {
  const { symbol } = names.checker.getTypeAtLocation(ts.isPropertyAssignment(entry) ? entry.initializer : entry.name);
  const declaration = symbol?.valueDeclaration;
  return declaration && ts.isClassDeclaration(declaration) ? declaration : undefined;
}

/** Where the flag is registered in a file. */
export function registrationOf(flag: string, file: ts.SourceFile): Entry | undefined {
  const use = findUses(file).find((one) => one.kind === 'definition' && one.flag === flag);
  return use?.node as Entry | undefined;
}

/** What comes with a variant: the data written down in the class, or why it is not known. */
export function payloadOf(definition: ts.ClassDeclaration, variant: string, names: Names): Target['payload'] {
  const member = memberOf(definition, 'payloads');
  if (!member) return { value: undefined };
  const unknown = { reason: `the payload of ${variant} is no plain data in the class` };
  const payloads = member.initializer && bare(member.initializer);
  if (!payloads || !ts.isObjectLiteralExpression(payloads)) return unknown;
  if (payloads.properties.some((one) => !ts.isPropertyAssignment(one) || keyOf(one, names) === undefined))
    return unknown;
  const entry = payloads.properties.find((one) => keyOf(one as ts.PropertyAssignment, names) === variant);
  if (!entry) return { value: undefined };
  const values = new Values(names, { flag: '', keep: '', variants: [], payload: { value: undefined } });
  const plain = values.plain((entry as ts.PropertyAssignment).initializer);
  return plain ? { value: plain.value as Data } : unknown;
}

function keyOf({ name }: ts.PropertyAssignment, names: Names): string | undefined {
  if (!ts.isComputedPropertyName(name)) return textOfName(name);
  const type = names.checker.getTypeAtLocation(name.expression);
  return type.isStringLiteral() ? type.value : textOfName(name);
}

function memberOf(definition: ts.ClassDeclaration, name: string): ts.PropertyDeclaration | undefined {
  return definition.members.find(
    (one): one is ts.PropertyDeclaration => ts.isPropertyDeclaration(one) && one.name.getText() === name,
  );
}

/** The entry at its place, whatever the object it is in is called. */
function entryAt(at: NonNullable<Target['registered']>, file: ts.SourceFile): Entry | undefined {
  const find = (node: ts.Node): Entry | undefined => {
    const isIt = isEntry(node) && node.getStart(file) === at.position;
    return isIt ? node : ts.forEachChild(node, find);
  };
  return at.file === file.fileName ? find(file) : undefined;
}

export function isEntry(node: ts.Node): node is Entry {
  return ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);
}

/** Takes the flag out of the registration, and out of what other flags require. */
export function foldDefinition(folding: Folding): void {
  const { file, values, edits, text } = folding;
  const { flag, keep, registered } = values.target;
  const entry = registered ? entryAt(registered, file) : registrationOf(flag, file);
  if (entry) removeItem(entry, (entry.parent as ts.ObjectLiteralExpression).properties, folding);
  for (const use of findUses(file)) {
    if (use.flag !== flag) continue;
    if (use.kind !== 'requires') continue;
    const required = use.node as ts.ObjectLiteralExpression;
    const variant = propertyOf(required, 'variant');
    const wanted = variant && values.constant(variant)?.value;
    const list = required.parent as ts.ArrayLiteralExpression;
    const member = ts.findAncestor(list, (node) => ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node));
    const holder = member && ts.findAncestor(member, ts.isClassLike)?.name?.text;
    if (wanted !== keep) {
      folding.refuse(
        required,
        `${holder ?? 'another flag'} requires it at ${String(wanted)}, which nobody gets any more: clean that flag up first`,
      );
      continue;
    }
    if (list.elements.length === 1 && member && ts.isPropertyDeclaration(member)) {
      const lines = wholeLines(text, member, file);
      edits.replace(lines.start, lines.end);
    } else removeItem(required, list.elements, folding);
  }
}
