import { join } from 'node:path';
import { ts } from 'ts-morph';
import { scriptletsOf } from './ejs';
import { codeFiles, readText } from './files';
import { findUses } from './find-uses';
import { FUNCTIONS, METHODS, type Kind } from './names';
import { inWords, kindOf } from './programs';
import { usesInWords } from './template-words';

/** A use, and where it is. */
export interface Found {
  readonly kind: Kind;
  /** Undefined where the name is made as the program runs. */
  readonly flag: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Its line. */
  readonly text: string;
  /** In a template that `cleanup` does not edit. */
  readonly template?: boolean;
}

export interface Scan {
  readonly uses: readonly Found[];
  /** Files that do not parse; their uses are not known. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
  readonly files: number;
}

/** What a file must have in it to be worth parsing. */
const WORTH = new RegExp(
  `\\b(?:${[...METHODS.keys(), ...FUNCTIONS.keys(), 'Variant', 'FeatureFlag', 'flags', 'live'].join('|')})\\b`,
);

/** Every use of every flag in a project, by file and line. */
export function scan(folder: string, advance: (files: number, all: number) => void = () => {}): Scan {
  const uses: Found[] = [];
  const problems: { file: string; reason: string }[] = [];
  const files = codeFiles(folder);
  for (const [at, file] of files.entries()) {
    if (at % 50 === 0) advance(at, files.length);
    try {
      const text = readText(join(folder, file));
      if (text === undefined) problems.push({ file, reason: 'is no UTF-8' });
      else if (WORTH.test(text)) for (const use of usesIn(file, text)) uses.push({ ...use, file });
    } catch (error) {
      problems.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { uses, problems, files: files.length };
}

/** The uses in one file. @throws SyntaxError where it does not parse */
export function usesIn(file: string, text: string): Omit<Found, 'file'>[] {
  if (/\.(?:pug|jade|njk|nunjucks|hbs|handlebars)$/.test(file)) return usesInWords(file, text);
  // HTML may be a template by another name, as EJS often is; in these, only what is surely a question counts.
  if (/\.(?:html?|vue|svelte|astro|mdx)$/.test(file))
    return usesInWords(file, text).filter(({ kind, flag }) => flag !== undefined && /^ff/.test(kind));
  const isTemplate = /\.(?:ejs|eta)$/.test(file);
  const scriptlets = isTemplate ? scriptletsOf(text) : undefined;
  const name = scriptlets ? `${file}.ts` : file;
  const source = ts.createSourceFile(name, scriptlets?.code ?? text, ts.ScriptTarget.Latest, true, kindOf(name));
  const [problem] = (source as unknown as { parseDiagnostics: ts.Diagnostic[] }).parseDiagnostics;
  if (problem) throw new SyntaxError(`does not parse: ${inWords(problem)}`);
  const lines = lineStarts(text);
  return findUses(source).map(({ kind, flag, node, name: named }) => {
    const at =
      ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node;
    const start = ts.isCallExpression(node) || kind === '<Variant>' ? at.getStart(source) : named.getStart(source);
    const position = scriptlets ? scriptlets.toTemplate(start) : start;
    const line = lines.findLastIndex((one) => one <= position);
    const whole = text.slice(lines[line], lines[line + 1] ?? text.length);
    const mark = text.startsWith('\uFEFF') && line === 0 ? 1 : 0;
    return {
      kind,
      flag,
      line: line + 1,
      column: position - lines[line]! + 1 - mark,
      text: whole.replace('\uFEFF', '').trim(),
      ...(file.endsWith('.eta') && { template: true }),
    };
  });
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  return starts;
}
