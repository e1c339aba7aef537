import { ts } from 'ts-morph';
import { replacedNames, type Folding } from './fold';
import { namesOf, remove } from './fold-statements';
import { removeItem } from './items';
import { wholeLines } from './lines';

export interface UnusedOptions {
  /** Whether something exported is used nowhere else any more. */
  readonly isUnusedElsewhere?: (node: ts.DeclarationStatement) => boolean;
  /** Parameters that nothing uses get an underscore, as the compiler wants it. */
  readonly markParameters?: boolean;
}

/** Takes out what nothing uses any more, where something did before; says whether there was any. */
export function removeUnused(folding: Folding, options: UnusedOptions = {}): boolean {
  let found = false;
  const done = doneIn(folding);
  for (let again = true; again;) {
    again = false;
    for (const declaration of declarationsOf(folding.file)) {
      if (done.has(declaration) || !isLeftUnused(declaration, folding, options)) continue;
      if (!removeDeclaration(declaration, folding, options)) continue;
      done.add(declaration);
      found = again = true;
    }
  }
  return found;
}

const doneByFolding = new WeakMap<Folding, Set<Declaration>>();

/** What has been looked after already: of some, a part stays. */
function doneIn(folding: Folding): Set<Declaration> {
  const known = doneByFolding.get(folding) ?? new Set();
  doneByFolding.set(folding, known);
  return known;
}

type Declaration =
  | ts.VariableDeclaration
  | ts.BindingElement
  | ts.ParameterDeclaration
  | ts.ImportSpecifier
  | ts.ImportClause
  | ts.NamespaceImport
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.EnumDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | Member;

/** What only the class itself can use. */
type Member = (ts.MethodDeclaration | ts.PropertyDeclaration) & { readonly name: ts.Identifier | ts.PrivateIdentifier };

const cache = new WeakMap<ts.SourceFile, readonly Declaration[]>();

function declarationsOf(file: ts.SourceFile): readonly Declaration[] {
  const known = cache.get(file);
  if (known) return known;
  const found: Declaration[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isVariableDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isParameter(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node) ||
      isStatement(node) ||
      isMember(node)
    )
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  cache.set(file, found);
  return found;
}

function isStatement(node: ts.Node): node is Extract<Declaration, ts.DeclarationStatement> {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function isPrivateIn(node: ts.MethodDeclaration): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
}

function isMember(node: ts.Node): node is Member {
  if (!ts.isMethodDeclaration(node) && !ts.isPropertyDeclaration(node)) return false;
  // A private property of TypeScript is one like others for whoever lists them, or writes them as JSON.
  const isPrivate = ts.isMethodDeclaration(node) && ts.isIdentifier(node.name) && isPrivateIn(node);
  return (isPrivate || ts.isPrivateIdentifier(node.name)) && !ts.getDecorators(node)?.length;
}

function isLeftUnused(node: Declaration, folding: Folding, { isUnusedElsewhere }: UnusedOptions): boolean {
  const { name } = node;
  if (!name || !(ts.isIdentifier(name) || ts.isPrivateIdentifier(name))) return false;
  const { names } = folding.values;
  const symbol = names.symbolOf(name);
  if (!symbol || (symbol.declarations?.length ?? 0) > 1 || isGone(node, folding)) return false;
  const isExported =
    (ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Export) !== 0 && !ts.isParameter(node);
  if (isExported && !(isStatement(node) && isUnusedElsewhere?.(node))) return false;
  const references = names
    .references(symbol)
    .filter((one) => one.pos < node.pos || one.end > node.end || !(isStatement(node) || isMember(node)));
  const had = references.length > 0 || isExported;
  return had && references.every((one) => isGone(one, folding));
}

/** Whether a piece of the text is taken out. */
export function isGone(node: ts.Node, { edits, file }: Folding): boolean {
  return replacedNames.has(node) || edits.covers({ start: node.getStart(file), end: node.end });
}

