const { setTimeout: sleep } = require('node:timers/promises');
const { BY, engineOver } = require('../stores');
const { family, median, percentile } = require('../processes');

const PROCESSES = 20;
const CHANGES = 30;

exports.rows = [`a change reaches ${PROCESSES} processes, median`, 'the same, 99 of 100'];
exports.unit = 'ms';
exports.most = (kind) => [kind === 'sqlite' ? 1_000 : 100];

/** Milliseconds from the call in one process until each of the others has told its listeners of the change. */
exports.measure = async (kind) => {
  const { children, end } = await family(__filename, kind, PROCESSES);
  const engine = await engineOver(kind);
  const called = new Map();
  const took = [];
  let missing = PROCESSES * CHANGES;
  const all = new Promise((resolve) => {
    for (const child of children)
      child.on('message', ({ revision, at }) => {
        took.push(at - called.get(revision));
        if (--missing === 0) resolve();
      });
  });
  for (let i = 0; i < CHANGES; i++) {
    const at = now();
    called.set(engine.status().revision + 1, at);
    await engine.live.setRollout('FLAG_3', 'everyone', i, BY);
    await sleep(150 + Math.random() * 100); // no rhythm of ours in that of their looks
  }
  const late = sleep(30_000, undefined, { ref: false }).then(() => {
    throw new Error(`${missing} processes were not told of a change`);
  });
  await Promise.race([all, late]);
  await engine.close();
  await end();
  return [median(took), percentile(took, 0.99)];
};

exports.child = async (kind) => {
  const engine = await engineOver(kind);
  engine.onChange(({ revision }) => process.send({ revision, at: now() }));
};

/** Milliseconds of the clock that all processes of a machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6;
