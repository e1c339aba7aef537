const { join } = require('node:path');
const { createRequire } = require('node:module');

/** The built package, found by its own name. */
const load = createRequire(require.resolve('../../package.json'));
const { FeatureFlag, createEngine, defineConfig } = load('gatekeeper-flags');

exports.kinds = ['sqlite', 'redis', 'postgres'];

const open = {
  none: () => undefined,
  sqlite({ FOLDER, NAMESPACE }) {
    const Database = require('libsql');
    const database = new Database(join(FOLDER, `${NAMESPACE}.sqlite`));
    return load('gatekeeper-flags/stores/sqlite').sqliteStore({ database, namespace: NAMESPACE });
  },
  redis({ REDIS_URL, NAMESPACE }) {
    const client = require('redis').createClient({ url: REDIS_URL });
    client.on('error', () => {});
    void client.connect();
    return load('gatekeeper-flags/stores/redis').redisStore({ client, namespace: NAMESPACE });
  },
  postgres({ DATABASE_URL, NAMESPACE }) {
    const { Pool } = require('pg');
    const pool = new Pool({ connectionString: DATABASE_URL, max: 3 });
    pool.on('error', () => {});
    return load('gatekeeper-flags/stores/postgres').postgresStore({ pool, namespace: NAMESPACE });
  },
};

class Everyone extends FeatureFlag {
  description = 'Measured';
  variants = { ON: 'ON', OFF: 'OFF' };
  off = 'OFF';
  rules = [{ name: 'everyone', rollout: 100, serve: 'ON' }];
}

/** An engine over a hundred flags, with a store of the kind given. */
exports.engineOver = async function engineOver(kind) {
  const flags = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`FLAG_${i}`, new Everyone()]));
  const store = open[kind](process.env);
  const engine = createEngine(defineConfig({ flags, ...(store && { store: () => store }) }));
  await engine.ready;
  return engine;
};

exports.BY = { actor: 'bench', reason: 'measured' };
