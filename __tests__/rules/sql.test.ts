import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianProgram } from '../support/debian-program';
import bucketing from './golden/bucketing.json';

debianProgram(['pg_ctlcluster'], 'postgresql');
const versions = '/usr/lib/postgresql';
const programs = join(versions, readdirSync(versions).sort().at(-1)!, 'bin');

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-sql-'));
const data = join(folder, 'data');
/** PostgreSQL refuses to be run by root. */
const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'postgres']));
}
function server(program: string, ...args: string[]): void {
  execFileSync(join(programs, program), ['-D', data, ...args], { ...owner, cwd: folder, stdio: 'ignore' });
}
function sql(input: string): string {
  const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', folder, '-U', 'postgres', 'postgres'];
  return execFileSync(join(programs, 'psql'), args, { input, encoding: 'utf8', cwd: folder });
}

beforeAll(() => {
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  server('initdb', '--no-sync', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-locale');
  server('pg_ctl', '-w', '-o', `-c listen_addresses='' -c unix_socket_directories=${folder} -c fsync=off`, 'start');
  sql(readFileSync(join(__dirname, 'golden', 'recompute.sql'), 'utf8'));
}, 60_000);

afterAll(() => {
  server('pg_ctl', '-m', 'immediate', 'stop');
  rmSync(folder, { recursive: true });
});

test('PostgreSQL puts the units of the golden file where this library puts them', () => {
  // Its text holds neither U+0000 nor half of a surrogate pair.
  const units = bucketing.units.filter(({ id }) => !id.includes('\0') && Buffer.from(id).toString() === id);
  const json = JSON.stringify({ units, salts: bucketing.salts });
  const rows = sql(`
    WITH given AS (SELECT $json$${json}$json$::json AS json),
      units AS (SELECT json_array_elements(json -> 'units') ->> 'id' AS id FROM given),
      salts AS (SELECT * FROM given, json_array_elements(json -> 'salts') WITH ORDINALITY AS one (salted, place)),
      cells AS (
        SELECT id, place, gk_draw(id, salted ->> 'salt', salted ->> 'rule', 'rollout') AS rollout, (
          SELECT key FROM json_each_text(salted -> 'arms')
          ORDER BY gk_score(gk_draw(id, salted ->> 'salt', salted ->> 'rule', key), value::double precision) LIMIT 1
        ) AS arm
        FROM units, salts
      )
    SELECT json_build_object(
      'id', id, 'rollout', json_agg(rollout ORDER BY place), 'arm', json_agg(arm ORDER BY place)
    ) FROM cells GROUP BY id;
  `);
  const theirs = rows
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row));
  const ours = units.map(({ id, rollout, arm }) => ({ id, rollout, arm }));
  expect(theirs).toHaveLength(ours.length);
  expect(theirs).toEqual(expect.arrayContaining(ours));
});
