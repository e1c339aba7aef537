import { extname, relative } from 'node:path';
import { createJiti } from 'jiti';
import { Failure } from '../failure';

/** A node of the syntax tree, as Babel has it; positions are those in the text. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: any;
}

/**
 * The syntax tree of a file: of TypeScript or JavaScript, with what jiti has on board to run configs.
 * @throws Failure where it does not parse
 */
export function parse(text: string, file: string): Node {
  let program: Node | undefined;
  // What a later step of the transformation would change is copied before it runs.
  const keep = () => ({ pre: ({ ast }: { ast: Node }) => void (program = plain(ast.program)) });
  const ts = /^\.[mc]?tsx?$/.test(extname(file));
  const jsx = !ts || file.endsWith('x');
  const code = createJiti(file, { fsCache: false }).transform({
    source: text,
    filename: file,
    ts,
    jsx,
    async: true,
    babel: { plugins: [keep] },
  });
  if (program) return program;
  const [, said = '{}'] = /__JITI_ERROR__ = (\{.*\})/.exec(code) ?? [];
  const { line = 1, column = 0, message = 'it cannot be read' } = JSON.parse(said);
  const what = String(message).split('\n')[0]!.trim().replace(/\.$/, '');
  throw new Failure(`${relative(process.cwd(), file)} does not parse: ${what} (${line}:${column})`);
}

/** A node without what points back to others. */
function plain(value: any): any {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'loc' && !key.endsWith('Comments') && key !== 'errors');
  return Object.fromEntries(kept.map(([key, one]) => [key, plain(one)]));
}

/** Every node of a tree, parents before children, with the nodes above it (nearest first). */
export function* nodes(node: Node, above: readonly Node[] = []): Generator<readonly [Node, readonly Node[]]> {
  yield [node, above];
  const inside = [node, ...above];
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === 'string') yield* nodes(child, inside);
}
