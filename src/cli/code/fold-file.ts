import { ts } from 'ts-morph';
import { foldDefinition } from './definition';
import { Edits } from './edits';
import { foldFile, type Folding } from './fold';
import { namesOf } from './fold-statements';
import { Names } from './names-in';
import type { Target } from './target';
import { isGone } from './unused';
import { Values } from './values';

export interface Refused {
  readonly node: ts.Node;
  readonly reason: string;
}

/** Folds a flag out of a file; `refused` is filled with what cannot be done. */
export function startFolding(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  target: Target,
  refused: Refused[],
  isTemplate = false,
): Folding {
  const folding: Folding = {
    file,
    text: file.text,
    values: new Values(new Names(file, checker), target),
    edits: new Edits(),
    isTemplate,
    removed: [],
    refuse: (node, reason) => void refused.push({ node, reason }),
  };
  foldDefinition(folding);
  foldFile(folding);
  return folding;
}

/** Refuses where a `var` or a function goes whose name is known outside of what goes with it. */
export function checkHoisted(folding: Folding): void {
  const { names } = folding.values;
  const check = (name: ts.Identifier) => {
    const symbol = names.symbolOf(name);
    const used = symbol && names.references(symbol).find((one) => !isGone(one, folding));
    if (used) folding.refuse(used, `${name.text} is declared where the code goes, and used here`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name) return check(node.name);
    if (ts.isFunctionLike(node)) return;
    const isVar = ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0;
    if (isVar) for (const { name } of node.declarations) namesOf(name).forEach(check);
    ts.forEachChild(node, visit);
  };
  folding.removed.filter((node) => isGone(node, folding)).forEach(visit);
}
