/** `node bench/ingest.js [--exposures <n>] [--write]`: how many exposures a second go into each sink, on real servers. */
const { randomUUID } = require('node:crypto');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { parseArgs } = require('node:util');
const { write } = require('./lib/report');
const { startServers } = require('./live/servers');

const top = createRequire(join(__dirname, '../package.json'));
const { postgresSink } = top('gatekeeper-flags/sinks/postgres');
const { sqliteSink } = top('gatekeeper-flags/sinks/sqlite');

const { values: options } = parseArgs({
  options: { exposures: { type: 'string', default: '300000' }, write: { type: 'boolean' } },
});
const exposures = Number(options.exposures);
const LEAST = 20_000;
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
const kinds = Object.keys(open);

async function main() {
  const { env, end } = await startServers();
  Object.assign(process.env, env);
  try {
    const results = [];
    for (const kind of kinds) results.push(await measured(kind));
    const rows = Object.keys(results[0]).map((title) => [title, ...results.map((result) => short(result[title]))]);
    const head = [`${short(exposures)} units`, ...kinds];
    const table = [head, ['---', ...kinds.map(() => '--:')], ...rows].map((cells) => `| ${cells.join(' | ')} |`);
    const rate = results[kinds.indexOf('postgres')]['exposures a second'];
    const target = `- ${rate >= LEAST ? 'met' : '**missed**'}: postgres: ${short(rate)} exposures a second (at least ${short(LEAST)})`;
    const report = `${table.join('\n')}\n\n${target}\n`;
    console.log(report);
    if (options.write) write(join(__dirname, 'ingest.md'), report);
  } finally {
    await end();
  }
}

async function measured(kind) {
  const { sink, end } = open[kind]();
  await sink.write({ id: randomUUID(), exposures: [], events: [], histograms: [] }); // makes the tables
  const units = Array.from({ length: exposures }, () => randomUUID());
  const each = sink.batch ?? 5_000;
  const exposed = (unit, index) => ({
    ...{ experiment: 'CHECKOUT', unit, arm: index % 2 ? 'CONTROL' : 'ONE_PAGE' },
    ...{ at: TODAY + (index % 14) * DAY, weights: 'CONTROL:50,ONE_PAGE:50' },
  });
  const bought = (unit, index) => ({
    ...{ experiment: 'CHECKOUT', unit, event: 'revenue' },
    ...{ count: 1, sum: BigInt(1_000_000 * (index % 100)), at: TODAY + (index % 14) * DAY },
  });
  const result = { 'in batches of': each };
  const measure = async (title, work) => {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const started = performance.now();
    await work();
    const took = performance.now() - started;
    loop.disable();
    result[title] = title.endsWith('ms') ? took : (units.length / took) * 1000;
    result[`${title.split(/[ ,:]/)[0]}: the event loop is held up for, 99 of 100 times, ms`] =
      loop.percentile(99) / 1e6;
  };
  const write = (title, batchOf) =>
    measure(title, async () => {
      for (let from = 0; from < units.length; from += each) {
        const batch = batchOf(units.slice(from, from + each), from);
        await sink.write({ id: randomUUID(), exposures: [], events: [], histograms: [], ...batch });
      }
    });
  const all = (some, from) => ({ exposures: some.map((unit, index) => exposed(unit, from + index)) });
  await write('exposures a second', all);
  await write('again, a second: known units', all);
  await write('events a second', (some, from) => ({ events: some.map((unit, index) => bought(unit, from + index)) }));
  await measure('read: all sums, ms', () => sink.results.read('CHECKOUT'));
  await measure('recompute: all units, ms', () => sink.results.recompute('CHECKOUT'));
  await sink.close();
  await end();
  return result;
}

const short = (value) => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
