import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AstBuilder, GherkinClassicTokenMatcher, Parser, compile } from '@cucumber/gherkin';

/** A step: what it is told by, and what it does with the scenario's world, the text's captures, and its table if it has one. */
export type Step<W> = readonly [text: RegExp, run: (world: W, ...given: any[]) => unknown];

/** OpenFeature's own suites: in OPENFEATURE_SPEC, or in a folder beside this checkout; undefined where neither is. */
export const specification = [process.env.OPENFEATURE_SPEC, join(__dirname, '../../../shared/data/openfeature')].find(
  (folder): folder is string => folder !== undefined && existsSync(folder),
);

export interface Scenario<W> {
  readonly name: string;
  readonly tags: readonly string[];
  run(world: W): Promise<void>;
}

/** The scenarios of a suite, with an outline's examples each for itself. A step that `steps` do not have fails. */
export function scenariosOf<W>(folder: string, suite: string, steps: readonly Step<W>[]): Scenario<W>[] {
  let ids = 0;
  const newId = () => String((ids += 1));
  const parser = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher());
  const document = parser.parse(readFileSync(join(folder, `${suite}.feature`), 'utf8'));
  return compile(document, suite, newId).map((pickle) => ({
    name: `${pickle.name} (line ${pickle.location?.line})`,
    tags: pickle.tags.map(({ name }) => name),
    async run(world) {
      for (const { text, argument } of pickle.steps) {
        const matching = steps.flatMap(([pattern, run]) => {
          const found = pattern.exec(text);
          return found ? [() => run(world, ...found.slice(1), argument?.dataTable?.rows.map(cellsOf))] : [];
        });
        if (matching.length !== 1) throw new Error(`${matching.length} steps for: ${text}`);
        await matching[0]!();
      }
    },
  }));
}

function cellsOf({ cells }: { readonly cells: readonly { readonly value: string }[] }): string[] {
  return cells.map(({ value }) => value);
}
