/** `npm run bench -- [--only <scenario,…>] [--rounds <n>] [--write]`: every scenario, ours beside the peers. */
const { fork, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { columns, evaluating } = require('./lib/peers');
const { report, write } = require('./lib/report');
const { median } = require('./lib/time');

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' }, write: { type: 'boolean' } },
});
const rounds = Number(options.rounds);
/** What has no peers, but stores and sinks: measured beside, on real servers. */
const beside = { live: ['live/run.js', '--rounds', options.rounds], ingest: ['ingest.js'] };
const names = [
  ...readdirSync(join(__dirname, 'scenarios')).map((file) => file.replace(/\.js$/, '')),
  ...Object.keys(beside),
];
const chosen = options.only?.split(',') ?? names;

async function main() {
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0 || !(rounds >= 1))
    throw new Error(`--rounds takes a number, --only some of: ${names.join(', ')}`);
  build();
  const scenarios = chosen.filter((name) => !beside[name]);
  if (scenarios.length > 0) await measureScenarios(scenarios);
  for (const name of Object.keys(beside)) if (chosen.includes(name)) measureBeside(name);
}

async function measureScenarios(scenarios) {
  for (const peer of evaluating) await measure('answers', [peer]);
  const results = [];
  for (const name of scenarios) {
    const scenario = require(`./scenarios/${name}.js`);
    process.stderr.write(`${name} …`);
    const medians = await measureScenario(name, scenario);
    process.stderr.write('\n');
    results.push({ name, scenario, medians });
  }
  console.log(report(results, rounds));
  if (options.write) write(join(__dirname, 'README.md'), report(results, rounds));
}

function measureBeside(name) {
  const [file, ...args] = beside[name];
  const all = [join(__dirname, file), ...args, ...(options.write ? ['--write'] : [])];
  const { status } = spawnSync(process.execPath, all, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} could not be measured`);
}

function build() {
  const top = join(__dirname, '..');
  const tsc = join(top, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) throw new Error('the library cannot be built yet: run `npm ci` in the top folder first');
  const { status } = spawnSync(process.execPath, [tsc, '-b', join(top, 'src')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the library does not compile');
}

/** A round measures each peer once, so that a slow minute of the machine does not fall upon one of them. */
async function measureScenario(name, { peers = evaluating, measureTogether, execArgv, times = 1 }) {
  const samples = Object.fromEntries(peers.map((peer) => [peer, []]));
  for (let round = 0; round < rounds * times; round++) {
    for (const group of measureTogether ? [peers] : peers.map((peer) => [peer])) {
      const values = await measure(name, group, execArgv);
      for (const peer of group) samples[peer].push(values[peer]);
    }
    process.stderr.write(` ${round + 1}`);
  }
  const order = columns.filter((peer) => peers.includes(peer));
  return Object.fromEntries(order.map((peer) => [peer, median(samples[peer])]));
}

async function measure(scenario, peers, execArgv = []) {
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = fork(join(__dirname, 'measure.js'), [scenario, peers.join()], { execArgv, env });
  let values;
  child.on('message', (message) => (values = message));
  const [code] = await once(child, 'exit');
  if (code !== 0 || !values) throw new Error(`${scenario}: ${peers.join(', ')} could not be measured`);
  return values;
}

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
