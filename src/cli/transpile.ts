import { dirname } from 'node:path';
import type { createJiti } from 'jiti';

export type TransformOptions = Parameters<ReturnType<typeof createJiti>['transform']>[0];

/** Babel, which jiti uses, takes time with the square of a file's classes and enums: from so many characters on, TypeScript is faster. */
const LARGE = 30_000;
/** What TypeScript would leave as it is. */
const BEYOND = /\bawait\b|\bimport\.meta\b/;

/** A large TypeScript file as CommonJS, by the TypeScript that its project has; undefined where Babel has to do it. */
export function byTypeScript({ source, filename = '' }: TransformOptions, home: string): string | undefined {
  if (source.length < LARGE || !/\.[cm]?ts$/.test(filename) || BEYOND.test(source)) return undefined;
  const ts = typescriptOf(home);
  if (!ts) return undefined;
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    fileName: filename,
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  return diagnostics.length > 0 ? undefined : outputText; // Babel says better what is wrong
}

function typescriptOf(home: string): typeof import('typescript') | undefined {
  try {
    const ts = require(require.resolve('typescript', { paths: [dirname(home), __dirname] }));
    return typeof ts.transpileModule === 'function' ? ts : undefined; // TypeScript 7 has none
  } catch {
    return undefined;
  }
}
