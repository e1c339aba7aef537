import { createRequire } from 'node:module';
import { basename } from 'node:path';

/** Where ts-morph keeps the declarations of JavaScript itself: in memory, in a folder that is none. */
export const LIBRARY = '/node_modules/typescript/lib';

interface Common {
  getLibFiles(): readonly { readonly fileName: string; readonly text: string }[];
}

let texts: ReadonlyMap<string, string> | undefined;

/** The text of `lib.es2023.d.ts` and the like; undefined for every other file. */
export function libraryText(file: string): string | undefined {
  if (!file.startsWith(`${LIBRARY}/`)) return undefined;
  const { getLibFiles } = createRequire(require.resolve('ts-morph'))('@ts-morph/common') as Common;
  texts ??= new Map(getLibFiles().map(({ fileName, text }) => [fileName, text]));
  return texts.get(basename(file));
}
