import { Pool } from 'pg';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { sinkContract } from 'gatekeeper-flags/testing';
import { postgresServer } from '../support/postgres';

const postgres = postgresServer();
let url: string;
beforeAll(async () => void (url = await postgres.freshUrl()));

sinkContract({
  it,
  create(namespace) {
    const pool = new Pool({ connectionString: url, max: 4 });
    pool.on('error', () => {});
    const sink = postgresSink({ pool, namespace });
    let ended: Promise<void> | undefined;
    return { ...sink, close: () => sink.close().finally(() => (ended ??= pool.end())) };
  },
});
