/** `node bench/ingest.js [--exposures <n>]`: how many exposures and events a second go into each sink, on real servers. */
const { randomUUID } = require('node:crypto');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { parseArgs } = require('node:util');
const { startServers } = require('./live/servers');

const top = require('node:module').createRequire(join(__dirname, '../package.json'));
const { postgresSink } = top('gatekeeper-flags/sinks/postgres');
const { sqliteSink } = top('gatekeeper-flags/sinks/sqlite');

const { values: options } = parseArgs({ options: { exposures: { type: 'string', default: '1000000' } } });
const exposures = Number(options.exposures);
const DAY = 86_400_000;
const TODAY = 20_600 * DAY;

const open = {
  postgres() {
    const pool = new (top('pg').Pool)({ connectionString: process.env.DATABASE_URL });
    return { sink: postgresSink({ pool }), end: () => pool.end() };
  },
  sqlite() {
    const database = new (top('libsql'))(join(process.env.FOLDER, 'ingest.sqlite'));
    return { sink: sqliteSink({ database }), end: () => database.close() };
  },
};

async function main() {
  const { env, end } = await startServers();
  Object.assign(process.env, env);
  try {
    console.log(`| ${exposures.toLocaleString('en')} units | ${Object.keys(open).join(' | ')} |`);
    console.log('| --- | --: | --: |');
    const results = [];
    for (const kind of Object.keys(open)) results.push(await measured(kind));
    for (const title of Object.keys(results[0]))
      console.log(`| ${[title, ...results.map((result) => result[title])].join(' | ')} |`);
  } finally {
    await end();
  }
}

async function measured(kind) {
  const { sink, end } = open[kind]();
  await sink.write({ id: randomUUID(), exposures: [], events: [], histograms: [] }); // makes the tables
  const units = Array.from({ length: exposures }, () => randomUUID());
  const exposed = (unit, index) => ({
    ...{ experiment: 'CHECKOUT', unit, arm: index % 2 ? 'CONTROL' : 'ONE_PAGE' },
    ...{ at: TODAY + (index % 14) * DAY, weights: 'CONTROL:50,ONE_PAGE:50' },
  });
  const bought = (unit, index) => ({
    ...{ experiment: 'CHECKOUT', unit, event: 'revenue' },
    ...{ count: 1, sum: BigInt(1_000_000 * (index % 100)), at: TODAY + (index % 14) * DAY },
  });
  const each = sink.batch ?? 5_000;
  const result = { 'in batches of': each.toLocaleString('en') };
  const write = async (title, batchOf) => {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const started = performance.now();
    for (let from = 0; from < units.length; from += each) {
      const batch = batchOf(units.slice(from, from + each), from);
      await sink.write({ id: randomUUID(), exposures: [], events: [], histograms: [], ...batch });
    }
    result[`${title}, a second`] = Math.round((units.length / (performance.now() - started)) * 1000).toLocaleString(
      'en',
    );
    result[`${title}: longest hold-up of the event loop, ms`] = (loop.max / 1e6).toFixed(0);
    result[`${title}: its 99th percentile, ms`] = (loop.percentile(99) / 1e6).toFixed(1);
  };
  await write('exposures', (some, from) => ({ exposures: some.map((unit, index) => exposed(unit, from + index)) }));
  await write('the same again', (some, from) => ({
    exposures: some.map((unit, index) => exposed(unit, from + index)),
  }));
  await write('events', (some, from) => ({ events: some.map((unit, index) => bought(unit, from + index)) }));
  const loop = monitorEventLoopDelay({ resolution: 1 });
  for (const name of ['read', 'recompute']) {
    loop.reset();
    loop.enable();
    const started = performance.now();
    await sink.results[name]('CHECKOUT');
    result[`${name} of all, ms`] = (performance.now() - started).toFixed(1);
    loop.disable();
    result[`${name}: longest hold-up of the event loop, ms`] = (loop.max / 1e6).toFixed(0);
  }
  await sink.close();
  await end();
  return result;
}

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
