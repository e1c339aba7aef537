import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isRequireOf } from '../edit/modules';
import { nodes, parse, type Node } from '../edit/parse';
import { Failure } from '../failure';

/** A file that makes an Express app, and where. */
export interface FoundApp {
  readonly file: string;
  readonly text: string;
  readonly program: Node;
  /** What the app is called there: `app`, `this.app`. */
  readonly app: string;
  /** The statement that makes it. */
  readonly statement: Node;
}

const SKIPPED = /^(\.|node_modules$|dist$|build$|out$|coverage$|__tests__$|tests?$|e2e$)/;
const SOURCE = /(?<!\.d|\.test|\.spec|gatekeeper\.config)\.[mc]?[jt]sx?$/;
const BLOCKS: ReadonlySet<string> = new Set(['Program', 'BlockStatement', 'SwitchCase', 'StaticBlock']);

/** The sources in a folder: no tests, nothing built, nothing installed. */
export function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.test(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return entry.isFile() && SOURCE.test(entry.name) ? [path] : [];
  });
}

/**
 * The one app of a project.
 * @throws Failure where there is none, or more than one
 */
export function findApp(files: readonly string[]): FoundApp {
  const named = (file: string) => relative(process.cwd(), file);
  const candidates = files.filter((file) => /\bexpress\b[^]*\(\s*\)/.test(readFileSync(file, 'utf8')));
  const failed: string[] = [];
  const apps = candidates.flatMap((file) => {
    try {
      return appsIn(file);
    } catch (error) {
      failed.push((error as Error).message);
      return [];
    }
  });
  if (apps.length === 1) return apps[0]!;
  if (apps.length > 1) {
    const places = [...new Set(apps.map(({ file }) => named(file)))];
    const which =
      places.length > 1
        ? `say which: npx gatekeeper init ${places[0]}`
        : 'add the middleware by hand to the one you mean';
    throw new Failure(`${apps.length} calls of express() in ${places.join(', ')}; ${which}`);
  }
  if (failed.length > 0) throw new Failure(failed[0]!);
  throw new Failure('no `const app = express()` found here; say where it is: npx gatekeeper init path/to/app.ts');
}

function appsIn(file: string): readonly FoundApp[] {
  const text = readFileSync(file, 'utf8');
  const program = parse(text, file);
  const names = expressNames(program);
  const found: FoundApp[] = [];
  for (const [node, above] of nodes(program)) {
    if (node.type !== 'CallExpression' || node.arguments.length > 0) continue;
    const { callee } = node;
    if (!(callee.type === 'Identifier' ? names.has(callee.name) : isRequireOf(callee, 'express'))) continue;
    const app = assignedTo(node, above, text);
    const at = above.findIndex(({ type }) => type === 'VariableDeclaration' || type === 'ExpressionStatement');
    const statement = above[at + 1]?.type === 'ExportNamedDeclaration' ? above[at + 1] : above[at];
    const block = statement && above[above.indexOf(statement) + 1];
    if (app && statement && block && BLOCKS.has(block.type)) found.push({ file, text, program, app, statement });
  }
  return found;
}

/** What the value of `call` is called from then on; undefined where it is used at once. */
function assignedTo(call: Node, above: readonly Node[], text: string): string | undefined {
  let value = call;
  let name: Node | undefined;
  for (const parent of above) {
    if (parent.type === 'VariableDeclarator' && parent.init === value)
      return parent.id.type === 'Identifier' ? parent.id.name : undefined;
    if (parent.type === 'AssignmentExpression' && parent.right === value) name = parent.left;
    else if (!TRANSPARENT.has(parent.type)) break;
    value = parent;
  }
  const isPlain = name?.type === 'Identifier' || (name?.type === 'MemberExpression' && !name.computed);
  return isPlain ? text.slice(name!.start, name!.end) : undefined;
}

const TRANSPARENT: ReadonlySet<string> = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);

/** What a file calls the module `express`. */
function expressNames(program: Node): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [node] of nodes(program)) {
    if (node.type === 'ImportDeclaration' && node.source.value === 'express')
      for (const { type, local, imported } of node.specifiers)
        if (type !== 'ImportSpecifier' || imported.name === 'default') names.add(local.name);
    if (node.type === 'TSImportEqualsDeclaration' && node.moduleReference.expression?.value === 'express')
      names.add(node.id.name);
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && isRequireOf(node.init, 'express'))
      names.add(node.id.name);
  }
  return names;
}
