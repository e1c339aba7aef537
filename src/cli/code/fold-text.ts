import type { ts } from 'ts-morph';
import { apply, withoutBlankEnds, type Edit, type Span } from './edits';
import { scriptletsOf, withoutEmptyTags, type Scriptlets } from './ejs';
import { checkHoisted, startFolding, type Refused } from './fold-file';
import { leftoversOf, refusalsOf } from './leftovers';
import { alone } from './programs';
import { payloadOf, classOf, registrationOf } from './definition';
import type { Target } from './target';
import { removeUnused } from './unused';
import { Names } from './names-in';

export interface FoldedText {
  readonly text: string;
  /** What cannot be done: `3:7 why`. */
  readonly refused: readonly string[];
}

/**
 * Takes a flag out of one text that knows no other file: TypeScript, JavaScript, JSX or EJS, by its name's ending.
 * Throws a SyntaxError where it does not parse.
 */
export function foldText(name: string, text: string, target: Omit<Target, 'payload'> & Partial<Target>): FoldedText {
  const scriptlets = isEjs(name) ? scriptletsOf(text) : undefined;
  const { file, checker, problem } = alone(scriptlets ? `${name}.ts` : name, scriptlets?.code ?? text);
  if (problem) throw new SyntaxError(problem);
  const entry = registrationOf(target.flag, file);
  const names = new Names(file, checker);
  const definition = entry && classOf(entry, names);
  const payload = target.payload ?? (definition ? payloadOf(definition, target.keep, names) : { value: undefined });
  const refused: Refused[] = [];
  const folding = startFolding(file, checker, { ...target, payload }, refused, scriptlets !== undefined);
  removeUnused(folding, { markParameters: false });
  checkHoisted(folding);
  const left = leftoversOf(folding);
  const dynamic = left.dynamic.map((node) => ({ node, reason: 'a flag whose name is only known as the program runs' }));
  const said = [...refusalsOf(refused, left), ...dynamic].map(
    ({ node, reason }) => `${placeOf(node, text, scriptlets)} ${reason}`,
  );
  const result = resultOf(name, text, folding.edits.list, scriptlets);
  return { text: result ?? text, refused: result === undefined ? [...said, `1:1 ${UNPARSABLE}`] : said };
}

export const UNPARSABLE = 'what is left would not parse: take this use out by hand';

/** A text after its edits, those of a template being of its scriptlets; undefined where it would not parse. */
export function resultOf(
  name: string,
  text: string,
  edits: readonly Edit[],
  scriptlets?: Scriptlets,
): string | undefined {
  if (edits.length === 0) return text;
  if (!scriptlets) {
    const result = apply(text, withoutBlankEnds(text, edits));
    return alone(name, result).problem ? undefined : result;
  }
  const moved: Span[] = [];
  try {
    const edited = apply(text, scriptlets.edits(edits), (span) => moved.push(span));
    const result = withoutEmptyTags(edited, moved);
    return alone('template.ts', scriptletsOf(result).code).problem ? undefined : result;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function isEjs(name: string): boolean {
  return name.endsWith('.ejs');
}

/** `line:column` of a node, in the template where it is of one. */
export function placeOf(node: ts.Node, text: string, scriptlets?: Scriptlets): string {
  const start = node.getStart();
  const { line, column } = positionIn(text, scriptlets ? scriptlets.toTemplate(start) : start);
  return `${line}:${column}`;
}

export function positionIn(text: string, position: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, position).split(/\r\n|\n|\r/);
  return { line: before.length, column: before.at(-1)!.replace('\uFEFF', '').length + 1 };
}
