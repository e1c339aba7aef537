import { extname } from 'node:path';
import { nodes, type Node } from './parse';

/** How a file is written, so that what is added to it looks as if it had been there. */
export interface Style {
  readonly typescript: boolean;
  /** ES modules, not CommonJS. */
  readonly esm: boolean;
  readonly eol: '\n' | '\r\n';
  readonly indent: string;
  readonly quote: "'" | '"';
  readonly semicolons: boolean;
}

export function styleOf(text: string, program: Node, file: string): Style {
  const literals = [...text.matchAll(/(['"])[^'"\n]*\1/g)].map(([, quote]) => quote);
  const single = literals.filter((quote) => quote === "'").length;
  const indent = /^([ \t]+)(?! ?\*)\S/m.exec(text)?.[1] ?? '  ';
  const statements = program.body.filter(({ type }: Node) => SEMICOLON.has(type));
  const ended = statements.filter(({ end }: Node) => text[end - 1] === ';').length;
  return {
    typescript: isTypeScript(file),
    esm: isEsm(program, file),
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    indent: indent.startsWith('\t') ? '\t' : indent,
    quote: single * 2 >= literals.length ? "'" : '"',
    semicolons: ended * 2 >= statements.length,
  };
}

const SEMICOLON: ReadonlySet<string> = new Set(['VariableDeclaration', 'ExpressionStatement', 'ImportDeclaration']);

function isTypeScript(file: string): boolean {
  return /^\.[mc]?tsx?$/.test(extname(file));
}

/** Whether a file has its modules by `import`; where it has none yet, as its name says. */
function isEsm(program: Node, file: string): boolean {
  const declares = program.body.some(({ type }: Node) => /^(Import|Export|TSImportEquals)/.test(type));
  return declares || /^\.m/.test(extname(file));
}

/** Code as it is written here (two spaces, single quotes, semicolons) in the style of a file. */
export function restyle(code: string, { eol, indent, semicolons }: Style): string {
  const lines = code.split('\n').map((line) => {
    const [spaces] = /^ */.exec(line)!;
    const ended = semicolons ? line.trimStart() : line.trimStart().replace(/;$/, '');
    return indent.repeat(spaces.length / 2) + ended;
  });
  return lines.join(eol);
}

/** A string literal. */
export function quoted(text: string, { quote }: Pick<Style, 'quote'>): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return quote === '"' ? `"${inner}"` : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The first of `candidates` that nothing in the file is called; if all are taken, the last with a number. */
export function freeName(program: Node, ...candidates: readonly string[]): string {
  const taken = new Set<string>();
  for (const [{ type, name }] of nodes(program)) if (type === 'Identifier') taken.add(name);
  const free = candidates.find((name) => !taken.has(name));
  for (let number = 2; free === undefined; number++) {
    const name = `${candidates.at(-1)}${number}`;
    if (!taken.has(name)) return name;
  }
  return free;
}

export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The text with more in it, every other character as it was. */
export function spliced(text: string, insertions: readonly Insertion[]): string {
  let [result, last] = ['', 0];
  for (const { at, text: added } of [...insertions].sort((a, b) => a.at - b.at)) {
    result += text.slice(last, at) + added;
    last = at;
  }
  return result + text.slice(last);
}

/** Where a line after `node` begins to be added: at its end, or after the comment that stands on the same line. */
export function lineEnd(text: string, node: Node): number {
  const [rest] = /^[^\S\n\r]*(\/\/[^\n\r]*|\/\*[^\n\r]*?\*\/)?[^\S\n\r]*(?=[\n\r]|$)/.exec(text.slice(node.end)) ?? [
    '',
  ];
  return node.end + rest.length;
}
