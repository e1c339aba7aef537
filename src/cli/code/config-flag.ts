import { relative } from 'node:path';
import { ts } from 'ts-morph';
import { classOf, isEntry, payloadOf, registrationOf, type Entry } from './definition';
import { Names } from './names-in';
import type { Project, Unit } from './project';
import type { Target } from './target';

/** A flag as it stands in the code. */
export interface ConfigFlag {
  /** Its entry among the flags of the config. */
  readonly entry: Entry;
  readonly definition: ts.ClassDeclaration;
  readonly payload: Target['payload'];
  readonly names: Names;
}

/** Where a flag of the config in `file` is registered, and its class; undefined where that cannot be found. */
export function configFlag(project: Project, file: string, flag: string, keep: string): ConfigFlag | undefined {
  const unit = project.unit(file);
  const entry = registeredEntry(unit, flag) ?? registrationOf(flag, unit.file);
  if (!entry) return undefined;
  const path = relative(project.absolute('.'), entry.getSourceFile().fileName);
  const home = entry.getSourceFile() === unit.file ? unit : project.unit(path);
  const names = new Names(home.file, home.checker);
  const definition = classOf(entry, names);
  return definition && { entry, definition, payload: payloadOf(definition, keep, names), names };
}

/** The files that a flag's class, and the enum of its variants, stand in. */
export function homesOf({ definition, names }: ConfigFlag): readonly string[] {
  const homes = [definition.getSourceFile().fileName];
  const find = (node: ts.Node): void => {
    const own = ts.isIdentifier(node) ? names.checker.getSymbolAtLocation(node) : undefined;
    const symbol = own && own.flags & ts.SymbolFlags.Alias ? names.checker.getAliasedSymbol(own) : own;
    const enumeration = symbol?.declarations?.find(ts.isEnumDeclaration);
    if (enumeration) homes.push(enumeration.getSourceFile().fileName);
    ts.forEachChild(node, find);
  };
  find(definition);
  return homes;
}

/** The entry that the type of an exported config leads to. */
function registeredEntry({ file, checker }: Unit, flag: string): Entry | undefined {
  const module = checker.getSymbolAtLocation(file);
  for (const exported of module ? checker.getExportsOfModule(module) : []) {
    const entry = entryIn(checker.getTypeOfSymbolAtLocation(exported, file), flag, file, checker);
    if (entry) return entry;
  }
  return undefined;
}

/** The entry of a flag that a config's type has. */
export function entryIn(config: ts.Type, flag: string, at: ts.Node, checker: ts.TypeChecker): Entry | undefined {
  const flags = config.getProperty('flags');
  const property = flags && checker.getTypeOfSymbolAtLocation(flags, at).getProperty(flag);
  const declaration = property?.declarations?.[0];
  return declaration && isEntry(declaration) ? declaration : undefined;
}
