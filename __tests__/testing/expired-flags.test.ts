import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectNoExpiredFlags } from 'gatekeeper-flags/testing';
import { configOf, toggle } from '../support/config';

const config = configOf({
  CHECKOUT: toggle({ owner: 'payments', expires: '2026-12-01' }),
  BANNER: toggle({ expires: '2026-12-01T12:00+02:00' }),
  STAYS: toggle({ permanent: true }),
});
const at = (instant: string) => ({ now: () => Date.parse(instant) });

test('no flag has expired: it does not fail', () => {
  expect(() => expectNoExpiredFlags(config, at('2026-11-30T23:59:59.999Z'))).not.toThrow();
  expect(() => expectNoExpiredFlags(configOf({}))).not.toThrow();
});

test('from the day a flag expires it fails, and says whose it is and what to run', () => {
  expect(() => expectNoExpiredFlags(config, at('2026-12-01T00:00Z'))).toThrow(
    new Error(
      'a flag is past the date to be gone by; remove each, or give it a later expires:\n' +
        '  CHECKOUT (payments) expired on 2026-12-01, today: npx gatekeeper cleanup CHECKOUT --keep ON (or --keep OFF)',
    ),
  );
});

test('it names each, and an hour counts where one is given', () => {
  const failed = (instant: string) => {
    try {
      expectNoExpiredFlags(config, at(instant));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(failed('2026-12-01T09:59Z')).not.toContain('BANNER');
  expect(failed('2026-12-11T10:00Z')).toBe(
    '2 flags are past the date to be gone by; remove each, or give it a later expires:\n' +
      '  CHECKOUT (payments) expired on 2026-12-01, 10 days ago: npx gatekeeper cleanup CHECKOUT --keep ON (or --keep OFF)\n' +
      '  BANNER (no owner) expired on 2026-12-01, 10 days ago: npx gatekeeper cleanup BANNER --keep ON (or --keep OFF)',
  );
});

test('the clock is the real one, whatever the config says', () => {
  const frozen = configOf({ A: toggle({ expires: '2020-01-01' }) }, { now: () => 0 });
  expect(() => expectNoExpiredFlags(frozen)).toThrow('A (no owner) expired on 2020-01-01');
});

test('in a test of its own, under jest', () => {
  const root = join(__dirname, '../..');
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-expired-'));
  try {
    writeFileSync(
      join(folder, 'flags.test.js'),
      `const { FeatureFlag, defineConfig } = require('gatekeeper-flags');
       const { expectNoExpiredFlags } = require('gatekeeper-flags/testing');
       class Flag extends FeatureFlag {
         description = 'x'; variants = { ON: 'ON' }; off = 'ON'; expires = '2020-02-02';
       }
       test('flags', () => expectNoExpiredFlags(defineConfig({ flags: { OLD: new Flag() } })));`,
    );
    const moduleNameMapper = {
      '^gatekeeper-flags$': join(root, 'dist/index.js'),
      '^gatekeeper-flags/testing$': join(root, 'dist/testing/index.js'),
    };
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const { status, stderr } = spawnSync(
      process.execPath,
      [jest, '--config', JSON.stringify({ rootDir: folder, transform: {}, moduleNameMapper })],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain('a flag is past the date to be gone by');
    expect(stderr).toContain('npx gatekeeper cleanup OLD --keep ON');
    expect(status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
