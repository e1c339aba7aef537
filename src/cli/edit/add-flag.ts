import { relative } from 'node:path';
import { Failure } from '../failure';
import { isRequireOf, lastLoad } from './modules';
import { flagSource, type NewFlag } from './flag-source';
import { nodes, parse, type Node } from './parse';
import { freeName, lineEnd, quoted, spliced, styleOf, type Insertion, type Style } from './style';

export type Wanted = Omit<NewFlag, 'className' | 'variantsName' | 'rules'> & { readonly name: string };

const PACKAGE = 'gatekeeper-flags';

/**
 * A config's text with one more flag: its class after the last one, its entry at the end of `flags`, and what it needs imported.
 * @throws Failure where the config is not written so that this can be done
 */
export function withFlag(text: string, file: string, wanted: Wanted): string {
  const program = parse(text, file);
  const base = styleOf(text, program, file);
  const style = { ...base, enums: /\benum\s/.test(text) || !/\bas const\b/.test(text) };
  const flags = flagsIn(program);
  if (!flags)
    throw new Failure(
      `${relative(process.cwd(), file)} has no defineConfig({ flags: { … } }) to add a flag to; write it there by hand`,
    );
  const pascal = wanted.name.split(/[_-]+/).map(capitalised).join('');
  const className = freeName(program, pascal, `${pascal}Flag`);
  const variantsName = freeName(program, `${pascal}Variant`, `${pascal}Variants`);
  const source = flagSource({ ...wanted, className, variantsName, rules: [] }, style);
  return spliced(text, [
    ...importsFor(program, style),
    classAt(text, program, flags, source, style),
    ...entryIn(text, flags, wanted.name, className, style),
  ]);
}

function capitalised(word: string): string {
  const rest = word.slice(1);
  return word.charAt(0).toUpperCase() + (/[a-z]/.test(word) ? rest : rest.toLowerCase());
}

/** The object given as `flags`, where it is written in this file. */
function flagsIn(program: Node): Node | undefined {
  for (const [node] of nodes(program)) {
    if (node.type !== 'CallExpression' || node.callee.name !== 'defineConfig') continue;
    const given = resolved(program, node.arguments[0]);
    const property = given?.properties?.find(
      ({ key, computed }: Node) => !computed && (key?.name ?? key?.value) === 'flags',
    );
    const flags = resolved(program, property?.value);
    if (flags?.type === 'ObjectExpression') return flags;
  }
  return undefined;
}

/** A node, or what the constant that it names was made with. */
function resolved(program: Node, node: Node | undefined): Node | undefined {
  if (node && /^TS(As|Satisfies)Expression$/.test(node.type)) return resolved(program, node.expression);
  if (node?.type !== 'Identifier') return node;
  for (const [one] of nodes(program))
    if (one.type === 'VariableDeclarator' && one.id.name === node.name && one.init?.type !== 'Identifier')
      return resolved(program, one.init);
  return undefined;
}

/** After the last class that extends another, as those of flags do; else after what is imported. */
function classAt(text: string, program: Node, flags: Node, source: string, { eol }: Style): Insertion {
  const before = program.body.filter((node: Node) => node.end <= flags.start);
  const isClass = (node: Node) => (node.declaration ?? node).superClass;
  const last = before.findLast(isClass) ?? lastLoad(program, flags);
  if (last) return { at: lineEnd(text, last), text: eol + eol + source };
  return { at: program.body[0].start, text: source + eol + eol };
}

/** The flag's entry after the last one, in its style. */
function entryIn(text: string, flags: Node, name: string, className: string, style: Style): readonly Insertion[] {
  const { eol } = style;
  const entry = `${/^[A-Za-z]\w*$/.test(name) ? name : quoted(name, style)}: new ${className}()`;
  const last: Node | undefined = flags.properties.at(-1);
  const inside = text.slice(flags.start + 1, flags.end - 1);
  if (!last)
    return [{ at: flags.start + 1, text: inside.trim() || inside.includes('\n') ? ` ${entry},` : ` ${entry} ` }];
  if (!inside.includes('\n')) return [{ at: last.end, text: `, ${entry}` }];
  const [indent] = /^[^\S\n\r]*/.exec(text.slice(text.lastIndexOf('\n', last.start) + 1))!;
  const [comma] = /^\s*,/.exec(text.slice(last.end)) ?? [];
  const at = lineEnd(text, { ...last, end: last.end + (comma?.length ?? 0) });
  if (comma !== undefined) return [{ at, text: `${eol}${indent}${entry},` }];
  return [
    { at: last.end, text: ',' },
    { at, text: eol + indent + entry },
  ];
}

/** What the class needs and the file does not import yet. */
function importsFor(program: Node, style: Style): readonly Insertion[] {
  const { esm, typescript, eol, semicolons } = style;
  const lists = importLists(program);
  const imported = new Set(lists.flatMap(({ names }) => names.map(({ imported, key }) => (imported ?? key)?.name)));
  const needed = ['FeatureFlag', ...(typescript ? ['Rule'] : [])].filter((name) => !imported.has(name));
  const names = needed.map((name) => (name === 'Rule' && esm ? 'type Rule' : name)).join(', ');
  if (needed.length === 0) return [];
  const last = lists.find(({ names, typeOnly }) => names.length > 0 && !typeOnly)?.names.at(-1);
  if (last) return [{ at: last.end, text: `, ${names}` }];
  const from = quoted(PACKAGE, style);
  const line = esm ? `import { ${names} } from ${from}` : `const { ${names} } = require(${from})`;
  return [{ at: program.body[0].start, text: `${line}${semicolons ? ';' : ''}${eol}` }];
}

/** The names in each `import { … }`, or `const { … } = require(…)`, of this package. */
function importLists(program: Node): readonly { readonly names: readonly Node[]; readonly typeOnly: boolean }[] {
  return program.body.flatMap((node: Node) => {
    if (node.type === 'ImportDeclaration' && node.source.value === PACKAGE) {
      const names = node.specifiers.filter(({ type }: Node) => type === 'ImportSpecifier');
      return [{ names, typeOnly: node.importKind === 'type' }];
    }
    if (node.type !== 'VariableDeclaration') return [];
    const required = node.declarations.filter(
      ({ id, init }: Node) => id.type === 'ObjectPattern' && isRequireOf(init, PACKAGE),
    );
    return required.map(({ id }: Node) => ({ names: id.properties, typeOnly: false }));
  });
}
