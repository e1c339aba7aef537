import { nodes, type Node } from './parse';

/** Whether a node is `require('…')` of a module. */
export function isRequireOf(node: Node | null, module?: string): boolean {
  if (node?.type !== 'CallExpression' || node.callee.name !== 'require') return false;
  return module === undefined || node.arguments[0]?.value === module;
}

/** Whether a file has a module by `import` or `require`. */
export function usesModule(program: Node, module: string): boolean {
  for (const [node] of nodes(program)) {
    if (node.type === 'ImportDeclaration' && node.source.value === module) return true;
    if (isRequireOf(node, module)) return true;
  }
  return false;
}

/** The last statement at the top that loads a module before another. */
export function lastLoad(program: Node, before: Node): Node | undefined {
  return program.body.findLast(
    (node: Node) => node.end <= before.start && (/^(Import|TSImportEquals)/.test(node.type) || requires(node)),
  );
}

function requires(statement: Node): boolean {
  if (statement.type !== 'VariableDeclaration') return false;
  for (const [node] of nodes(statement)) if (isRequireOf(node)) return true;
  return false;
}
