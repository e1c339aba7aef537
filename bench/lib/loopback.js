const { fork } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');
const { loadOf } = require('./load');
const { median } = require('./time');

const WARM_UP = 500;
const SLICE = 100;
const SLICES = 10;

/**
 * Serves the same page by all peers at once and loads them in turn, in short slices, so that whatever else the machine
 * does hits all alike. `value` makes a slice a number: requests answered, milliseconds passed and spent computing.
 */
exports.serveTogether = async function serveTogether(peers, value) {
  const servers = await Promise.all(peers.map(({ name }) => serve(name)));
  for (const { load } of servers) await load(WARM_UP);
  for (let i = 0; i < SLICES; i++) {
    // Nobody comes always after the same one.
    for (const { load, computed, values } of i % 2 ? servers : servers.toReversed()) {
      const before = await computed();
      const { answered, took } = await load(SLICE);
      values.push(value(answered, took, (await computed()) - before));
    }
  }
  for (const { child } of servers) child.disconnect();
  return Object.fromEntries(servers.map(({ name, values }) => [name, median(values)]));
};

async function serve(name) {
  const child = fork(join(__dirname, 'server.js'), [name]);
  const told = async () => (await once(child, 'message'))[0];
  const load = await loadOf(await told());
  const computed = async () => {
    child.send('time?');
    return (await told()) / 1000;
  };
  return { name, child, load, computed, values: [] };
}
