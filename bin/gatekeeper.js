#!/usr/bin/env node
// The command is built into dist/. A checkout that was not built yet is built first.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const command = join(__dirname, '../dist/cli/gatekeeper.js');
if (!existsSync(command)) {
  process.stderr.write('gatekeeper: building it, this once …\n');
  const [tsc, src] = [require.resolve('typescript/bin/tsc'), join(__dirname, '../src')];
  const { status } = spawnSync(process.execPath, [tsc, '-b', '--force', src], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(3);
}
require(command);
