import { ts } from 'ts-morph';
import { questionOf, type Question } from './answers';
import { bare, findUses, lastName, textOfName, type Use } from './find-uses';
import type { Folding } from './fold';
import type { Refused } from './fold-file';
import type { Names } from './names-in';
import { isGone } from './unused';
import { isOptional } from './values';

export interface Leftovers {
  /** Uses that could not be folded away, with the reason. */
  readonly uses: readonly Refused[];
  /** Questions whose flag is only known as the program runs. */
  readonly dynamic: readonly ts.Node[];
  /** Texts that are the same as the flag's name. */
  readonly mentions: readonly ts.Node[];
}

/** What is left of the flag in a file, once it has been folded. */
export function leftoversOf(folding: Folding): Leftovers {
  const { values, file } = folding;
  const { flag } = values.target;
  const uses: Refused[] = [];
  const dynamic: ts.Node[] = [];
  const named = new Set<ts.Node>();
  for (const use of findUses(file)) {
    if (isGone(use.name, folding)) continue;
    named.add(use.name);
    const asked = ts.isCallExpression(use.node) ? questionOf(use.node, values.names) : undefined;
    if (asked && asked.proof === 'other' && use.flag === flag && fitsAll(asked, folding))
      uses.push({ node: use.node, reason: `${asked.receiver!.getText()} may be a Gatekeeper: give it that type` });
    if (asked && (asked.proof === 'other' || values.isOther(asked))) continue;
    if (isDefinition(use) && values.target.registered) continue; // of another config: ours is gone
    const actual = use.flag ?? (asked && values.flagOf(asked));
    if (actual === flag) uses.push({ node: use.node, reason: reasonOf(use, folding) });
    else if (actual === undefined && mayBe(use, folding)) dynamic.push(use.node);
  }
  const mentions: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && node.text === flag && !named.has(node) && !isGone(node, folding))
      mentions.push(node);
    if (isReadOfFlag(node, folding) && !isGone(node, folding))
      uses.push({ node, reason: 'may be the answer of the flag, out of all(): write ffVariant' });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { uses, dynamic, mentions };
}

/** Whether a method is one of an interface that a Gatekeeper has as well. */
function fitsAll({ receiver, call }: Question, { values }: Folding): boolean {
  const { checker } = values.names;
  const callee = call.expression as ts.PropertyAccessExpression;
  const declarations = receiver ? (checker.getSymbolAtLocation(callee.name)?.declarations ?? []) : [];
  return declarations.some(
    (one) =>
      (ts.isMethodSignature(one) || ts.isPropertySignature(one)) &&
      !one.getSourceFile().fileName.includes('/node_modules/'),
  );
}

/** Whether a property of the flag's name is read out of what is not known: neither by types, nor a constant of the program. */
function isReadOfFlag(node: ts.Node, { values }: Folding): boolean {
  const { checker } = values.names;
  const isIt = (name: ts.Node) =>
    textOfName(name) === values.target.flag && !checker.getSymbolAtLocation(name)?.declarations?.length;
  if (ts.isBindingElement(node)) {
    const { parent } = node.parent;
    if (!ts.isObjectBindingPattern(node.parent) || textOfName(node.propertyName ?? node.name) !== values.target.flag)
      return false;
    const type = checker.getTypeAtLocation(node.parent);
    const from = ts.isVariableDeclaration(parent) ? parent.initializer : undefined;
    return !type.getProperty(values.target.flag)?.declarations && !(from && isOfProgram(from, values.names));
  }
  return ts.isPropertyAccessExpression(node) && isIt(node.name) && !isOfProgram(node.expression, values.names);
}

/** Whether something is out of a module, or global: it is there once, and no answer for a request. */
function isOfProgram(node: ts.Expression, names: Names): boolean {
  const inner = bare(node);
  if (ts.isPropertyAccessExpression(inner)) return isOfProgram(inner.expression, names);
  if (ts.isCallExpression(inner)) return lastName(inner.expression) === 'require';
  if (!ts.isIdentifier(inner)) return false;
  if (/^(?:process|module|exports|window|globalThis)$/.test(inner.text)) return true;
  const declaration = names.symbolOf(inner)?.declarations?.[0];
  if (!declaration) return false;
  if (ts.findAncestor(declaration, ts.isImportDeclaration) || ts.isEnumDeclaration(declaration)) return true;
  const from = ts.findAncestor(declaration, ts.isVariableDeclaration)?.initializer;
  return from !== undefined && isOfProgram(from, names);
}

function isDefinition({ kind }: Use): boolean {
  return kind === 'definition';
}

/** All that is refused in a file, each place once. */
export function refusalsOf(said: readonly Refused[], left: Leftovers): Refused[] {
  const isSaid = (node: ts.Node) => said.some((one) => one.node.pos <= node.pos && node.end <= one.node.end);
  const places = new Map([...said, ...left.uses.filter(({ node }) => !isSaid(node))].map((one) => [one.node, one]));
  return [...places.values()];
}

/** Whether a name that the program makes may be this flag's: its type may say that it is not. */
function mayBe({ name }: Use, { values }: Folding): boolean {
  if (!ts.isExpression(name)) return true;
  const type = values.names.checker.getTypeAtLocation(name);
  // A name that the types know as a flag's is checked by the compiler once the flag is gone.
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.String)) !== 0;
}

function reasonOf({ kind, node }: Use, { values }: Folding): string {
  const { target } = values;
  const asked = ts.isCallExpression(node) ? questionOf(node, values.names) : undefined;
  if (asked?.proof === 'unknown')
    return asked.receiver
      ? `cannot tell whether ${asked.receiver.getText()} is a Gatekeeper; call it gk, or give it its type`
      : `cannot tell where ${asked.called} comes from`;
  if (ts.isCallExpression(node) && (node.questionDotToken || isOptional(node)))
    return 'there may be no Gatekeeper to ask here (?.)';
  switch (kind) {
    case 'payload':
    case 'usePayload':
      return 'reason' in target.payload ? target.payload.reason : 'what is made of its payload cannot be told';
    case 'ff':
    case 'useFlag':
      return 'the variant asked for is only known as the program runs';
    case '<Variant>':
      return 'a <Variant> of another package, or one whose variant is only known as the program runs';
    case 'requireVariant':
      return 'a guard whose answer cannot be written out here';
    case 'live':
      return 'changes the flag live; delete it';
    case 'explain':
      return 'explains the flag; delete it';
    case 'override':
      return 'lets people choose a variant; delete it';
    case 'test':
      return 'a test that asks for the variant that goes, or for each; delete it or take the flag out';
    case 'definition':
      return 'what is registered here is no class that can be found';
    case 'requires':
      return 'another flag requires it';
    default:
      return 'cannot be taken out by machine';
  }
}
