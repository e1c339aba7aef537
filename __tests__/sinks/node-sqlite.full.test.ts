import { join } from 'node:path';
import { run } from '../support/packed';

test.each(['22', '24'])(
  "the sink over node:sqlite of Node %s holds to the contract, under Node's own test runner",
  async (version) => {
    const node = (await run('npx', ['--yes', `node@${version}`, '--print', 'process.execPath'])).trim();
    const printed = await run(node, ['--test', '--test-reporter=tap', join(__dirname, 'node-sqlite.mjs')]);
    expect(Number(/^# pass (\d+)$/m.exec(printed)?.[1])).toBeGreaterThan(15);
    expect(printed).toMatch(/^# fail 0$/m);
    expect(printed).toMatch(/^# skipped 0$/m);
  },
  120_000,
);
