import { ts } from 'ts-morph';
import { keptClauses } from './fold-switch';
import type { Values } from './values';

/** Whether what follows a statement is reached; with `values` once the flag has one variant, without as it is now. */
export function goesOn(statement: ts.Statement, values?: Values): boolean {
  if (
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isBreakStatement(statement) ||
    ts.isContinueStatement(statement)
  )
    return false;
  if (ts.isBlock(statement)) return statement.statements.every((one) => goesOn(one, values));
  if (ts.isIfStatement(statement)) {
    const { thenStatement: yes, elseStatement: no } = statement;
    const known = values?.truth(statement.expression);
    if (known) return known.value ? goesOn(yes, values) : !no || goesOn(no, values);
    return !no || goesOn(yes, values) || goesOn(no, values);
  }
  if (ts.isTryStatement(statement)) {
    const { tryBlock, catchClause, finallyBlock } = statement;
    if (finallyBlock && !goesOn(finallyBlock, values)) return false;
    return goesOn(tryBlock, values) || (catchClause !== undefined && goesOn(catchClause.block, values));
  }
  if (ts.isSwitchStatement(statement) && values) {
    const kept = keptClauses(statement, values);
    if (kept && !kept.breaks) return kept.statements.every((one) => goesOn(one, values));
  }
  return true;
}
