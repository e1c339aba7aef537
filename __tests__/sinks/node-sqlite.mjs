/** The contract over `node:sqlite`, with Node's own test runner: `node --test node-sqlite.mjs`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, it } from 'node:test';
import { sqliteSink } from 'gatekeeper-flags/sinks/sqlite';
import { sinkContract } from 'gatekeeper-flags/testing';

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-node-sqlite-sink-'));
after(() => rmSync(folder, { recursive: true }));

sinkContract({
  it,
  create(namespace) {
    const database = new DatabaseSync(join(folder, 'contract.sqlite'));
    const sink = sqliteSink({ database, namespace });
    let closed;
    return { ...sink, close: () => (closed ??= sink.close().finally(() => database.close())) };
  },
});
