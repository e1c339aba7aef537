import { Pool } from 'pg';
import { postgresStore } from 'gatekeeper-flags/stores/postgres';
import { storeContract } from 'gatekeeper-flags/testing';
import { postgresServer } from '../support/postgres';

const postgres = postgresServer();
let url: string;
beforeAll(async () => void (url = await postgres.freshUrl()));

storeContract({
  it,
  create(namespace) {
    const pool = new Pool({ connectionString: url, max: 4 });
    const store = postgresStore({ pool, namespace });
    return { ...store, close: () => store.close().finally(() => pool.end()) };
  },
  async makeNewer(namespace, schema) {
    const pool = new Pool({ connectionString: url });
    await pool.query('UPDATE gatekeeper_meta SET schema = $2 WHERE namespace = $1', [namespace, schema]);
    await pool.end();
  },
});
