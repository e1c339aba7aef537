import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { sqliteSink } from 'gatekeeper-flags/sinks/sqlite';
import { sinkContract } from 'gatekeeper-flags/testing';

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-sqlite-sink-'));
afterAll(() => rmSync(folder, { recursive: true }));

sinkContract({
  it,
  create(namespace) {
    const database = new Database(join(folder, 'contract.sqlite'));
    const sink = sqliteSink({ database, namespace });
    return { ...sink, close: () => sink.close().finally(() => database.close()) };
  },
});
