/** The contract over `node:sqlite`, with Node's own test runner: `node --test node-sqlite.mjs`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, it } from 'node:test';
import { sqliteStore } from 'gatekeeper-flags/stores/sqlite';
import { storeContract } from 'gatekeeper-flags/testing';

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-node-sqlite-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'contract.sqlite');

storeContract({
  it,
  create(namespace) {
    const database = new DatabaseSync(file);
    const store = sqliteStore({ database, namespace });
    return { ...store, close: () => store.close().finally(() => database.close()) };
  },
  async makeNewer(namespace, schema) {
    const database = new DatabaseSync(file);
    database.prepare('UPDATE gatekeeper_meta SET schema = ? WHERE namespace = ?').run(schema, namespace);
    database.close();
  },
});
