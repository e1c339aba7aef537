const { BY, engineOver } = require('../stores');
const { alternately, median } = require('../processes');

const MEASURED = 2_000;

exports.rows = ['changes by one process, one after the other'];
exports.unit = '/s';

exports.measure = async (kind, rounds) => [median((await alternately(__filename, [kind], rounds))[kind])];

exports.child = async (kind) => {
  const engine = await engineOver(kind);
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < MEASURED) {
    await engine.live.setRollout(`FLAG_${count % 100}`, 'everyone', count % 100, BY);
    count++;
  }
  return (count * 1000) / (performance.now() - start);
};
