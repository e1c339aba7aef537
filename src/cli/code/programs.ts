import { ts } from 'ts-morph';

/** A program of one file that knows no types but those written in it: for templates and plain JavaScript. */
export function alone(
  name: string,
  text: string,
): { readonly file: ts.SourceFile; readonly checker: ts.TypeChecker; readonly problem?: string } {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, kindOf(name));
  const host: ts.CompilerHost = {
    getSourceFile: (asked) => (asked === name ? file : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    writeFile() {},
    getCurrentDirectory: () => '',
    getCanonicalFileName: (one) => one,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (asked) => asked === name,
    readFile: () => undefined,
  };
  const options = {
    noLib: true,
    noResolve: true,
    allowJs: true,
    checkJs: false,
    types: [],
    target: ts.ScriptTarget.Latest,
    jsx: ts.JsxEmit.Preserve,
  };
  const program = ts.createProgram([name], options, host);
  const [problem] = program.getSyntacticDiagnostics(file);
  return {
    file,
    checker: program.getTypeChecker(),
    ...(problem && { problem: inWords(problem) }),
  };
}

export function kindOf(name: string): ts.ScriptKind {
  if (/\.[cm]?ts$/.test(name)) return ts.ScriptKind.TS;
  if (/\.tsx$/.test(name)) return ts.ScriptKind.TSX;
  return ts.ScriptKind.JSX;
}

/** `Expected ")" (3:7)` */
export function inWords({ messageText, file, start = 0 }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\s+/g, ' ');
  if (!file) return text;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${text.replace(/\.$/, '')} (${line + 1}:${character + 1})`;
}
