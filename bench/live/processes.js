const { fork } = require('node:child_process');
const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const { join } = require('node:path');
exports.median = require('../lib/time').median;

exports.percentile = (values, part) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1];

/** What a scenario's `child` gives for each kind, in a process and with a namespace of its own: so many rounds, by turns. */
exports.alternately = async (scenario, kinds, rounds) => {
  const values = Object.fromEntries(kinds.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++)
    for (const kind of kinds) {
      const child = start(scenario, kind, randomUUID());
      values[kind].push(await answer(child));
      await left(child);
    }
  return values;
};

/** So many processes that have run a scenario's `child`, in a namespace that this process is in, too. */
exports.family = async (scenario, kind, count) => {
  process.env.NAMESPACE = randomUUID();
  const children = Array.from({ length: count }, () => start(scenario, kind, process.env.NAMESPACE));
  await Promise.all(children.map(answer));
  return { children, end: () => Promise.all(children.map(left)) };
};

/** What a process sends first; rejects where it ends instead. */
async function answer(child) {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process that was measured ended with ${code}`);
  });
  return (await Promise.race([once(child, 'message'), ended]))[0];
}

async function left(child) {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

function start(scenario, kind, NAMESPACE) {
  return fork(join(__dirname, 'child.js'), [scenario, kind], {
    env: { ...process.env, NAMESPACE, NODE_ENV: 'production' },
  });
}
