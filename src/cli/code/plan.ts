import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ts } from 'ts-morph';
import { configFlag, homesOf, type ConfigFlag } from './config-flag';
import { CODE, LEFT_OUT, codeFiles, readText } from './files';
import { startFolding, checkHoisted, type Refused } from './fold-file';
import type { Folding } from './fold';
import { UNPARSABLE, placeOf, positionIn, resultOf } from './fold-text';
import { filesWith } from './git-state';
import { leftoversOf, refusalsOf } from './leftovers';
import { Project, type Unit } from './project';
import { scan, usesIn, type Found } from './scan';
import type { Target } from './target';
import { dropExports, isGone, removeUnused } from './unused';

export interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A place that has to be looked at: `file:line:column`, and why. */
export interface Note {
  readonly at: string;
  readonly why: string;
}

/** What removing a flag would do. Where anything is refused, nothing may be written. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly refused: readonly Note[];
  /** Uses in templates of other languages. */
  readonly templates: readonly Note[];
  /** Uses in files of the same repository that are not of this folder. */
  readonly outside: readonly Note[];
  /** Questions whose flag is only known as the program runs. */
  readonly dynamic: readonly Note[];
  /** Lines that still name the flag, such as comments. */
  readonly mentions: readonly Note[];
  /** What would no longer type-check. */
  readonly errors: readonly string[];
}

export interface PlanOptions {
  readonly folder: string;
  /** The config's file. */
  readonly config: string;
  readonly flag: string;
  readonly keep: string;
  readonly variants: readonly string[];
  /** Told what is done next. */
  readonly tell?: (step: string) => void;
}

interface Part {
  readonly unit: Unit;
  readonly folding: Folding;
  readonly refused: Refused[];
}

const SAME = 'is named as the flag is, and cannot be proved to be something else';

/** Works out what removing a flag changes, without changing anything. */
export function planCleanup({ folder, config, flag, keep, variants, tell = () => {} }: PlanOptions): Plan {
  tell('reading the code …');
  const root = realpathSync(folder);
  const project = new Project(root);
  const refused: Note[] = [];
  const texts = textsIn(root, flag, refused);
  const configPath = relative(root, realpathSync(config));
  const found = configFlag(project, configPath, flag, keep);
  if (!found)
    refused.push({
      at: configPath,
      why: configPath.startsWith('..')
        ? 'is not in this folder: run this in a folder that both are in'
        : `cannot find the class that ${flag} is registered with`,
    });
  const target: Target = {
    flag,
    keep,
    variants,
    payload: found?.payload ?? { reason: 'its class was not found' },
    ...(found && { registered: { file: found.entry.getSourceFile().fileName, position: found.entry.getStart() } }),
  };

  const homes = new Set((found ? homesOf(found) : []).map((file) => relative(root, file)));
  if (found) for (const [file, text] of texts) if (isBarrelOf(found, text)) homes.add(file);
  const wanted = [...texts].filter(([file, text]) => EDITED.test(file) && (text.includes(flag) || homes.has(file)));
  const parts = wanted.flatMap(([file]) => partOf(file, project, target, refused));
  const touched = parts.filter(({ unit, folding }) => folding.edits.list.length > 0 || homes.has(unit.path));
  const cross = new References(project, texts, parts);
  removeUnusedIn(touched, (node) => isOfFlag(node, found) && !cross.isUsed(node));
  for (const { folding, unit } of touched) dropExports(folding, (one) => isOfGone(one, unit, touched));
  for (const part of parts) refused.push(...refusedIn(part));
  const changes = touched.flatMap((part) => changeOf(part, refused));
  tell('type-checking what would be left …');
  const errors = refused.length > 0 ? [] : project.newErrors(new Map(changes.map(({ file, after }) => [file, after])));
  const mentions = parts.flatMap(({ unit: { path, text } }) =>
    linesWith(changes.find(({ file }) => file === path)?.after ?? text, flag).map(([line, why]): Note => ({
      at: `${path}:${line}`,
      why,
    })),
  );

  tell('looking for other uses …');
  const { uses } = scan(root);
  const home = packageOf(root, configPath);
  const dynamic = uses.filter(
    (use) =>
      use.flag === undefined &&
      DECIDES.has(use.kind) &&
      !isTest(use.file) &&
      packageOf(root, use.file) === home &&
      isDynamic(use, project, target, configPath),
  );
  return {
    changes: changes.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    refused,
    outside: outsideOf(root, flag, texts),
    templates: uses.filter((use) => use.template && use.flag === flag).map(noteOf),
    dynamic: dynamic.map(noteOf),
    mentions,
    errors,
  };
}