function removeDeclaration(node: Declaration, folding: Folding, { markParameters }: UnusedOptions): boolean {
  const { edits, file, values, text } = folding;
  if (isStatement(node)) {
    remove(node, folding);
    return true;
  }
  if (isMember(node)) {
    // `this[name]` is no reference that is known.
    if (/\]\s*\(|\bthis\s*\[/.test(node.parent.getText(file)) && ts.isIdentifier(node.name)) return false;
    if (ts.isPropertyDeclaration(node) && node.initializer && !values.pure(node.initializer)) return false;
    const { start, end } = wholeLines(text, node, file);
    edits.replace(start, end);
    return true;
  }
  if (ts.isParameter(node)) {
    const name = node.name.getText(file);
    const isMarked = name.startsWith('_') || ts.getCombinedModifierFlags(node) !== 0;
    const hasBody = (node.parent as ts.FunctionLikeDeclaration).body !== undefined;
    if (!markParameters || isMarked || !hasBody || folding.text.includes(`_${name}`)) return false;
    const start = node.name.getStart(file);
    if (edits.list.some((edit) => edit.start === start && edit.text === '_')) return false;
    edits.replace(start, start, '_');
    return true;
  }
  if (ts.isImportSpecifier(node) || ts.isNamespaceImport(node) || ts.isImportClause(node))
    return removeImport(node, folding);
  if (ts.isBindingElement(node)) {
    const pattern = node.parent;
    if (ts.isArrayBindingPattern(pattern) || pattern.elements.some(({ dotDotDotToken }) => dotDotDotToken))
      return false;
    if (node.initializer && !values.pure(node.initializer)) return false;
    const isLast = pattern.elements.every((one) => one === node || isGone(one, folding));
    if (isLast && ts.isVariableDeclaration(pattern.parent)) return removeVariable(pattern.parent, folding);
    removeItem(node, pattern.elements, folding);
    return true;
  }
  return removeVariable(node, folding);
}

function removeVariable(node: ts.VariableDeclaration, folding: Folding): boolean {
  const { values, edits, file, text } = folding;
  const list = node.parent;
  if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(list.parent)) return false;
  const { initializer } = node;
  const known = initializer && values.value(initializer);
  const isDone = !initializer || values.pure(initializer) || known?.effects.length === 0;
  const isAlone = list.declarations.every((one) => one === node || isGone(one, folding));
  if (!isDone) {
    // What its value took to find out still has to happen.
    if (!isAlone || list.declarations.length > 1) return false;
    if (known) {
      const pieces = known.effects.map((one) => ({ start: one.getStart(file), end: one.end }));
      edits.forget({ start: initializer.getStart(file), end: initializer.end }, pieces);
      edits.keepOnly({ start: list.parent.getStart(file), end: list.parent.end }, pieces, {
        between: '; ',
        close: ';',
      });
      return true;
    }
    const start = list.parent.getStart(file);
    if (/^(?:[{(\[`+\-/]|(?:async\s+)?function\b|class\b|let\b)/.test(text.slice(initializer.getStart(file))))
      return false;
    edits.replace(start, initializer.getStart(file));
    return true;
  }
  const isOnlyUse = namesOf(node.name).length <= 1 || !ts.isIdentifier(node.name);
  if (!isOnlyUse) return false;
  if (isAlone) remove(list.parent, folding);
  else removeItem(node, list.declarations, folding);
  return true;
}

function removeImport(node: ts.ImportSpecifier | ts.NamespaceImport | ts.ImportClause, folding: Folding): boolean {
  const { edits, text, file } = folding;
  const declaration = ts.findAncestor(node, ts.isImportDeclaration);
  const clause = declaration?.importClause;
  if (!declaration || !clause) return false;
  const bindings = clause.namedBindings;
  const others: ts.Node[] =
    bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : bindings ? [bindings] : [];
  const isLast = others.every((one) => one === node || isGone(one, folding));
  const hasDefault = clause.name !== undefined && clause !== node && !isGone(clause.name, folding);
  if (isLast && !hasDefault) {
    const { start, end } = wholeLines(text, declaration, file);
    edits.replace(start, end);
  } else if (node === clause)
    edits.replace(clause.name!.getStart(file), bindings ? bindings.getStart(file) : clause.name!.end);
  else if (isLast) edits.replace(clause.name!.end, bindings!.end);
  else removeItem(node, others, folding);
  return true;
}

/** Takes what a barrel hands on out of it. */
export function dropExports(folding: Folding, isGoneThere: (one: ts.ExportSpecifier) => boolean): void {
  const { edits, text, file } = folding;
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const clause = statement.exportClause;
    if (!clause || !ts.isNamedExports(clause)) continue;
    const gone = clause.elements.filter(isGoneThere);
    if (gone.length === 0) continue;
    if (gone.length < clause.elements.length) for (const one of gone) removeItem(one, clause.elements, folding);
    else {
      const { start, end } = wholeLines(text, statement, file);
      edits.replace(start, end);
    }
  }
}
