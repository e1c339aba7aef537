import { ts } from 'ts-morph';
import type { Values } from './values';

/** What a `switch` on a known variant does. */
export interface KeptClauses {
  readonly statements: readonly ts.Statement[];
  /** Whether it ends with a `break`, which then goes. */
  readonly breaks: boolean;
  /** Where a `break` is elsewhere than at the end. */
  readonly trouble?: ts.Node;
}

/** The statements that a `switch` goes through, or undefined where that is not known. */
export function keptClauses(node: ts.SwitchStatement, values: Values): KeptClauses | undefined {
  const known = values.value(node.expression);
  if (!known) return undefined;
  const { clauses } = node.caseBlock;
  const labels = clauses.map((clause) => (ts.isCaseClause(clause) ? values.constant(clause.expression) : undefined));
  if (clauses.some((clause, at) => ts.isCaseClause(clause) && labels[at] === undefined)) return undefined;
  const matching = labels.findIndex((label) => label && label.value === known.value);
  const from = matching === -1 ? clauses.findIndex(ts.isDefaultClause) : matching;
  const statements: ts.Statement[] = [];
  if (from === -1) return { statements, breaks: false };
  for (const clause of clauses.slice(from)) {
    const [only, ...others] = clause.statements;
    const block = only && ts.isBlock(only) && others.length === 0 ? only.statements : undefined;
    for (const [at, statement] of (block ?? clause.statements).entries()) {
      if (ts.isBreakStatement(statement) && !statement.label)
        return { statements, breaks: true, trouble: breakIn(statements) };
      statements.push(statement);
      const isLast = at === (block ?? clause.statements).length - 1;
      if (isLast && isEnd(statement)) return { statements, breaks: false, trouble: breakIn(statements) };
    }
  }
  return { statements, breaks: false, trouble: breakIn(statements) };
}

function isEnd(statement: ts.Statement): boolean {
  return ts.isReturnStatement(statement) || ts.isThrowStatement(statement) || ts.isContinueStatement(statement);
}

/** A `break` that would leave the switch from the middle of a statement. */
function breakIn(statements: readonly ts.Node[]): ts.Node | undefined {
  const find = (node: ts.Node): ts.Node | undefined => {
    if (ts.isBreakStatement(node) && !node.label) return node;
    if (ts.isIterationStatement(node, false) || ts.isSwitchStatement(node) || ts.isFunctionLike(node)) return undefined;
    return ts.forEachChild(node, find);
  };
  for (const statement of statements) {
    const found = find(statement);
    if (found) return found;
  }
  return undefined;
}
