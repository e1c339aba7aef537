import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../src/cli/code/target';

const FOLDER = join(__dirname, '../data/cleanup');
const PAYLOAD = { n: 1, s: 'x', on: true, title: 'T', lead: "it's" };

/** A piece of code with checks of a flag F, and what is left of it once everybody has one variant. */
export interface Pair {
  readonly title: string;
  readonly file: string;
  readonly target: Omit<Target, 'payload'> & Partial<Target>;
  readonly before: string;
  readonly after?: string;
  readonly refused?: readonly string[];
}

/**
 * Each pair begins with `=== title language keep payload`: A is kept unless B is said, and `?` says that the payload is no
 * plain data. After `--->` comes the result; after `---x` what is refused instead.
 */
export function pairs(): readonly Pair[] {
  return readdirSync(FOLDER).flatMap((name) =>
    readFileSync(join(FOLDER, name), 'utf8')
      .split(/^=== /m)
      .slice(1)
      .map((part): Pair => {
        const [head = '', ...lines] = part.split('\n');
        const [, title = '', language, keep = 'A', unknown] = /^(.*?) (ts|tsx|js|ejs)(?: (A|B))?( \?)?$/.exec(head)!;
        const [before = '', refused, after] = lines.join('\n').split(/^---(?:>|x (.*))\n/m);
        const value = keep === 'A' ? PAYLOAD : undefined;
        // What a class says about payloads is read from it.
        const hasClass = name === 'definition.txt';
        const payload = unknown ? { reason: 'no plain data' } : { value };
        return {
          title: `${name.replace('.txt', '')}: ${title}, ${keep} is kept`,
          file: `snippet.${language}`,
          target: { flag: 'F', keep, variants: ['A', 'B'], ...(!hasClass && { payload }) },
          before,
          ...(refused === undefined ? { after: after! } : { refused: refused.split(' | ') }),
        };
      }),
  );
}
