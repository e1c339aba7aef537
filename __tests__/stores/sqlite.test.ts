import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import { storeContract } from 'gatekeeper-flags/testing';

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'contract.sqlite');

storeContract({
  it,
  create(namespace) {
    const database = new Database(file);
    const store = sqliteStore({ database, namespace });
    return { ...store, close: () => store.close().finally(() => database.close()) };
  },
  async makeNewer(namespace, schema) {
    const database = new Database(file);
    database.prepare('UPDATE gatekeeper_meta SET schema = ? WHERE namespace = ?').run(schema, namespace);
    database.close();
  },
});
