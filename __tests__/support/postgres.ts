import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Client } from 'pg';
import { debianProgram } from './debian-program';
import { LONGEST_START, ownServer, sharedServer, type Kind, type OwnServer } from './servers';

const DEBIAN = '/usr/lib/postgresql';

/** PostgreSQL refuses to be run by root. */
const as = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};

function idOf(option: '-u' | '-g'): number {
  for (const user of ['postgres', 'nobody']) {
    try {
      return Number(execFileSync('id', [option, user], { stdio: 'pipe' }));
    } catch {
      // the next one, then
    }
  }
  throw new Error('there is neither a user postgres nor nobody to run PostgreSQL as');
}

const kind: Kind = {
  name: 'postgres',
  variable: 'DATABASE_URL',
  usual: ['postgres://postgres@127.0.0.1:5432/postgres'],
  package: 'postgresql',
  program() {
    const found = programInPlace();
    if (found) return found;
    debianProgram(['pg_ctlcluster'], 'postgresql');
    return programInPlace()!;
  },
  prepare(program, data) {
    mkdirSync(data);
    if (as.uid !== undefined) chownSync(data, as.uid, as.gid);
    const options = ['-D', data, '--no-sync', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-locale'];
    execFileSync(join(dirname(program), 'initdb'), options, { ...as, cwd: data, stdio: 'pipe' });
  },
  args: (data, port) =>
    // Without fsync a power cut could tear it, but no killing does.
    [['-D', data], ['-p', port], ['-k', data], ...['fsync=off', 'max_connections=200'].map((set) => ['-c', set])]
      .flat()
      .map(String),
  as,
  containerPort: 5432,
  address: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
  async ask(url) {
    const mayCreate = `SELECT has_database_privilege(current_database(), 'CREATE') AS may`;
    const [row] = await query(url, mayCreate);
    if (!row.may) throw new Error('its user may not create schemas');
  },
};

function programInPlace(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ];
  const found = folders.map((folder) => join(folder, 'postgres')).find((path) => existsSync(path));
  return found && realpathSync(found); // beside it is initdb
}

/** A PostgreSQL that this run's tests share. */
export interface SharedPostgres {
  readonly url: string;
  /** The address with a schema of its own, without tables; it is dropped after the file's tests. */
  freshUrl(): Promise<string>;
}

/** A real PostgreSQL, there before the tests of this file begin. */
export function postgresServer(): SharedPostgres {
  const schemas: string[] = [];
  let url = '';
  beforeAll(async () => void (url = await sharedServer(kind)), LONGEST_START);
  afterAll(async () => {
    for (const schema of schemas) await query(url, `DROP SCHEMA "${schema}" CASCADE`);
  });
  return {
    get url() {
      return url;
    },
    async freshUrl() {
      const schema = `test-${randomUUID()}`;
      await query(url, `CREATE SCHEMA "${schema}"`);
      schemas.push(schema);
      const fresh = new URL(url);
      fresh.searchParams.set('options', `-c search_path=${schema}`);
      return fresh.href;
    },
  };
}

/** A PostgreSQL of a test's own, to pause and kill. */
export function ownPostgres(): Promise<OwnServer> {
  return ownServer(kind);
}

async function query(connectionString: string, text: string): Promise<any[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