/** The files that are edited. */
const EDITED = /\.(?:[cm]?[jt]sx?|ejs)$/;

function textsIn(root: string, flag: string, refused: Note[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const file of codeFiles(root)) {
    const text = readText(join(root, file));
    if (text !== undefined) texts.set(file, text);
    // In UTF-16 there is a zero beside each letter.
    else if (readFileSync(join(root, file), 'latin1').replaceAll('\0', '').includes(flag))
      refused.push({ at: file, why: `is no UTF-8, and names ${flag}` });
  }
  return texts;
}

/** A package beside this one, or a submodule, may use the same config. */
function outsideOf(root: string, flag: string, texts: ReadonlyMap<string, string>): Note[] {
  const others = filesWith(flag, root).filter(
    (file) => CODE.test(file) && !LEFT_OUT.test(`/${file}`) && !file.endsWith('.d.ts') && !texts.has(file),
  );
  return others.flatMap((file) => {
    const text = existsSync(join(root, file)) ? readText(join(root, file)) : undefined;
    try {
      const uses = text === undefined ? [] : usesIn(file, text);
      return uses.filter((use) => use.flag === flag).map((use) => noteOf({ ...use, file }));
    } catch {
      return [{ at: file, why: 'cannot be read' }];
    }
  });
}

function noteOf({ file, line, column, text }: Found): Note {
  return { at: `${file}:${line}:${column}`, why: text };
}

/** A file, folded; none where it does not parse. */
function partOf(file: string, project: Project, target: Target, refused: Note[]): Part[] {
  try {
    const unit = project.unit(file);
    const said: Refused[] = [];
    const folding = startFolding(unit.file, unit.checker, target, said, unit.scriptlets !== undefined);
    return [{ unit, refused: said, folding }];
  } catch (error) {
    const isDeep = error instanceof RangeError;
    if (!(error instanceof SyntaxError) && !isDeep) throw error;
    refused.push({ at: file, why: isDeep ? 'goes too deep to be read' : (error as Error).message });
    return [];
  }
}

/** Takes out what nothing uses any more, until there is no more of it: one may have been the last to use another. */
function removeUnusedIn(parts: readonly Part[], isUnusedElsewhere: (node: ts.DeclarationStatement) => boolean): void {
  for (let again = true; again;) {
    again = false;
    for (const { unit, folding } of parts) {
      const markParameters = unit.program?.getCompilerOptions().noUnusedParameters === true;
      again = removeUnused(folding, { isUnusedElsewhere, markParameters }) || again;
    }
  }
}

/** What is left of the flag in a file, and why. */
function refusedIn({ unit, folding, refused }: Part): Note[] {
  checkHoisted(folding);
  const left = leftoversOf(folding);
  // Where types are, the compiler says whether a text is still a flag's name.
  const texts = unit.typed ? [] : left.mentions.map((node) => ({ node, reason: SAME }));
  return [...refusalsOf(refused, left), ...texts].map(({ node, reason }) => ({
    at: `${unit.path}:${placeOf(node, unit.text, unit.scriptlets)}`,
    why: reason,
  }));
}

function changeOf({ unit, folding }: Part, refused: Note[]): Change[] {
  const after = resultOf(unit.path, unit.text, folding.edits.list, unit.scriptlets);
  if (after === undefined) refused.push({ at: unit.path, why: UNPARSABLE });
  if (after === undefined || after === unit.text) return [];
  return [{ file: unit.path, before: unit.text, after: isEmptied(unit, after) ? EMPTY : after }];
}

/** The class of the flag, or the enum of its variants. */
function isOfFlag(node: ts.DeclarationStatement, found: ConfigFlag | undefined): boolean {
  if (!found) return false;
  const { definition } = found;
  if (isSame(node, definition)) return true;
  return ts.isEnumDeclaration(node) && new RegExp(`\\b${node.name.text}\\b`).test(definition.getText());
}

/** Whether a file exports the class of the flag, or the enum of its variants, out of another. */
function isBarrelOf({ definition, entry }: ConfigFlag, text: string): boolean {
  if (definition.getSourceFile() === entry.getSourceFile()) return false;
  return [...text.matchAll(/\bexport\s*(?:type\s*)?\{([^}]*)\}\s*from\b/g)].some(([, names = '']) =>
    definition.getSourceFile().statements.some((one) => {
      const name = ts.isClassDeclaration(one) || ts.isEnumDeclaration(one) ? one.name?.text : undefined;
      return name !== undefined && new RegExp(`\\b${name}\\b`).test(names);
    }),
  );
}

