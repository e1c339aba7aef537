import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Router } from 'express';
import type { Visit } from '../visit';

/** The same from dist/dashboard/routes and from src/dashboard/routes: tsc does not copy what it does not compile. */
const PUBLIC = join(__dirname, '../../../src/dashboard/public');

/** Our stylesheets, in the order in which pages take them. */
export const STYLES = [
  'base.css',
  'frame.css',
  'forms.css',
  'parts.css',
  'flags.css',
  'flag.css',
  'pages.css',
  'experiments.css',
];

/** Where each file is: ours, or in the package that it comes from. */
const FILES: { readonly [name: string]: () => string } = {
  'pico.css': () => require.resolve('@picocss/pico/css/pico.classless.jade.min.css'),
  'uplot.css': () => join(dirname(require.resolve('uplot')), 'uPlot.min.css'),
  'uplot.js': () => join(dirname(require.resolve('uplot')), 'uPlot.iife.min.js'),
  'htmx.js': () => join(dirname(require.resolve('htmx.org')), 'htmx.min.js'),
  ...Object.fromEntries([...STYLES, 'dashboard.js', 'icon.svg'].map((name) => [name, () => join(PUBLIC, name)])),
};

interface Asset {
  readonly body: Buffer;
  readonly hash: string;
}

const read = new Map<string, Asset>();

/** A file, read once. */
function asset(name: string): Asset | undefined {
  const known = read.get(name);
  if (known || !Object.hasOwn(FILES, name)) return known;
  const body = readFileSync(FILES[name]!());
  const made = { body, hash: createHash('sha256').update(body).digest('base64url').slice(0, 12) };
  read.set(name, made);
  return made;
}

/** The URL of a file; it changes when the file does, so that browsers may keep it for ever. */
export function assetUrl({ base }: Pick<Visit, 'base'>, name: string): string {
  return `${base}/assets/${asset(name)!.hash}/${name}`;
}

export function assets(router: Router): void {
  router.get('/assets/:hash/:name', (req, res, next) => {
    const { hash, name } = req.params;
    const found = asset(name);
    if (!found || found.hash !== hash) return next();
    res.set('Cache-Control', 'private, max-age=31536000, immutable').type(name).send(found.body);
  });
}
