const { setImmediate: turn } = require('node:timers/promises');
const { PerformanceObserver } = require('node:perf_hooks');
const { median, runOf } = require('./time');

const ROOM = 64 << 20;

/** The young generation must hold what one run allocates: a collection in the middle would hide it. */
exports.execArgv = ['--expose-gc', `--min-semi-space-size=${ROOM >> 20}`, `--max-semi-space-size=${ROOM >> 20}`];

/**
 * Heap bytes an operation allocates, once it is warm: how far many of them grow the heap while nothing is collected.
 * @param {(i: number) => number | Promise<number>} operation
 * @param {{ async?: boolean }} peer
 */
exports.bytes = async function bytes(operation, peer) {
  const run = runOf(peer);
  for (let i = 0; i < 20; i++) await run(operation, 5_000);
  let count = 1_000;
  while (count < 1_000_000 && (await growth(run, operation, count)) < ROOM / 16) count *= 2;
  const grown = [];
  for (let i = 0; i < 5; i++) grown.push(await growth(run, operation, count));
  return median(grown) / count;
};

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] });

async function growth(run, operation, count) {
  globalThis.gc();
  await turn();
  await turn();
  const collected = collections;
  const before = process.memoryUsage().heapUsed;
  const result = run(operation, count);
  if (typeof result !== 'number') await result;
  const after = process.memoryUsage().heapUsed;
  await turn();
  await turn();
  if (collections > collected) throw new Error('the heap was collected while it was measured');
  return after - before;
}