/** Whether what a name of a barrel stands for is taken out of its own file. */
function isOfGone({ name }: ts.ExportSpecifier, { checker }: Unit, parts: readonly Part[]): boolean {
  const own = checker.getSymbolAtLocation(name);
  const symbol = own && own.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(own) : own;
  const declared = symbol?.declarations?.[0];
  const home = declared && parts.find(({ unit }) => unit.file.fileName === declared.getSourceFile().fileName);
  return home !== undefined && isGone(declared!, home.folding);
}

function isSame(a: ts.Node, b: ts.Node): boolean {
  return a.pos === b.pos && a.getSourceFile().fileName === b.getSourceFile().fileName;
}

/** Who uses what other files export. */
class References {
  constructor(
    private readonly project: Project,
    private readonly texts: ReadonlyMap<string, string>,
    private readonly parts: readonly Part[],
  ) {}

  /** Whether a class or an enum is used in another file by what stays. */
  isUsed(node: ts.DeclarationStatement): boolean {
    const name = node.name!.text;
    const word = new RegExp(`\\b${name}\\b`);
    for (const [path, text] of this.texts) {
      if (this.project.absolute(path) === node.getSourceFile().fileName || !word.test(text)) continue;
      if (/\.[cm]?[jt]sx?$/.test(path) && this.usesIn(path, name, node)) return true;
    }
    return false;
  }

  private usesIn(path: string, name: string, node: ts.DeclarationStatement): boolean {
    const part = this.parts.find(({ unit }) => unit.path === path);
    let unit: Unit;
    try {
      unit = part?.unit ?? this.project.unit(path);
    } catch {
      return true;
    }
    const { checker } = unit;
    const find = (one: ts.Node): boolean | undefined => {
      // A barrel only hands it on, and goes along.
      const isHandedOn = ts.isExportSpecifier(one) && one.parent.parent.moduleSpecifier && !one.propertyName;
      if (isHandedOn && unit.typed && part) return undefined;
      if (ts.isIdentifier(one) && one.text === name && !(part && isGone(one, part.folding))) {
        const own = checker.getSymbolAtLocation(one);
        const symbol = own && own.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(own) : own;
        if (!unit.typed || symbol?.declarations?.some((declaration) => isSame(declaration, node))) return true;
      }
      return ts.forEachChild(one, find);
    };
    return find(unit.file) ?? false;
  }
}

/** What is left of a module that only had the flag. */
const EMPTY = 'export {};\n';

/** Whether nothing but comments is left of a file that had code. */
function isEmptied({ path, file }: Unit, after: string): boolean {
  if (!/\.[cm]?[jt]sx?$/.test(path) || file.statements.length === 0) return false;
  return ts.createSourceFile(path, after, ts.ScriptTarget.Latest).statements.every(ts.isImportDeclaration);
}

function linesWith(text: string, word: string): (readonly [line: number, text: string])[] {
  const isIt = new RegExp(`(?<![\\w$])${word.replace(/[^\w\s]/g, '\\$&')}(?![\\w$])`);
  return text.split(/\r\n|\n|\r/).flatMap((line, at) => (isIt.test(line) ? [[at + 1, line.trim()] as const] : []));
}

function isTest(file: string): boolean {
  return /(?:^|\/)__tests__\/|\.(?:test|spec)\./.test(file);
}

/** What decides something in the code, and so may hang on the flag. */
const DECIDES: ReadonlySet<string> = new Set([
  'ff',
  'ffVariant',
  'payload',
  'requireVariant',
  'useFlag',
  'useVariant',
  'usePayload',
  '<Variant>',
]);

/** The folder of the package.json that a file belongs to. */
function packageOf(root: string, file: string): string {
  let folder = dirname(join(root, file));
  while (folder !== root && !existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Whether a name that is made as the program runs may be the flag's. */
function isDynamic(use: Found, project: Project, target: Target, config: string): boolean {
  if (!/\.(?:[cm]?[jt]sx?|ejs)$/.test(use.file)) return true;
  try {
    const unit = project.unit(use.file);
    // A program without the config knows none of its flags.
    if (unit.program && !unit.program.getSourceFile(project.absolute(config))) return false;
    const folding = startFolding(unit.file, unit.checker, { ...target, flag: '' }, []);
    return leftoversOf(folding).dynamic.some((node) => {
      const start = node.getStart();
      return positionIn(unit.text, unit.scriptlets?.toTemplate(start) ?? start).line === use.line;
    });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return false; // it is told of where it names the flag
    throw error;
  }
}
