/** `node bench/live/run.js [--rounds <n>] [--write]`: what live control costs and how fast it is, on real servers. */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { write } = require('../lib/report');
const { atMost, short } = require('../lib/targets');
const { startServers } = require('./servers');
const { kinds } = require('./stores');

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean' } },
});

async function main() {
  const { env, end } = await startServers();
  Object.assign(process.env, env);
  try {
    const rows = [];
    for (const file of readdirSync(join(__dirname, 'scenarios'))) rows.push(...(await measured(file)));
    const report = `${table(rows)}\n\n${targets(rows)}\n`;
    console.log(report);
    if (options.write) write(join(__dirname, 'README.md'), report);
  } finally {
    await end();
  }
}

/** A scenario's rows, each with a value for every kind of store. */
async function measured(file) {
  const { rows, unit, most, measure } = require(`./scenarios/${file}`);
  const values = {};
  process.stderr.write(`live: ${file.replace('.js', '')} …`);
  for (const kind of kinds) {
    values[kind] = await measure(kind, Number(options.rounds));
    process.stderr.write(` ${kind}`);
  }
  process.stderr.write('\n');
  return rows.map((title, row) => ({
    title,
    unit,
    values: kinds.map((kind) => values[kind][row]),
    targets: kinds.map((kind) => most?.(kind)[row]),
  }));
}

function table(rows) {
  const lines = rows.map(({ title, unit, values }) => [title, unit, ...values.map(short)]);
  const head = ['', '', ...kinds];
  const rule = head.map((_, column) => (column < 2 ? '---' : '--:'));
  return [head, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function targets(rows) {
  return rows
    .flatMap(({ title, unit, values, targets }) =>
      kinds.flatMap((kind, column) => {
        if (targets[column] === undefined) return [];
        const { met, text } = atMost(targets[column], values[column], ` ${unit}`);
        return `- ${met ? 'met' : '**missed**'}: ${title}: ${kind}: ${text}`;
      }),
    )
    .join('\n');
}

main().then(
  () => process.exit(), // the stores measured are open still, and their servers gone
  (error) => {
    console.error(`bench: ${error.message}`);
    process.exit(1);
  },
);
