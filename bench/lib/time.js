const WARM_UP = 200e6;
const SAMPLE = 15e6;
const SAMPLES = 15;

/**
 * Nanoseconds an operation takes, once it is warm: the lower quartile of batches, which leaves out those that something
 * else on the machine cut into. What it gives is summed up, so that nothing of it can be optimised away; it is awaited
 * only where the peer answers with promises.
 * @param {(i: number) => number | boolean | Promise<number | boolean>} operation
 * @param {{ async?: boolean }} peer
 */
exports.time = async function time(operation, peer) {
  const run = exports.runOf(peer);
  const warm = process.hrtime.bigint() + BigInt(WARM_UP);
  let batch = 1;
  let took = 0;
  while (took < SAMPLE / 2 || process.hrtime.bigint() < warm) {
    took = await timed(run, operation, batch);
    if (took < SAMPLE / 2) batch *= 2;
  }
  batch = Math.max(1, Math.round((batch * SAMPLE) / took));
  const samples = [];
  for (let i = 0; i < SAMPLES; i++) samples.push((await timed(run, operation, batch)) / batch);
  return samples.sort((a, b) => a - b)[SAMPLES >> 2];
};

/** How a peer's operation is repeated. */
exports.runOf = ({ async: promises }) => (promises ? runAwaiting : runPlain);

exports.median = (/** @type {number[]} */ values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

const kept = Array(64).fill(undefined);

/** Keeps what is made for a request alive for a while, as a request does: else it might never be allocated at all. */
exports.keep = (/** @type {number} */ i, made) => (kept[i & 63] = made);

async function timed(run, operation, batch) {
  const start = process.hrtime.bigint();
  const result = run(operation, batch);
  if (typeof result !== 'number') await result;
  return Number(process.hrtime.bigint() - start);
}

function runPlain(operation, batch) {
  let total = 0;
  for (let i = 0; i < batch; i++) total += operation(i);
  return total;
}

async function runAwaiting(operation, batch) {
  let total = 0;
  for (let i = 0; i < batch; i++) total += await operation(i);
  return total;
}
