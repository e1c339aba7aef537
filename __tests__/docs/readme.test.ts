import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Toggle, engineOf, toggle } from '../support/config';
import { debianProgram } from '../support/debian-program';
import { postgresServer } from '../support/postgres';
import { idKinds, idsOf } from '../support/statistics-ids';

const python = debianProgram(['python3'], 'python3');
const postgres = postgresServer();

const ids = idKinds.flatMap((kind) => idsOf(kind, 100));
const SALTS = [
  ['CHECKOUT', 'growth'],
  ['__proto__', 'Größe 😀: a rule'],
] as const;

/** The README's one block of code in a language. */
function block(language: string): string {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))];
  expect(blocks).toHaveLength(1);
  return blocks[0]![1]!;
}

/** Where this library puts the ids, from 0 to 1. */
function draws(flag: string, rule: string): number[] {
  const engine = engineOf(
    Object.fromEntries([[flag, toggle({ rules: [{ name: rule, rollout: 100, serve: Toggle.ON }] })]]),
  );
  return ids.map((id) => engine.for({ user: { id } }).explain(flag).steps.at(-1)!.bucket! / 100);
}

test.each(SALTS)('the Python puts users where this library does: %s, %s', (flag, rule) => {
  const script = `${block('python')}
import json, sys
ids, flag, rule = json.load(sys.stdin)
print(json.dumps([draw(id, flag, rule) for id in ids]))`;
  const printed = execFileSync(python, ['-c', script], { input: JSON.stringify([ids, flag, rule]), encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(draws(flag, rule));
});

test('the SQL puts users where this library does', async () => {
  const client = new Client({ connectionString: await postgres.freshUrl() });
  await client.connect();
  await client.query(block('sql'));
  for (const [flag, rule] of SALTS) {
    const text =
      'SELECT gk_draw(id, $2, $3) AS draw FROM unnest($1::text[]) WITH ORDINALITY AS ids (id, place) ORDER BY place';
    const { rows } = await client.query(text, [ids, flag, rule]);
    expect(rows.map(({ draw }) => draw)).toEqual(draws(flag, rule));
  }
  await client.end();
});
