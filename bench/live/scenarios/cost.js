const { setImmediate: turn } = require('node:timers/promises');
const { BY, engineOver } = require('../stores');
const { alternately, median } = require('../processes');

const WARM = 1_000;
const MEASURED = 3_000;
const SLICE = 1_000;

exports.rows = ['a check with the store attached ÷ without'];
exports.unit = '×';
exports.most = () => [1.05];

/** Processor time a check costs, with all that the process does for its store meanwhile, beside one without a store. */
exports.measure = async (kind, rounds) => {
  const { none, [kind]: attached } = await alternately(__filename, ['none', kind], rounds);
  return [median(attached) / median(none)];
};

exports.child = async (kind) => {
  const engine = await engineOver(kind);
  for (let i = 0; i < 100; i++) await engine.live.setRollout(`FLAG_${i}`, 'everyone', 99, BY);
  const users = Array.from({ length: 1024 }, (_, id) => ({ id }));
  await checks(engine, users, WARM);
  return checks(engine, users, MEASURED);
};

/** Nanoseconds of processor time a check, where the event loop has its turn between. */
async function checks(engine, users, milliseconds) {
  const start = process.cpuUsage();
  const until = performance.now() + milliseconds;
  let [count, on] = [0, 0];
  while (performance.now() < until) {
    for (let i = 0; i < SLICE; i++) if (engine.for({ user: users[i & 1023] }).ff('FLAG_3', 'ON')) on++;
    count += SLICE;
    await turn();
  }
  if (on < count * 0.9) throw new Error('the flag is not on');
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / count;
}
