const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { atMost } = require('../lib/targets');
const { median } = require('../lib/time');

const STARTS = 4;

module.exports = {
  title: 'starting Node and requiring the package',
  unit: 'ms',
  async measure({ name, package: required }) {
    const script = name === 'floor' ? '' : `require('${name === 'ours' ? 'gatekeeper-flags' : required}')`;
    const cwd = join(__dirname, name === 'ours' ? '../..' : '..');
    return median(Array.from({ length: STARTS }, () => start(script, cwd)));
  },
  targets: (of) => [atMost(15, of.ours - of.floor, ' ms more than an empty process')],
};

function start(script, cwd) {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, ['-e', script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`node -e "${script}" exited with ${status}`);
  return performance.now() - begun;
}
