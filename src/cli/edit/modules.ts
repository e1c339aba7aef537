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
