import { dirname, extname, relative } from 'node:path';
import type { Node } from '../edit/parse';
import { freeName, lineEnd, quoted, spliced, styleOf, type Insertion, type Style } from '../edit/style';
import { lastLoad } from '../edit/modules';
import type { FoundApp } from './find-app';

/** The app's file with the middleware in it. */
export function mounted(
  { file, text, program, app, statement }: FoundApp,
  config: string,
  isModulePackage: boolean,
): string {
  const style = styleOf(text, program, file);
  const gatekeeper = freeName(program, 'gatekeeper', 'gatekeeperFlags', 'featureFlags');
  const flags = freeName(program, 'config', 'gatekeeperConfig', 'flagsConfig');
  const from = specifier(file, config, program, style, isModulePackage);
  const load = [
    loading(style, 'gatekeeper', gatekeeper, 'gatekeeper-flags/express'),
    loading(style, 'config', flags, from),
  ];
  const after = lastLoad(program, statement);
  const use = `${app}.use(${gatekeeper}(${flags})); // req.gk in handlers, gk in templates`;
  const indent = /[^\S\n\r]*$/.exec(text.slice(0, statement.start))![0];
  const ends = style.semicolons || /^\s*[([`+\-/]/.test(text.slice(statement.end));
  const at = lineEnd(text, statement);
  // Where more code stands on the same line, it must not end up in the comment.
  const mount = atLineEnd(text, at) ? use : use.replace(/ \/\/.*/, '');
  return spliced(text, [
    loads(text, after, statement, load, style),
    { at, text: style.eol + indent + (ends ? mount : mount.replace(';', '')) },
  ]);
}

function loads(text: string, after: Node | undefined, app: Node, lines: readonly string[], style: Style): Insertion {
  const at = after ? lineEnd(text, after) : app.start;
  const ended = style.semicolons || !atLineEnd(text, at);
  const block = lines.map((line) => (ended ? `${line};` : line)).join(style.eol);
  return { at, text: after ? style.eol + block : block + style.eol };
}

function atLineEnd(text: string, at: number): boolean {
  return at >= text.length || /[\n\r]/.test(text[at]!);
}

function loading(style: Style, name: string, local: string, from: string): string {
  const module = quoted(from, style);
  if (style.esm) return `import { ${name === local ? name : `${name} as ${local}`} } from ${module}`;
  return `const { ${name === local ? name : `${name}: ${local}`} } = require(${module})`;
}

/** How the app's file names the config: with the extension that its other imports have. */
function specifier(
  file: string,
  config: string,
  program: Node,
  { typescript, esm }: Style,
  isModulePackage: boolean,
): string {
  const path = relative(dirname(file), config).replaceAll('\\', '/');
  const base = (path.startsWith('.') ? path : `./${path}`).slice(0, -extname(config).length);
  const extension = extname(config);
  if (!typescript) return base + (esm || extension !== '.js' ? extension : '');
  if (extension !== '.ts') return base + extension.replace('ts', 'js');
  const others = program.body
    .filter(({ source }: Node) => source?.value?.startsWith('.'))
    .map(({ source }: Node) => extname(source.value));
  if (others.includes('.ts')) return `${base}.ts`;
  return base + (others.includes('.js') || (others.length === 0 && isModulePackage && esm) ? '.js' : '');
}
