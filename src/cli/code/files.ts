import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const CODE = /\.(?:[cm]?[jt]s|[jt]sx|ejs|eta|pug|jade|njk|nunjucks|hbs|handlebars|html?|vue|svelte|astro|mdx)$/;
export const LEFT_OUT = /(?:^|\/)(?:node_modules|dist|\.git)\//;

/**
 * The files of a project that can hold code, relative to its folder: what git tracks or would track, and without git all but
 * node_modules, dist and hidden folders. What a link leads to is looked at once, and only inside of the project.
 */
export function codeFiles(folder: string): string[] {
  const listed = listedByGit(folder) ?? walk(folder);
  const seen = new Set<string>();
  const root = realpathSync(folder);
  const files: string[] = [];
  // What is no link comes first, so that it is the one looked at.
  const isLink = (file: string) => lstatSync(join(folder, file), { throwIfNoEntry: false })?.isSymbolicLink() ?? true;
  const [links, plain] = [listed.filter(isLink), listed.filter((file) => !isLink(file))];
  for (const file of [...plain.sort(), ...links.sort()]) {
    if (!CODE.test(file) || LEFT_OUT.test(`/${file}`) || file.endsWith('.d.ts')) continue;
    const real = realOf(join(folder, file));
    if (real === undefined || seen.has(real) || !real.startsWith(`${root}${sep}`)) continue;
    if (LEFT_OUT.test(`/${relative(root, real)}`)) continue;
    seen.add(real);
    files.push(file);
  }
  return files.sort();
}

/** The text of a file, a byte order mark included; undefined where it is no UTF-8, and cannot be written back. */
export function readText(file: string): string | undefined {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

function realOf(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined; // a link to nothing, or to itself
  }
}

function listedByGit(folder: string): string[] | undefined {
  try {
    const given = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
    const found = execFileSync('git', given, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
    return found.toString('utf8').split('\0').filter(Boolean);
  } catch {
    return undefined;
  }
}

function walk(folder: string, inside = ''): string[] {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const path = join(inside, entry.name);
    if (entry.isDirectory()) return /^(?:node_modules|dist|\..*)$/.test(entry.name) ? [] : walk(folder, path);
    return entry.isFile() || entry.isSymbolicLink() ? [path] : [];
  });
}
